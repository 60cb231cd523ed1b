/** Small previews for the gallery. */
import { decodePhoto } from './decode.ts'
import { encodeToBuffer } from './encode.ts'

const quality = 80

/** A photo as WebP in sRGB, upright, at most `longSide` pixels long. Throws `Failure` as `decodePhoto` does. */
export async function thumbnail(path: string, longSide: number, signal?: AbortSignal): Promise<Buffer> {
  const pixels = await decodePhoto(path, {
    longSide,
    quick: true,
    ...(signal === undefined ? {} : { signal }),
  })
  return encodeToBuffer(pixels, { format: 'webp', quality })
}
