/** Makes tensors large enough for a network, by reflection at the right and bottom edge, and small again. */
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

/** The top left corner of a tensor. */
export function crop(tensor: Tensor, height: number, width: number): Tensor {
  return gather(tensor, reflection(height, height), reflection(width, width))
}

/** For each of `length` places the index, below `size`, that is mirrored there. */
function reflection(size: number, length: number): readonly number[] {
  const period = Math.max(1, 2 * (size - 1))
  return Array.from({ length }, (_, place) => {
    const along = place % period
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
