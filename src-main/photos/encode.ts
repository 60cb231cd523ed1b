/** From pixels to a file or a buffer, in one of five formats, always tagged as sRGB. */
import { basename } from 'node:path'
import type { Sharp } from 'sharp'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'
import { throwIfCancelled } from './failures.ts'
import type { OutputFormat } from './formats.ts'
import { copyMetadata } from './metadata.ts'
import { placeFile } from './place.ts'
import { srgbProfile } from './icc.ts'
import { loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'

export interface EncodeOptions {
  readonly format: OutputFormat
  /** 1…100, for JPEG, WebP and AVIF; PNG and TIFF lose nothing. */
  readonly quality?: number
  /** The photo whose EXIF, XMP and IPTC the new file shall carry. */
  readonly metadataFrom?: string
  /** Replace an existing file; otherwise that is `file-exists`. */
  readonly overwrite?: boolean
  readonly signal?: AbortSignal
}

/** Where artefacts are hard to see at full size. */
const defaultQuality = { jpeg: 92, webp: 90, avif: 65 } as const
/** From this JPEG quality on, colours are stored at full resolution too. */
const fullColourQuality = 90
/** A photo of 0.8 megapixels: 0.6 s and 145 KB; sharp's own choice of 4 takes 4.7 s for 144 KB. */
const avifEffort = 2
/** The longest side that each format can hold. */
const maxSide: Readonly<Partial<Record<OutputFormat, number>>> = { jpeg: 65535, webp: 16383, avif: 16384 }

/**
 * Writes a picture, whole or not at all: never over an existing file unless `overwrite` is set. PNG and TIFF keep
 * 16 bits; JPEG, which has no alpha, shows what is transparent on white. `metadataKept` is false where the source's
 * metadata could not be copied (the picture is written all the same), true where none was asked for.
 * Throws `Failure`: `disk-full`, `file-exists`, `cannot-write`, `picture-too-large` for the format, `cancelled`.
 */
export async function encodePhoto(
  pixels: Pixels,
  target: string,
  options: EncodeOptions,
): Promise<{ metadataKept: boolean }> {
  const { format, metadataFrom, overwrite = false, signal } = options
  const longest = Math.max(pixels.width, pixels.height)
  const limit = maxSide[format] ?? Number.POSITIVE_INFINITY
  if (longest > limit)
    throw new Failure('picture-too-large', basename(target), `${format} holds at most ${limit} pixels a side`)

  throwIfCancelled(signal, target)
  const content = await encodeToBuffer(pixels, options)
  throwIfCancelled(signal, target)
  let metadataKept = true
  const finish = async (temporary: string): Promise<void> => {
    if (metadataFrom !== undefined) metadataKept = await copyMetadata(metadataFrom, temporary, pixels)
    throwIfCancelled(signal, target)
  }
  await placeFile(target, content, { overwrite, finish })
  return { metadataKept }
}

/** The same picture in memory, without metadata: for previews. */
export async function encodeToBuffer(
  pixels: Pixels,
  { format, quality }: Pick<EncodeOptions, 'format' | 'quality'>,
): Promise<Buffer> {
  const keepsDepth = format === 'png' || format === 'tiff'
  const samples = keepsDepth ? pixels : toEightBits(pixels)
  const sharp = await loadSharp()
  // sharp's own "with sRGB profile" would convert 16-bit samples, from Display P3; a profile that is kept changes none.
  const tagged = sharp(taggedTiff(samples, await srgbProfile()), { limitInputPixels: false }).keepIccProfile()
  const image = samples.data instanceof Uint16Array ? tagged.toColourspace('rgb16') : tagged
  return inFormat(image, format, quality).toBuffer()
}

function inFormat(image: Sharp, format: OutputFormat, quality: number | undefined): Sharp {
  switch (format) {
    case 'jpeg': {
      const chosen = quality ?? defaultQuality.jpeg
      const chromaSubsampling = chosen >= fullColourQuality ? '4:4:4' : '4:2:0'
      return image.flatten({ background: '#fff' }).jpeg({ quality: chosen, chromaSubsampling })
    }
    case 'png':
      return image.png({ compressionLevel: 6, adaptiveFiltering: true })
    case 'webp':
      return image.webp({ quality: quality ?? defaultQuality.webp })
    case 'tiff':
      return image.tiff({ compression: 'deflate', predictor: 'horizontal' })
    case 'avif':
      return image.avif({ quality: quality ?? defaultQuality.avif, effort: avifEffort })
  }
}

/** Rounds, where the picture library would cut the lower byte off. */
function toEightBits(pixels: Pixels): Pixels {
  const { data } = pixels
  if (data instanceof Uint8Array) return pixels
  // Uint8Array.from with a function takes 6 s and 2 GB for 24 megapixels.
  const rounded = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) rounded[i] = Math.round((data[i] ?? 0) / 257)
  return { ...pixels, data: rounded }
}
