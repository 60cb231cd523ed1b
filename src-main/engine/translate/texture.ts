/**
 * What a style paints beyond a local affine function of the colours, as the strokes of a brush: added to the constants
 * of a change, so that it is carried to a photo of any size.
 */
import type { LocalChange, Tensor } from '../protocol.ts'

const coefficientCount = 12

/**
 * Transposed convolutions leave grids with periods of 2 and 4 pixels. A mean over four pixels does not see them; over
 * two such means side by side, so that nothing moves by half a pixel.
 */
const kernel = [1 / 8, 2 / 8, 2 / 8, 2 / 8, 1 / 8] as const
const reach = 2

/** A painter leaves out what is finer than the brush: so much remains of detail that the working size does not show. */
const detailKept = 0.35

/** `change` is of `before` to `after`, both [1, 3, height, width] in [−1, 1] and of its size; it is changed in place. */
export function addTexture(change: LocalChange, before: Tensor, after: Tensor): void {
  const { width, height, coefficients } = change
  const plane = width * height
  for (let channel = 0; channel < 3; channel++) {
    const texture = leftOver(change, before, after, channel)
    smooth(texture, height, width, width, 1)
    smooth(texture, width, height, 1, width)
    for (let pixel = 0; pixel < plane; pixel++) {
      const at = pixel * coefficientCount + 4 * channel
      let constant = (coefficients[at + 3] ?? 0) + (texture[pixel] ?? 0)
      for (let guide = 0; guide < 3; guide++) {
        const own = guide === channel ? 1 : 0
        const factor = own + (coefficients[at + guide] ?? 0)
        // A part of the photo is taken as the network saw it; the rest, as it is at whatever size.
        constant += (1 - detailKept) * factor * share(before, guide * plane + pixel)
        coefficients[at + guide] = detailKept * factor - own
      }
      coefficients[at + 3] = constant
    }
  }
}

/** A value as a share of the full range. */
const share = ({ data }: Tensor, at: number): number => ((data[at] ?? 0) + 1) / 2

/** What the affine functions do not explain, as shares of the full range. */
function leftOver(
  { width, height, coefficients }: LocalChange,
  before: Tensor,
  after: Tensor,
  channel: number,
): Float32Array {
  const plane = width * height
  return Float32Array.from({ length: plane }, (_, pixel) => {
    const at = pixel * coefficientCount + 4 * channel
    let explained = coefficients[at + 3] ?? 0
    for (let guide = 0; guide < 3; guide++)
      explained += (coefficients[at + guide] ?? 0) * share(before, guide * plane + pixel)
    return share(after, channel * plane + pixel) - share(before, channel * plane + pixel) - explained
  })
}

/** Along lines of `length` values that lie `step` apart, in place; beyond an end, its last value stands. */
function smooth(values: Float32Array, lines: number, length: number, nextLine: number, step: number): void {
  const line = new Float32Array(length + 2 * reach)
  for (let number = 0; number < lines; number++) {
    const start = number * nextLine
    for (let i = -reach; i < length + reach; i++)
      line[i + reach] = values[start + Math.min(length - 1, Math.max(0, i)) * step] ?? 0
    for (let i = 0; i < length; i++) {
      let sum = 0
      for (let tap = 0; tap < kernel.length; tap++) sum += (kernel[tap] ?? 0) * (line[i + tap] ?? 0)
      values[start + i * step] = sum
    }
  }
}
