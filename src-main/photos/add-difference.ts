/** Mixes a photo with what a style made of the whole of it. */
import type { Pixels } from '../engine/protocol.ts'
import type { ApplyOptions } from './apply-change.ts'
import type { Photo } from './colour-space.ts'
import { fromSrgb } from './convert-space.ts'
import { eachRows } from './each-rows.ts'
import { fromExtended, toExtended } from './wide-rows.ts'

/**
 * Adds strength · (after − before) to a photo, in place: to one in a space of its own in extended sRGB, so that colours
 * outside sRGB stay there. All three have the same size (`RangeError` otherwise), `before` and `after` are in sRGB,
 * depths and channels may differ, alpha stays. Throws `cancelled`.
 */
export async function addDifference(
  photo: Photo,
  before: Pixels,
  after: Pixels,
  { strength, signal }: ApplyOptions,
): Promise<void> {
  const { width, height, channels, data, space } = photo
  if ([before, after].some((picture) => picture.width !== width || picture.height !== height))
    throw new RangeError('addDifference: the sizes differ')
  if (!(strength > 0)) return
  const share = Math.min(1, strength)
  const depth = data instanceof Uint16Array ? 16 : 8
  const full = 2 ** depth - 1
  const widen = space?.shaper ? toExtended(space.shaper, depth) : fromSrgb(full)
  const narrow = space?.shaper ? fromExtended(space.shaper, depth) : toSrgb(full)
  const row = (): Float32Array => new Float32Array(width * 3)
  const [photoRow, beforeRow, afterRow] = [row(), row(), row()]
  const [readBefore, readAfter] = [rowsOf(before), rowsOf(after)]
  await eachRows(photo, signal, (rows, first) => {
    for (let at = 0, y = first; at < rows.length; at += width * channels, y++) {
      const samples = rows.subarray(at, at + width * channels)
      widen(samples, channels, photoRow)
      readBefore(y, beforeRow)
      readAfter(y, afterRow)
      for (let i = 0; i < photoRow.length; i++) {
        const difference = (afterRow[i] ?? 0) - (beforeRow[i] ?? 0)
        photoRow[i] = (photoRow[i] ?? 0) + share * difference
      }
      narrow(photoRow, samples, channels)
    }
  })
}

function rowsOf({ width, channels, data }: Pixels): (y: number, into: Float32Array) => void {
  const read = fromSrgb(data instanceof Uint16Array ? 65535 : 255)
  const length = width * channels
  return (y, into) => read(data.subarray(y * length, (y + 1) * length), channels, into)
}

function toSrgb(full: number): ReturnType<typeof fromExtended> {
  return (from, samples, channels) => {
    for (let at = 0, index = 0; at < samples.length; at += channels, index += 3) {
      for (let channel = 0; channel < 3; channel++) {
        const value = (from[index + channel] ?? 0) * full
        samples[at + channel] = value < 0 ? 0 : value > full ? full : value + 0.5
      }
    }
  }
}
