/** Makes tensors large enough for a network, by reflection at their edges, and small again. */
import type { Tensor } from '../protocol.ts'

/** What a network asks of heights and widths. */
export interface SizeRule {
  readonly multipleOf: number
  readonly atLeast: number
}

/** The smallest size that follows the rule and is not below `size`. */
export function paddedSize(size: number, { multipleOf, atLeast }: SizeRule): number {
  return Math.ceil(Math.max(size, atLeast) / multipleOf) * multipleOf
}

/**
 * Grows height and width to sizes that follow the rule. The edge pixel is not repeated; where a picture is smaller
 * than its margin, the reflection is reflected again.
 */
export function padReflect(tensor: Tensor, rule: SizeRule): Tensor {
  const [, , height, width] = tensor.shape
  return gather(
    tensor,
    reflection(height, paddedSize(height, rule)),
    reflection(width, paddedSize(width, rule)),
  )
}

/** As `padReflect`, by so many pixels on all four sides. */
export function addMargin(tensor: Tensor, margin: number): Tensor {
  const [, , height, width] = tensor.shape
  return gather(
    tensor,
    reflection(height, height + 2 * margin, -margin),
    reflection(width, width + 2 * margin, -margin),
  )
}

/** A part of a tensor that begins so many pixels from its top and from its left. */
export function crop(tensor: Tensor, height: number, width: number, margin = 0): Tensor {
  const places = (length: number): number[] => Array.from({ length }, (_, place) => margin + place)
  return gather(tensor, places(height), places(width))
}

/** For each of `length` places from `first` on the index, below `size`, that is mirrored there. */
function reflection(size: number, length: number, first = 0): readonly number[] {
  const period = Math.max(1, 2 * (size - 1))
  return Array.from({ length }, (_, place) => {
    const along = (((first + place) % period) + period) % period
    return along < size ? along : period - along
  })
}

function gather(tensor: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  const [batch, channels, height, width] = tensor.shape
  if (rows.length === height && columns.length === width) return tensor
  const data = new Float32Array(batch * channels * rows.length * columns.length)
  let next = 0
  for (let plane = 0; plane < batch * channels; plane++) {
    for (const row of rows) {
      const start = (plane * height + row) * width
      for (const column of columns) data[next++] = tensor.data[start + column] ?? 0
    }
  }
  return { shape: [batch, channels, rows.length, columns.length], data }
}
