/** From a file to pixels: turned upright, in sRGB, no larger than asked. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Sharp } from 'sharp'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'
import { conversionToSrgb } from './deep-colour.ts'
import { decodeFailure, throwIfCancelled } from './failures.ts'
import { decodeHeic } from './heic.ts'
import { examine } from './inspect.ts'
import type { Examined, PhotoInfo } from './inspect.ts'
import { profileSpace } from './icc.ts'
import { failOn, loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'
import { endsTooSoon } from './truncation.ts'

export interface DecodeOptions {
  /** Scale down, never up, until the longer side is at most this many pixels. */
  readonly longSide?: number
  /** Let a JPEG be shrunk while it is read as far as possible: quicker, a trace less sharp. For thumbnails. */
  readonly quick?: boolean
  readonly signal?: AbortSignal
}

/** More samples than this do not fit into one array on every platform. */
const maxBytes = 2 ** 31 - 1

/**
 * Decodes a photo: EXIF orientation applied, its embedded profile converted to sRGB, grey as RGB, an alpha channel only
 * where the file has one. Sources of more than 8 bits give a `Uint16Array`, others a `Uint8Array`; HEIC and CMYK
 * always 8 bits. Throws `Failure` as `inspectPhoto` does.
 */
export async function decodePhoto(path: string, options: DecodeOptions): Promise<Pixels> {
  const { signal } = options
  const examined = await examine(path, signal)
  const { info, icc } = examined
  const size = fit(info, options.longSide)
  if (size.width * size.height * (info.hasAlpha ? 4 : 3) * (info.depth / 8) > maxBytes)
    throw new Failure('picture-too-large', basename(path), `${size.width} × ${size.height} pixels at once`)
  try {
    const convert = info.depth === 16 ? await conversionToSrgb(icc, examined.isGrey) : undefined
    const source = await openSource(path, examined, convert !== undefined, signal)
    throwIfCancelled(signal, path)
    const scaled = source.resize({ ...size, fit: 'fill', fastShrinkOnLoad: options.quick === true })
    const { data, channels } = await toSamples(scaled, info.depth)
    throwIfCancelled(signal, path)
    if (data instanceof Uint16Array) convert?.(data, channels)
    return { ...size, channels, data }
  } catch (thrown) {
    throw decodeFailure(thrown, path, !(thrown instanceof Failure) && (await endsTooSoon(path, info.format)))
  }
}

/** The size that fits into `longSide` with the aspect kept, at least one pixel each way. */
export function fit(
  { width, height }: { readonly width: number; readonly height: number },
  longSide = Number.POSITIVE_INFINITY,
): { readonly width: number; readonly height: number } {
  const factor = Math.min(1, longSide / Math.max(width, height))
  const scaled = (side: number): number => Math.max(1, Math.round(side * factor))
  return { width: scaled(width), height: scaled(height) }
}

async function openSource(
  path: string,
  { info, icc }: Examined,
  isConvertedLater: boolean,
  signal: AbortSignal | undefined,
): Promise<Sharp> {
  const sharp = await loadSharp()
  const options = { failOn: failOn, limitInputPixels: false } as const
  if (info.format === 'heic') {
    // libheif would fill what is missing with grey.
    if (await endsTooSoon(path, 'heic')) throw new Failure('picture-truncated', basename(path))
    const pixels = await decodeHeic(await readFile(path), path, info.width * info.height, signal)
    return sharp(taggedTiff(pixels, profileSpace(icc) === 'rgb' ? icc : undefined), options)
  }
  if (info.depth === 8) return sharp(path, { ...options, autoOrient: true })
  // Left to itself sharp takes 16-bit pictures to Display P3 and leaves them there; told to ignore the profile on
  // the way in it keeps it, and this one conversion on the way out goes from it to sRGB.
  const image = sharp(path, { ...options, autoOrient: true, ignoreIcc: true })
  return profileSpace(icc) === 'rgb' && !isConvertedLater ? image.withIccProfile('srgb') : image
}

async function toSamples(
  image: Sharp,
  depth: PhotoInfo['depth'],
): Promise<Pick<Pixels, 'channels' | 'data'>> {
  const { data, info } = await image
    .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
    .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { channels } = info
  if (channels !== 3 && channels !== 4) throw new Error(`its ${channels} channels are not colours and alpha`)
  const { buffer, byteOffset, byteLength } = data
  const isDeep = depth === 16
  return {
    channels,
    data: isDeep
      ? new Uint16Array(buffer, byteOffset, byteLength / 2)
      : new Uint8Array(buffer, byteOffset, byteLength),
  }
}
