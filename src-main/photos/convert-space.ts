/** Takes a picture from sRGB, or from a space of its own, to another space: by way of extended sRGB, in place. */
import type { Pixels } from '../engine/protocol.ts'
import type { ColourSpace, Photo } from './colour-space.ts'
import { eachRows } from './each-rows.ts'
import { fromExtended, toExtended } from './wide-rows.ts'
import type { ToExtended } from './wide-rows.ts'

/** `from`: sRGB when not given. Uses the samples up; colours that `to` cannot hold are clipped. Throws `cancelled`. */
export async function convertSpace(
  picture: Pixels,
  from: ColourSpace | undefined,
  to: ColourSpace,
  signal?: AbortSignal,
): Promise<Photo> {
  const { width, channels, data } = picture
  const depth = data instanceof Uint16Array ? 16 : 8
  const widen = from?.shaper ? toExtended(from.shaper, depth) : fromSrgb(depth === 16 ? 65535 : 255)
  if (to.shaper) {
    const narrow = fromExtended(to.shaper, depth)
    const wide = new Float32Array(width * 3)
    await eachRows(picture, signal, (rows) => {
      for (let at = 0; at < rows.length; at += width * channels) {
        const row = rows.subarray(at, at + width * channels)
        widen(row, channels, wide)
        narrow(wide, row, channels)
      }
    })
  }
  return { ...picture, space: to }
}

/** To sRGB itself. Uses the samples up; colours that sRGB cannot hold are clipped. Throws `cancelled`. */
export async function convertToSrgb(
  picture: Pixels,
  { shaper }: ColourSpace,
  signal?: AbortSignal,
): Promise<Pixels> {
  if (shaper === null) return picture
  const { width, channels, data } = picture
  const full = data instanceof Uint16Array ? 65535 : 255
  const widen = toExtended(shaper, full === 65535 ? 16 : 8)
  const wide = new Float32Array(width * 3)
  await eachRows(picture, signal, (rows) => {
    for (let at = 0; at < rows.length; at += width * channels) {
      const row = rows.subarray(at, at + width * channels)
      widen(row, channels, wide)
      for (let to = 0, index = 0; to < row.length; to += channels, index += 3)
        for (let channel = 0; channel < 3; channel++)
          row[to + channel] = Math.round(full * Math.min(1, Math.max(0, wide[index + channel] ?? 0)))
    }
  })
  return picture
}

export function fromSrgb(full: number): ToExtended {
  return (samples, channels, into) => {
    for (let at = 0, index = 0; at < samples.length; at += channels, index += 3) {
      into[index] = (samples[at] ?? 0) / full
      into[index + 1] = (samples[at + 1] ?? 0) / full
      into[index + 2] = (samples[at + 2] ?? 0) / full
    }
  }
}
