/** From a scaled picture to what a step takes: a random square of it, mirrored or not, in [−1, 1]. */
import type { Pixels } from '../protocol.ts'

/** Where the square lies in its picture. */
export interface Crop {
  readonly left: number
  readonly top: number
  /** Left and right changed. */
  readonly flipped: boolean
}

/** Every place where a square of `size` fits is as likely. Throws an Error if there is none. */
export function drawCrop(
  { width, height }: Pick<Pixels, 'width' | 'height'>,
  size: number,
  flip: boolean,
  uniform: () => number,
): Crop {
  if (width < size || height < size)
    throw new Error(`A crop of ${size} pixels does not fit into ${width} × ${height}`)
  const place = (room: number): number => Math.floor(uniform() * (room - size + 1))
  const [left, top, mirror] = [place(width), place(height), uniform()]
  return { left, top, flipped: flip && mirror < 1 / 2 }
}

/**
 * The crops of a batch, [batch, 3, size, size] in [−1, 1]: 0 of 255 becomes −1, 255 becomes 1. Throws an Error for a
 * picture that is not of three channels of 8 bits.
 */
export function cutCrops(
  pictures: readonly Pixels[],
  size: number,
  crops: readonly Crop[],
): Float32Array<ArrayBuffer> {
  const plane = size * size
  const values = new Float32Array(pictures.length * 3 * plane)
  pictures.forEach(({ width, channels, data }, index) => {
    const crop = crops[index]
    if (crop === undefined) throw new Error('There are more pictures than crops')
    if (channels !== 3 || !(data instanceof Uint8Array)) throw new Error('A picture is not RGB of 8 bits')
    const { left, top, flipped } = crop
    for (let y = 0; y < size; y++) {
      const row = (top + y) * width + left
      const target = index * 3 * plane + y * size
      for (let x = 0; x < size; x++) {
        const source = 3 * (row + (flipped ? size - 1 - x : x))
        for (let channel = 0; channel < 3; channel++)
          values[target + channel * plane + x] = (data[source + channel] ?? 0) / 127.5 - 1
      }
    }
  })
  return values
}
