/** Writes a translated photo: as much changed as wanted, in the wanted format, under a name that is free. */
import { lstat, mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { LocalChange, Pixels } from '../engine/protocol.ts'
import { applyChange } from '../photos/apply-change.ts'
import { blend } from '../photos/blend.ts'
import { decodePhoto } from '../photos/decode.ts'
import { encodePhoto } from '../photos/encode.ts'
import { writeFailure } from '../photos/failures.ts'
import type { OutputFormat } from '../photos/formats.ts'
import { nthName } from './names.ts'

export interface WriteOptions {
  readonly format: OutputFormat
  /** 1…100, for formats that lose. */
  readonly quality?: number | undefined
  /** 0…1: how much of the change is kept. */
  readonly strength: number
  readonly signal?: AbortSignal | undefined
}

export interface Written {
  readonly path: string
  readonly width: number
  readonly height: number
  /** False where the source's EXIF, XMP or IPTC could not be carried over. */
  readonly metadataKept: boolean
}

/** What a style made of a photo: a picture beside it, or a change that is carried to the photo's own pixels. */
export type Translated =
  { readonly before: Pixels; readonly after: Pixels } | { readonly change: LocalChange }

const namesToTry = 10_000

/** Writes to `folder/name`, or `name-2`, `name-3`, … where that exists; never over a file. */
export async function writeUnderFreeName(
  source: string,
  translated: Translated,
  folder: string,
  name: string,
  options: WriteOptions,
): Promise<Written> {
  await makeFolder(folder)
  const pixels = await mix(source, translated, options)
  for (let n = 1; n <= namesToTry; n++) {
    const target = join(folder, nthName(name, n))
    // Encoding is work; a name that is seen to be taken is not worth it.
    if (await exists(target)) continue
    try {
      return await write(source, pixels, target, options, false)
    } catch (thrown) {
      if (!(thrown instanceof Failure && thrown.code === 'file-exists')) throw thrown
    }
  }
  throw new Failure('file-exists', name)
}

/** Writes to the very place that the user chose, replacing what is there unless that is the source itself. */
export async function writeTo(
  source: string,
  translated: Translated,
  target: string,
  options: WriteOptions,
): Promise<Written> {
  if (await sameFile(source, target)) throw new Failure('same-as-source', basename(target))
  return write(source, await mix(source, translated, options), target, options, true)
}

/** As much of the change as wanted. A full-size photo is decoded here and changed in place: it is large. */
async function mix(
  source: string,
  translated: Translated,
  { strength, signal }: WriteOptions,
): Promise<Pixels> {
  if ('after' in translated) return blend(translated.before, translated.after, strength)
  const photo = await decodePhoto(source, signal ? { signal } : {})
  await applyChange(photo, translated.change, { strength, signal })
  return photo
}

async function write(
  source: string,
  pixels: Pixels,
  target: string,
  { format, quality, signal }: WriteOptions,
  overwrite: boolean,
): Promise<Written> {
  const { metadataKept } = await encodePhoto(pixels, target, {
    format,
    metadataFrom: source,
    overwrite,
    ...(quality === undefined ? {} : { quality }),
    ...(signal === undefined ? {} : { signal }),
  })
  return { path: target, width: pixels.width, height: pixels.height, metadataKept }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** Makes a folder for results, and those above it. Throws `cannot-write` or `disk-full`. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (thrown) {
    const { code, subject, detail } = writeFailure(thrown, folder)
    throw new Failure(code === 'file-exists' ? 'cannot-write' : code, subject, detail)
  }
}

async function sameFile(source: string, target: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => null)
  const [from, to] = await Promise.all([real(source), real(target)])
  return from !== null && from === to
}

/** The folder that a photo found at `relative` under an input goes to, so that subfolders are kept. */
export const folderFor = (outFolder: string, relative: string): string => join(outFolder, dirname(relative))
