/** Between pictures (HWC, 8 or 16 bit) and the tensors that networks take and give (NCHW, [−1, 1]). */
import type { Pixels, Tensor } from '../protocol.ts'
import { NoPicture } from './expect-picture.ts'

/** RGB as [1, 3, height, width] in [−1, 1]; alpha is left out. */
export function toTensor({ width, height, channels, data }: Pixels): Tensor {
  const plane = width * height
  if (data.length !== plane * channels) {
    throw new Error(`The picture has ${data.length} of ${plane * channels} samples`)
  }
  const values = new Float32Array(3 * plane)
  const half = fullRange(data) / 2
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < plane; i++) {
      values[channel * plane + i] = (data[i * channels + channel] ?? 0) / half - 1
    }
  }
  return { shape: [1, 3, height, width], data: values }
}

/**
 * A tensor [1, 3, height, width] in [−1, 1] as a picture with the size, depth and alpha of `like`; rounded, clamped.
 * Throws `NoPicture` where a value is missing or no number.
 */
export function toPixels({ shape, data }: Tensor, like: Pixels): Pixels {
  const { width, height, channels } = like
  const plane = width * height
  const [batch, planes, rows, columns] = shape
  if (batch !== 1 || planes !== 3 || rows !== height || columns !== width) {
    throw new Error(`The tensor is [${shape.join(', ')}] and should be [1, 3, ${height}, ${width}]`)
  }
  const full = fullRange(like.data)
  const samples = like.data.slice()
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < plane; i++) {
      const value = data[channel * plane + i] ?? Number.NaN
      // A picture of integers would have it as black.
      if (Number.isNaN(value)) throw new NoPicture('The network gave values that are not numbers')
      samples[i * channels + channel] = Math.min(full, Math.max(0, Math.round(((value + 1) / 2) * full)))
    }
  }
  return { width, height, channels, data: samples }
}

function fullRange(data: Pixels['data']): number {
  return data instanceof Uint16Array ? 65535 : 255
}
