/** Mixes a photo with its translation. */
import type { Pixels } from '../engine/protocol.ts'

/**
 * `before` at strength 0, `after` at strength 1, straight between in sRGB samples; alpha is `before`'s. Both must agree
 * in size, channels and depth (`RangeError` otherwise). Strengths outside 0…1 count as the nearer end.
 */
export function blend(before: Pixels, after: Pixels, strength: number): Pixels {
  const { width, height, channels } = before
  const isDeep = before.data instanceof Uint16Array
  if (after.width !== width || after.height !== height) throw new RangeError('blend: the sizes differ')
  if (after.channels !== channels) throw new RangeError('blend: the channels differ')
  if (after.data instanceof Uint16Array !== isDeep) throw new RangeError('blend: the depths differ')

  const data = before.data.slice()
  blendInto(data, after.data, channels, strength)
  return { width, height, channels, data }
}

/** The same for samples that are changed in place; both have as many, of the same depth. */
export function blendInto(
  before: Pixels['data'],
  after: Pixels['data'],
  channels: Pixels['channels'],
  strength: number,
): void {
  const share = Math.min(1, Math.max(0, strength))
  for (let index = 0; index < before.length; index++) {
    if (channels === 4 && index % 4 === 3) continue
    const from = before[index] ?? 0
    before[index] = Math.round(from + ((after[index] ?? 0) - from) * share)
  }
}
