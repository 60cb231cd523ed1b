/** A picture's light, colour and texture in a few numbers: what a glance at it gives, and nothing of what it shows. */
import { cellsEachWay, lumaOf } from './reduce.ts'
import type { Picture } from './scaling.ts'

export interface Tone {
  /** Mean luma, 0…1. */
  readonly brightness: number
  /** Mean distance of the strongest from the weakest of red, green and blue, 0…1. */
  readonly colourfulness: number
  /** No colour to speak of anywhere. */
  readonly isGrey: boolean
  /** Luma of the upper, middle and lower third, and how much it varies, 0…1. */
  readonly luma: readonly number[]
  /** The same of the blue and of the red difference (ITU-R BT.709), -½…½. */
  readonly chroma: readonly number[]
  /** How much neighbouring pixels differ, fine and coarse, in luma. */
  readonly textures: readonly number[]
}

const side = cellsEachWay
const thirds = 3
/** Levels of 255 that a grey cell's colours may differ by: scans and JPEG are never quite neutral. */
const greyLevels = 6
/** Cells of a grey picture that may have more: dust, a stamp. */
const greyExceptions = 0.01

/** `cells`: the picture as `reduce` gives it. */
export function toneOf(picture: Picture, cells: Float64Array): Tone {
  const luma = lumaOf(cells)
  const at = (cell: number, channel: number): number => cells[cell * 3 + channel] ?? 0
  const spread = luma.map((_, cell) => {
    const [red, green, blue] = [at(cell, 0), at(cell, 1), at(cell, 2)]
    return Math.max(red, green, blue) - Math.min(red, green, blue)
  })
  const blue = luma.map((value, cell) => (at(cell, 2) - value) / 1.8556)
  const red = luma.map((value, cell) => (at(cell, 0) - value) / 1.5748)
  const coloured = spread.filter((value) => value > greyLevels).length
  return {
    brightness: mean(luma) / 255,
    colourfulness: mean(spread) / 255,
    isGrey: coloured <= greyExceptions * spread.length,
    luma: summary(luma),
    chroma: [...summary(blue), ...summary(red)],
    textures: [
      roughness(green(picture.data), picture.width, picture.height),
      roughness(luma, side, side),
    ].map((value) => Math.log(1 + value)),
  }
}

/** Most of what the eye takes for brightness. */
function green(data: Uint8Array): Uint8Array {
  const samples = new Uint8Array(data.length / 3)
  for (let i = 0; i < samples.length; i++) samples[i] = data[i * 3 + 1] ?? 0
  return samples
}

/** Of levels 0…255: the means of the upper, middle and lower third, and the deviation, as shares of 255. */
function summary(plane: Float64Array): readonly number[] {
  const row = (third: number): number => Math.round((third * side) / thirds) * side
  const means = Array.from({ length: thirds }, (_, third) => mean(plane.subarray(row(third), row(third + 1))))
  return [...means, deviation(plane)].map((value) => value / 255)
}

/** Mean of |f(x + 1, y) − f(x, y)| and |f(x, y + 1) − f(x, y)|. */
function roughness(plane: Float64Array | Uint8Array, width: number, height: number): number {
  let [sum, count] = [0, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const value = plane[at] ?? 0
      if (x + 1 < width) sum += Math.abs((plane[at + 1] ?? 0) - value)
      if (y + 1 < height) sum += Math.abs((plane[at + width] ?? 0) - value)
      count += 2
    }
  return sum / Math.max(1, count)
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function deviation(values: Float64Array): number {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}
