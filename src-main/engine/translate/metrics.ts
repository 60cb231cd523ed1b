/**
 * How alike two pictures are: mean absolute error, PSNR, and SSIM after Wang, Bovik, Sheikh and Simoncelli,
 * "Image quality assessment: from error visibility to structural similarity" (2004).
 */
import type { CycleMetrics, Tensor } from '../protocol.ts'

/** The window of SSIM: a Gaussian of so many pixels and this σ; the constants for a range of 1. */
const windowPixels = 11
const windowSigma = 1.5
const c1 = 0.01 ** 2
const c2 = 0.03 ** 2

/** Compares two tensors [1, 3, height, width] in [−1, 1]. All figures are for a full range of 1. */
export function compare(a: Tensor, b: Tensor): CycleMetrics {
  if (a.shape.some((size, axis) => size !== b.shape[axis])) {
    throw new Error(`Pictures of [${a.shape.join(', ')}] and [${b.shape.join(', ')}] cannot be compared`)
  }
  let absolute = 0
  let squared = 0
  for (let i = 0; i < a.data.length; i++) {
    const difference = ((a.data[i] ?? 0) - (b.data[i] ?? 0)) / 2
    absolute += Math.abs(difference)
    squared += difference * difference
  }
  const meanSquare = squared / a.data.length
  const psnr = meanSquare === 0 ? null : 10 * Math.log10(1 / meanSquare)
  return { l1: absolute / a.data.length, psnr, ssim: ssim(a, b) }
}

/**
 * The mean SSIM of the luminance over all windows that lie within the picture; in a picture smaller than the window,
 * the window is cut to its size.
 */
export function ssim(a: Tensor, b: Tensor): number {
  const [, , height, width] = a.shape
  const down = gaussian(Math.min(windowPixels, height))
  const across = gaussian(Math.min(windowPixels, width))
  const columns = width - across.length + 1
  // The Gaussian is separable: each row is weighted along x once, and the last few rows are kept for y.
  const rows: Float64Array[] = []
  let sum = 0
  for (let y = 0; y < height; y++) {
    rows.push(momentsAlongRow(luminanceRow(a, y), luminanceRow(b, y), across))
    if (rows.length > down.length) rows.shift()
    if (rows.length === down.length) sum += sumOfWindows(rows, down)
  }
  return sum / (columns * (height - down.length + 1))
}

/** Of a column of windows: the weighted means of a, b, a², b² and ab, five for each window. */
const moments = 5

function momentsAlongRow(a: Float64Array, b: Float64Array, weights: Float64Array): Float64Array {
  const columns = a.length - weights.length + 1
  const result = new Float64Array(columns * moments)
  for (let x = 0; x < columns; x++) {
    const at = x * moments
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] ?? 0
      const u = a[x + i] ?? 0
      const v = b[x + i] ?? 0
      add(result, at, weight * u)
      add(result, at + 1, weight * v)
      add(result, at + 2, weight * u * u)
      add(result, at + 3, weight * v * v)
      add(result, at + 4, weight * u * v)
    }
  }
  return result
}

function add(array: Float64Array, at: number, value: number): void {
  array[at] = (array[at] ?? 0) + value
}

/** The sum of SSIM over the windows of as many rows as there are weights. */
function sumOfWindows(rows: readonly Float64Array[], weights: Float64Array): number {
  const means = new Float64Array(rows[0]?.length ?? 0)
  rows.forEach((row, y) => {
    const weight = weights[y] ?? 0
    for (let i = 0; i < row.length; i++) add(means, i, weight * (row[i] ?? 0))
  })
  let sum = 0
  for (let at = 0; at < means.length; at += moments) {
    const [a = 0, b = 0, aa = 0, bb = 0, ab = 0] = means.subarray(at, at + moments)
    const likeness = (2 * a * b + c1) * (2 * (ab - a * b) + c2)
    sum += likeness / ((a * a + b * b + c1) * (aa - a * a + (bb - b * b) + c2))
  }
  return sum
}

/** One row's luminance in [0, 1], with the weights of ITU-R BT.601 as in the paper's own program. */
function luminanceRow({ shape, data }: Tensor, y: number): Float64Array {
  const [, , height, width] = shape
  const plane = height * width
  const luminance = new Float64Array(width)
  for (let x = 0, i = y * width; x < width; x++, i++) {
    const [red, green, blue] = [data[i] ?? 0, data[plane + i] ?? 0, data[2 * plane + i] ?? 0]
    luminance[x] = (0.299 * red + 0.587 * green + 0.114 * blue + 1) / 2
  }
  return luminance
}

/** `size` weights of a Gaussian, of sum 1. */
function gaussian(size: number): Float64Array {
  const centre = (size - 1) / 2
  const weights = new Float64Array(size).map((_, i) =>
    Math.exp(-((i - centre) ** 2) / (2 * windowSigma ** 2)),
  )
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}
