/**
 * Which parts of a photo stand for all of it when the norms of a network are measured. Crops alone miss by chance: too
 * much sky, too little grass. So they are weighted, as surveys do (calibration weighting, Deville and Särndal 1992),
 * until they have the photo's own mean colours, contrast and sharpness.
 */
import { generatorStep } from '../networks/generator.ts'
import type { Rect, Tensor } from '../protocol.ts'

/** In pixels: what counts of a crop, and what lies around it for the network to look at. Measured: `bench -- native`. */
const interiorSize = 48
const cropMargin = 8

/** The share of a photo's pixels that crops take, margins included. */
const sampledShare = 0.07
const fewestCrops = 24

/** A crop and its interior, before it has been weighted. */
export interface SampleCrop {
  readonly rect: Rect
  readonly interior: Rect
}

/** One crop at a random place in each field of a regular grid. `random` gives numbers in [0, 1). */
export function sampleCrops(
  { width, height }: { readonly width: number; readonly height: number },
  mostPixels: number,
  random: () => number,
): readonly SampleCrop[] {
  const cropPixels = (interiorSize + 2 * cropMargin) ** 2
  const wanted = Math.max(fewestCrops, (sampledShare * width * height) / cropPixels)
  const count = Math.max(1, Math.min(wanted, mostPixels / cropPixels))
  // Of a panorama no more than there may be crops: there is one row of them at least.
  const columns = Math.max(1, Math.min(Math.floor(count), Math.round(Math.sqrt((count * width) / height))))
  const rows = Math.max(1, Math.round(count / columns))
  return Array.from({ length: columns * rows }, (_, i) => {
    const across = along(width, columns, i % columns, random)
    const down = along(height, rows, Math.floor(i / columns), random)
    return {
      rect: { left: across.from, top: down.from, right: across.to, bottom: down.to },
      interior: { left: across.start, top: down.start, right: across.end, bottom: down.end },
    }
  })
}

function along(size: number, fields: number, field: number, random: () => number) {
  const length = Math.min(interiorSize, size)
  const room = Math.max(0, size / fields - length)
  const place = (field * size) / fields + random() * room
  const start = Math.floor(Math.min(size - length, place) / generatorStep) * generatorStep
  const end = start + length
  return { start, end, from: Math.max(0, start - cropMargin), to: Math.min(size, end + cropMargin) }
}

/** Rows of a photo, evenly spread, at most about so many pixels of them: the photo's own look is measured there. */
export function sampleBands(
  { width, height }: { readonly width: number; readonly height: number },
  mostPixels: number,
): readonly Rect[] {
  const bandHeight = Math.min(height, 16)
  const count = Math.max(1, Math.min(height / bandHeight, mostPixels / (bandHeight * width)))
  const step = height / Math.floor(count)
  return Array.from({ length: Math.floor(count) }, (_, i) => {
    const top = Math.floor(i * step)
    return { left: 0, top, right: width, bottom: Math.min(height, top + bandHeight) }
  })
}

/** What a place in a photo looks like: sums over pixels that weighted crops should have in common with the photo. */
const lookLength = 10

export class Look {
  readonly #sums = new Float64Array(lookLength)
  #count = 0

  /** Adds a rectangle of [1, 3, height, width] in [−1, 1]. */
  add({ shape, data }: Tensor, { left, top, right, bottom }: Rect): void {
    const [, , height, width] = shape
    const plane = width * height
    const sums = new Float64Array(lookLength)
    const sum = (i: number): number => (data[i] ?? 0) + (data[plane + i] ?? 0) + (data[2 * plane + i] ?? 0)
    for (let y = top; y < bottom; y++) {
      const row = y * width
      const below = Math.min(height - 1, y + 1) * width
      for (let x = left; x < right; x++) {
        const i = row + x
        const red = data[i] ?? 0
        const green = data[plane + i] ?? 0
        const blue = data[2 * plane + i] ?? 0
        const light = red + green + blue
        const next = sum(row + Math.min(width - 1, x + 1))
        const across = next - light
        const down = sum(below + x) - light
        const bend = next + sum(row + Math.max(0, x - 1)) - 2 * light
        const slope = across * across + down * down
        sums[0] = (sums[0] ?? 0) + red
        sums[1] = (sums[1] ?? 0) + green
        sums[2] = (sums[2] ?? 0) + blue
        sums[3] = (sums[3] ?? 0) + red * red
        sums[4] = (sums[4] ?? 0) + green * green
        sums[5] = (sums[5] ?? 0) + blue * blue
        sums[6] = (sums[6] ?? 0) + Math.sqrt(slope)
        sums[7] = (sums[7] ?? 0) + slope
        sums[8] = (sums[8] ?? 0) + bend * bend
        sums[9] = (sums[9] ?? 0) + light * light * light
      }
    }
    for (let k = 0; k < lookLength; k++) this.#sums[k] = (this.#sums[k] ?? 0) + (sums[k] ?? 0)
    this.#count += (bottom - top) * (right - left)
  }

  means(): readonly number[] {
    return Array.from(this.#sums, (sum) => sum / this.#count)
  }
}

/** Keeps weights from growing where the crops can hardly be told from the photo. */
const ridge = 0.02
const smallestWeight = 0.05

/**
 * A weight for each crop, around 1, with which the means of their looks come as near to `photo` as weights that all
 * count can bring them: 1 + a linear function of the look, by least squares.
 */
export function calibrate(
  looks: readonly (readonly number[])[],
  photo: readonly number[],
): readonly number[] {
  const count = looks.length
  if (count < 2 * lookLength) return looks.map(() => 1)
  const scale = photo.map(
    (mean, k) => Math.sqrt(looks.reduce((sum, look) => sum + ((look[k] ?? 0) - mean) ** 2, 0) / count) || 1,
  )
  const rows = looks.map((look) => [1, ...photo.map((mean, k) => ((look[k] ?? 0) - mean) / (scale[k] ?? 1))])
  const size = photo.length + 1
  const moments = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (_, b) => {
      const product = rows.reduce((sum, row) => sum + (row[a] ?? 0) * (row[b] ?? 0), 0) / count
      return product + (a === b && a > 0 ? ridge : 0)
    }),
  )
  const factors = solve(
    moments,
    moments.map((_, k) => (k === 0 ? 1 : 0)),
  )
  const weights = rows.map((row) => row.reduce((sum, value, k) => sum + value * (factors[k] ?? 0), 0))
  return weights.map((weight) => Math.max(smallestWeight, weight))
}

/** The solution x of a · x = b, by elimination with pivots. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): readonly number[] {
  const rows = a.map((row, i) => [...row, b[i] ?? 0])
  for (let column = 0; column < rows.length; column++) {
    const size = (row: readonly number[]) => Math.abs(row[column] ?? 0)
    rows.splice(column, rows.length - column, ...rows.slice(column).sort((p, q) => size(q) - size(p)))
    const pivot = rows[column] ?? []
    for (const row of rows) {
      if (row === pivot) continue
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1)
      for (let k = column; k < row.length; k++) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0)
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1))
}
