/** From a file to pixels: turned upright, in the colour space that is asked for, no larger than asked. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Sharp } from 'sharp'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'
import { displayP3, ownSpace } from './colour-space.ts'
import type { ColourSpace, OutputColour, Photo } from './colour-space.ts'
import { convertSpace, convertToSrgb } from './convert-space.ts'
import { conversionToSrgb } from './deep-colour.ts'
import type { Conversion } from './deep-colour.ts'
import { decodeFailure, throwIfCancelled } from './failures.ts'
import { decodeHeic } from './heic.ts'
import { examine } from './inspect.ts'
import type { Examined, PhotoInfo } from './inspect.ts'
import { isTableProfile, profileSpace } from './icc.ts'
import { failOn, loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'
import { endsTooSoon } from './truncation.ts'

export interface DecodeOptions {
  /** Scale down, never up, until the longer side is at most this many pixels. */
  readonly longSide?: number
  /** Let a JPEG be shrunk while it is read as far as possible: quicker, a trace less sharp. For thumbnails. */
  readonly quick?: boolean
  /** sRGB when not given. */
  readonly colour?: OutputColour | undefined
  readonly signal?: AbortSignal
}

/** More samples than this do not fit into one array on every platform. */
const maxBytes = 2 ** 31 - 1

/**
 * Decodes a photo: EXIF orientation applied, grey as RGB, an alpha channel only where the file has one. Sources of more
 * than 8 bits give a `Uint16Array`, others a `Uint8Array`; HEIC and CMYK always 8 bits. Throws `Failure` as
 * `inspectPhoto` does.
 *
 * Colours: converted from the embedded profile to sRGB; or `keep`: the photo's own samples with its own profile, where
 * that is one of curves and primaries (table profiles, grey and CMYK become sRGB); or `display-p3`, to which grey and
 * CMYK come by way of sRGB. The result's `space` tells which it became, and is absent for sRGB.
 */
export async function decodePhoto(path: string, options: DecodeOptions): Promise<Photo> {
  const { signal, colour = 'srgb' } = options
  const examined = await examine(path, signal)
  const { info } = examined
  const size = fit(info, options.longSide)
  if (size.width * size.height * (info.hasAlpha ? 4 : 3) * (info.depth / 8) > maxBytes)
    throw new Failure('picture-too-large', basename(path), `${size.width} × ${size.height} pixels at once`)
  try {
    const route = await routeOf(examined, colour)
    const source = await openSource(path, examined, route, signal)
    throwIfCancelled(signal, path)
    const scaled = source.resize({ ...size, fit: 'fill', fastShrinkOnLoad: options.quick === true })
    const { data, channels } = await toSamples(scaled, info.depth)
    throwIfCancelled(signal, path)
    if (data instanceof Uint16Array) route.convert?.(data, channels)
    const decoded = { ...size, channels, data }
    if (colour === 'display-p3' && route.space?.kind !== 'display-p3') {
      return await convertSpace(decoded, route.space, displayP3(), signal)
    }
    if (colour === 'srgb' && route.space) return await convertToSrgb(decoded, route.space, signal)
    return { ...decoded, ...(route.space && { space: route.space }) }
  } catch (thrown) {
    throw decodeFailure(thrown, path, !(thrown instanceof Failure) && (await endsTooSoon(path, info.format)))
  }
}

/** How a picture's samples come to the space that is asked for. */
interface Route {
  /** `as-stored`: the profile is left aside; otherwise the picture library converts by it. */
  readonly library: 'as-stored' | 'to-srgb' | 'to-display-p3'
  /** Afterwards, what the library does not do well. */
  readonly convert?: Conversion | undefined
  /** Where the samples then are; sRGB when not given. */
  readonly space?: ColourSpace | undefined
}

async function routeOf(
  { info, icc, isNamed, isGrey, isRgb }: Examined,
  colour: OutputColour,
): Promise<Route> {
  // What is not in the file the library knows nothing of.
  if (isRgb && (colour !== 'srgb' || isNamed)) {
    const space = await ownSpace(icc)
    if (space) return { library: 'as-stored', space }
    // A profile of tables may reach beyond sRGB as well.
    if (isTableProfile(icc) && colour === 'display-p3')
      return { library: 'to-display-p3', space: displayP3() }
  }
  const convert = info.depth === 16 ? await conversionToSrgb(icc, isGrey) : undefined
  return { library: convert ? 'as-stored' : 'to-srgb', convert }
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
  { library }: Route,
  signal: AbortSignal | undefined,
): Promise<Sharp> {
  const sharp = await loadSharp()
  const options = { failOn: failOn, limitInputPixels: false } as const
  if (info.format === 'heic') {
    // libheif would fill what is missing with grey.
    if (await endsTooSoon(path, 'heic')) throw new Failure('picture-truncated', basename(path))
    const pixels = await decodeHeic(await readFile(path), path, info.width * info.height, signal)
    const tagged = taggedTiff(
      pixels,
      library !== 'as-stored' && profileSpace(icc) === 'rgb' ? icc : undefined,
    )
    if (library === 'to-display-p3')
      return sharp(tagged, { ...options, ignoreIcc: true }).withIccProfile('p3')
    return sharp(tagged, options)
  }
  if (info.depth === 8 && library === 'to-srgb') return sharp(path, { ...options, autoOrient: true })
  // Left to itself sharp takes 16-bit pictures to Display P3 and leaves them there, and 8-bit ones to sRGB; told to
  // ignore the profile on the way in it keeps it, and this one conversion on the way out goes from it to the target.
  const image = sharp(path, { ...options, autoOrient: true, ignoreIcc: true })
  // One that is broken is no profile: libvips would take the samples for Display P3.
  if (library === 'as-stored' || !isTableProfile(icc)) return image
  return image.withIccProfile(library === 'to-display-p3' ? 'p3' : 'srgb')
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
