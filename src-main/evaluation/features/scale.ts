/** Pictures of any depth in another size, as RGB of 8 bits; what is transparent is shown on white, as in a JPEG. */
import type { Pixels } from '../../engine/protocol.ts'
import { toDepth } from '../../photos/depth.ts'
import { loadSharp } from '../../photos/sharp.ts'
import type { RgbPicture } from './lab.ts'

/** With the aspect kept, as many pixels as a square of `side` has. */
export async function toArea(pixels: Pixels, side: number): Promise<RgbPicture> {
  const factor = side / Math.sqrt(pixels.width * pixels.height)
  const scaled = (length: number): number => Math.max(1, Math.round(length * factor))
  return resized(pixels, { width: scaled(pixels.width), height: scaled(pixels.height) })
}

/** By Lanczos of three lobes. */
export async function resized(
  pixels: Pixels,
  size: { readonly width: number; readonly height: number },
): Promise<RgbPicture> {
  const { width, height, channels, data } = toDepth(pixels, 8)
  const sharp = await loadSharp()
  const { data: scaled, info } = await sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), {
    raw: { width, height, channels },
    limitInputPixels: false,
  })
    .flatten({ background: '#fff' })
    .resize({ ...size, fit: 'fill', kernel: 'lanczos3' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) throw new Error(`${info.channels} channels instead of three colours`)
  return { ...size, data: new Uint8Array(scaled) }
}
