/** Opens a picture as far as its header: what it is, how large, and whether we shall touch it at all. */
import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Metadata } from 'sharp'
import { Failure } from '../contract/errors.ts'
import { adobeRgbProfile, saysAdobeRgb } from './adobe-rgb.ts'
import { decodeFailure, readFailure, throwIfCancelled } from './failures.ts'
import { readSignature, signatureBytes } from './formats.ts'
import type { PhotoFormat } from './formats.ts'
import { loadSharp } from './sharp.ts'
import { endsTooSoon } from './truncation.ts'

/** What can be known of a photo without decoding it. */
export interface PhotoInfo {
  readonly format: PhotoFormat
  /** Pixels as shown, that is after the EXIF orientation. */
  readonly width: number
  readonly height: number
  /** Bits a sample that `decodePhoto` gives. */
  readonly depth: 8 | 16
  readonly hasAlpha: boolean
  /** The file's length. */
  readonly bytes: number
}

/** A photo's information and what decoding needs besides. */
export interface Examined {
  readonly info: PhotoInfo
  /** The colour profile, if there is one. */
  readonly icc: Uint8Array | undefined
  /** The profile is not in the file, which names the colours in another way. */
  readonly isNamed: boolean
  readonly isGrey: boolean
  /** Stored as red, green and blue: a profile for such samples may be theirs. */
  readonly isRgb: boolean
}

/** Pictures that are read row by row may be this large… */
const maxPixels = 500e6
/** …those that must be unpacked whole (8 bytes a pixel while they are) only this. */
const maxPixelsAtOnce = 200e6

/**
 * Reads a photo's header; cheap. Throws `Failure`: `file-not-found`, `file-not-readable`, `file-empty`,
 * `not-a-picture`, `format-not-supported`, `picture-damaged`, `picture-truncated`, `picture-too-large`, `cancelled`.
 */
export async function inspectPhoto(path: string, signal?: AbortSignal): Promise<PhotoInfo> {
  return (await examine(path, signal)).info
}

export async function examine(path: string, signal?: AbortSignal): Promise<Examined> {
  throwIfCancelled(signal, path)
  const { format, bytes } = await recognise(path)
  throwIfCancelled(signal, path)
  const metadata = await readHeader(path, format)
  const { width, height } = metadata.autoOrient
  const limit = isUnpackedWhole(format, metadata) ? maxPixelsAtOnce : maxPixels
  if (width * height > limit) {
    const detail = `${grouped(width)} × ${grouped(height)} pixels; at most ${limit / 1e6} megapixels are read`
    throw new Failure('picture-too-large', basename(path), detail)
  }
  const isDeep = metadata.depth !== 'uchar' && metadata.space !== 'cmyk' && format !== 'heic'
  const info = { format, width, height, depth: isDeep ? 16 : 8, hasAlpha: metadata.hasAlpha, bytes } as const
  const { icc, space, exif } = metadata
  const isGrey = space === 'grey16' || space === 'b-w'
  const isRgb = space === 'srgb' || space === 'rgb16'
  const isNamed = icc === undefined && isRgb && saysAdobeRgb(exif)
  return { info, icc: isNamed ? adobeRgbProfile() : icc, isNamed, isGrey, isRgb }
}

async function recognise(path: string): Promise<{ readonly format: PhotoFormat; readonly bytes: number }> {
  const name = basename(path)
  try {
    const { size, isFile, isDirectory } = await kindOf(path)
    await access(path, constants.R_OK)
    if (isDirectory) throw new Failure('not-a-picture', name, 'a folder')
    if (!isFile) throw new Failure('not-a-picture', name, 'a device or pipe')
    if (size === 0) throw new Failure('file-empty', name)
    const signature = readSignature(await readHead(path), name)
    if (signature.kind === 'photo') return { format: signature.format, bytes: size }
    if (signature.kind === 'unsupported') throw new Failure('format-not-supported', name, signature.name)
    throw new Failure('not-a-picture', name)
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

async function kindOf(path: string) {
  const stats = await stat(path)
  return { size: stats.size, isFile: stats.isFile(), isDirectory: stats.isDirectory() }
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(signatureBytes), 0, signatureBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function readHeader(path: string, format: PhotoFormat): Promise<Metadata> {
  const sharp = await loadSharp()
  try {
    // No limit here, so that the refusal can name the size; only the header is read.
    return await sharp(path, { limitInputPixels: false }).metadata()
  } catch (thrown) {
    const hasFullLength = format === 'jpeg' || !(await endsTooSoon(path, format))
    throw headerFailure(thrown, path, hasFullLength)
  }
}

/** A JPEG whose header cannot be read is damaged, whatever libjpeg says about its end. */
function headerFailure(thrown: unknown, path: string, hasFullLength: boolean): Failure {
  const failure = decodeFailure(thrown, path, !hasFullLength)
  if (failure.code !== 'picture-truncated' || !hasFullLength) return failure
  return new Failure('picture-damaged', failure.subject, 'its header cannot be read', { cause: thrown })
}

function isUnpackedWhole(format: PhotoFormat, metadata: Metadata): boolean {
  const isStreamed = format === 'tiff' || ((format === 'jpeg' || format === 'png') && !metadata.isProgressive)
  return !isStreamed
}

const grouped = (value: number): string => value.toLocaleString('en')
