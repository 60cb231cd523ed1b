/** Pictures of 8 bits a sample as 16, and of 16 as 8. */
import type { Pixels } from '../engine/protocol.ts'

/** The same picture at the other depth; itself where it has it already. */
export function toDepth<T extends Pixels>(picture: T, depth: 8 | 16): T {
  const { data } = picture
  if (depth === 8) return data instanceof Uint8Array ? picture : { ...picture, data: toEightBits(data) }
  return data instanceof Uint16Array ? picture : { ...picture, data: toSixteenBits(data) }
}

/** Rounds, where the picture library would cut the lower byte off. */
function toEightBits(data: Uint16Array): Uint8Array {
  // Uint8Array.from with a function takes 6 s and 2 GB for 24 megapixels.
  const rounded = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) rounded[i] = Math.round((data[i] ?? 0) / 257)
  return rounded
}

/** 0…255 becomes 0…65535: 257 is their ratio. */
function toSixteenBits(data: Uint8Array): Uint16Array {
  const scaled = new Uint16Array(data.length)
  for (let i = 0; i < data.length; i++) scaled[i] = (data[i] ?? 0) * 257
  return scaled
}
