/** Writes a translated photo: blended with the original, in the wanted format, under a name that is free. */
import { lstat, mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'
import { blend } from '../photos/blend.ts'
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

interface Pair {
  readonly before: Pixels
  readonly after: Pixels
}

const namesToTry = 10_000

/** Writes to `folder/name`, or `name-2`, `name-3`, … where that exists; never over a file. */
export async function writeUnderFreeName(
  source: string,
  pair: Pair,
  folder: string,
  name: string,
  options: WriteOptions,
): Promise<Written> {
  await makeFolder(folder)
  for (let n = 1; n <= namesToTry; n++) {
    const target = join(folder, nthName(name, n))
    // Encoding is work; a name that is seen to be taken is not worth it.
    if (await exists(target)) continue
    try {
      return await write(source, pair, target, options, false)
    } catch (thrown) {
      if (!(thrown instanceof Failure && thrown.code === 'file-exists')) throw thrown
    }
  }
  throw new Failure('file-exists', name)
}

/** Writes to the very place that the user chose, replacing what is there unless that is the source itself. */
export async function writeTo(
  source: string,
  pair: Pair,
  target: string,
  options: WriteOptions,
): Promise<Written> {
  if (await sameFile(source, target)) throw new Failure('same-as-source', basename(target))
  return write(source, pair, target, options, true)
}

async function write(
  source: string,
  { before, after }: Pair,
  target: string,
  { format, quality, strength, signal }: WriteOptions,
  overwrite: boolean,
): Promise<Written> {
  const pixels = blend(before, after, strength)
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
