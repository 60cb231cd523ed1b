/** A picture reduced to a few cells, each the exact mean of the area that it covers. */
import type { Picture } from './scaling.ts'

/** The samples that lie under one cell, and how much each of them counts; the weights sum to 1. */
interface Cover {
  readonly first: number
  readonly weights: readonly number[]
}

/** The hash and the measures of tone look at so many cells each way. */
export const cellsEachWay = 32

/** `side` × `side` cells of RGB (HWC), 0…255; the aspect is not kept, smaller pictures are spread. */
export function reduce({ width, height, data }: Picture, side = cellsEachWay): Float64Array {
  const columns = covers(width, side)
  const narrow = new Float64Array(height * side * 3)
  for (let y = 0, to = 0; y < height; y++)
    for (const { first, weights } of columns) {
      let [red, green, blue] = [0, 0, 0]
      let at = (y * width + first) * 3
      for (const weight of weights) {
        red += weight * (data[at] ?? 0)
        green += weight * (data[at + 1] ?? 0)
        blue += weight * (data[at + 2] ?? 0)
        at += 3
      }
      narrow[to++] = red
      narrow[to++] = green
      narrow[to++] = blue
    }
  const cells = new Float64Array(side * side * 3)
  covers(height, side).forEach(({ first, weights }, row) => {
    const target = cells.subarray(row * side * 3, (row + 1) * side * 3)
    weights.forEach((weight, index) => {
      const from = (first + index) * side * 3
      for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + weight * (narrow[from + i] ?? 0)
    })
  })
  return cells
}

function covers(length: number, cells: number): readonly Cover[] {
  const step = length / cells
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell * step, (cell + 1) * step]
    const first = Math.floor(from)
    const last = Math.min(length, Math.max(first + 1, Math.ceil(to - 1e-9)))
    const weights = Array.from({ length: last - first }, (_each, index) => {
      const sample = first + index
      return (Math.min(sample + 1, to) - Math.max(sample, from)) / step
    })
    return { first, weights }
  })
}

/** Brightness as the eye weighs the colours (ITU-R BT.709, on the encoded values), a sample a cell. */
export function lumaOf(cells: Float64Array): Float64Array {
  return Float64Array.from({ length: cells.length / 3 }, (_, cell) => {
    const at = cell * 3
    return 0.2126 * (cells[at] ?? 0) + 0.7152 * (cells[at + 1] ?? 0) + 0.0722 * (cells[at + 2] ?? 0)
  })
}
