/** From pixels to a file or a buffer, in one of five formats, always tagged with the colour space that they are in. */
import { basename } from 'node:path'
import type { Sharp } from 'sharp'
import { Failure } from '../contract/errors.ts'
import type { Photo } from './colour-space.ts'
import { toDepth } from './depth.ts'
import { defaultQuality, writtenDepth } from './encoding.ts'
import type { Encoding } from './encoding.ts'
import { throwIfCancelled } from './failures.ts'
import type { OutputFormat } from './formats.ts'
import { srgbProfile } from './icc.ts'
import { allGroups } from './metadata-groups.ts'
import type { MetadataGroups } from './metadata-groups.ts'
import { writeMetadata } from './metadata.ts'
import type { MetadataNote } from './metadata.ts'
import { placeFile } from './place.ts'
import { loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'

export interface EncodeOptions {
  /** The photo whose EXIF, XMP and IPTC the new file shall carry. */
  readonly metadataFrom?: string | undefined
  /** Which of them; all when not given. */
  readonly groups?: MetadataGroups | undefined
  /** What was done, to be told in the file's XMP. */
  readonly note?: MetadataNote | undefined
  /** Replace an existing file; otherwise that is `file-exists`. */
  readonly overwrite?: boolean | undefined
  readonly place?: EncodeHooks | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Encoded {
  /** False where the source's metadata, or the note, could not be written; the picture is written all the same. */
  readonly metadataKept: boolean
}

/** As in `place.ts`; and what is known of the file by then. */
export interface EncodeHooks {
  readonly mark?: string | undefined
  readonly beforePlaced?: ((temporary: string, target: string, encoded: Encoded) => Promise<void>) | undefined
}

/** From this JPEG quality on, colours are stored at full resolution unless told otherwise. */
const fullColourQuality = 90
/**
 * The best codes for a JPEG are known when all of it is, which takes 11 bytes a pixel: at 100 megapixels 1.2 GB for a file
 * that is 6 % smaller.
 */
const mostToOptimise = 50e6
/** A photo of 0.8 megapixels: 0.6 s and 145 KB; sharp's own choice of 4 takes 4.7 s for 144 KB. */
const avifEffort = 2
/** The longest side that each format can hold. */
const maxSide: Readonly<Partial<Record<OutputFormat, number>>> = { jpeg: 65535, webp: 16383, avif: 16384 }

/**
 * Writes a picture, whole or not at all: never over an existing file unless `overwrite` is set. JPEG, which has no
 * alpha, shows what is transparent on white. `metadataKept` is true where no metadata were asked for. Throws `Failure`:
 * `disk-full`, `file-exists`, `cannot-write`, `picture-too-large` for the format, `cancelled`.
 */
export async function encodePhoto(
  photo: Photo,
  target: string,
  encoding: Encoding,
  options: EncodeOptions = {},
): Promise<Encoded> {
  const { metadataFrom, groups = allGroups, note, overwrite = false, place, signal } = options
  const { format } = encoding
  const longest = Math.max(photo.width, photo.height)
  const limit = maxSide[format] ?? Number.POSITIVE_INFINITY
  if (longest > limit)
    throw new Failure('picture-too-large', basename(target), `${format} holds at most ${limit} pixels a side`)

  throwIfCancelled(signal, target)
  const content = await encodeToBuffer(photo, encoding)
  throwIfCancelled(signal, target)
  const encoded = { metadataKept: true }
  const finish = async (temporary: string): Promise<void> => {
    if (metadataFrom !== undefined || note !== undefined) {
      const isSrgb = !photo.space?.shaper
      const picture = { width: photo.width, height: photo.height, isSrgb, format }
      encoded.metadataKept = await writeMetadata(temporary, picture, { source: metadataFrom, groups, note })
    }
    throwIfCancelled(signal, target)
  }
  const beforePlaced = place?.beforePlaced
  await placeFile(target, content, {
    overwrite,
    finish,
    mark: place?.mark,
    ...(beforePlaced && { beforePlaced: (temporary, placed) => beforePlaced(temporary, placed, encoded) }),
  })
  return encoded
}

/** The same picture in memory, without metadata: for previews. */
export async function encodeToBuffer(photo: Photo, encoding: Encoding): Promise<Buffer> {
  const samples = toDepth(photo, writtenDepth(encoding, photo.data instanceof Uint16Array ? 16 : 8))
  const sharp = await loadSharp()
  // sharp's own "with sRGB profile" would convert 16-bit samples, from Display P3; a profile that is kept changes none.
  const file = taggedTiff(samples, photo.space?.icc ?? (await srgbProfile()))
  const tagged = sharp(file, { limitInputPixels: false }).keepIccProfile()
  const image = samples.data instanceof Uint16Array ? tagged.toColourspace('rgb16') : tagged
  return inFormat(image, encoding, photo.width * photo.height).toBuffer()
}

function inFormat(image: Sharp, encoding: Encoding, pixels: number): Sharp {
  switch (encoding.format) {
    case 'jpeg': {
      const { quality = defaultQuality.jpeg, chroma, progressive = false } = encoding
      const chromaSubsampling = chroma ?? (quality >= fullColourQuality ? '4:4:4' : '4:2:0')
      const optimiseCoding = pixels <= mostToOptimise
      return image
        .flatten({ background: '#fff' })
        .jpeg({ quality, chromaSubsampling, progressive, optimiseCoding })
    }
    case 'png':
      return image.png({ compressionLevel: 6, adaptiveFiltering: true })
    case 'webp': {
      const { quality = defaultQuality.webp, lossless = false } = encoding
      return image.webp(lossless ? { lossless, exact: true } : { quality })
    }
    case 'tiff': {
      const { compression = 'deflate' } = encoding
      return image.tiff({ compression, ...(compression !== 'none' && { predictor: 'horizontal' }) })
    }
    case 'avif': {
      const { quality = defaultQuality.avif, lossless = false } = encoding
      return image.avif({ ...(lossless ? { lossless } : { quality }), effort: avifEffort })
    }
  }
}
