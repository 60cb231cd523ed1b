/** Writes a translated photo: as much changed as wanted, in the wanted size, colours and format, by a rule for names. */
import { lstat, mkdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { ExportSize, MetadataGroups, OnConflict, OutputColour } from '../contract/export.ts'
import type { LocalChange, Pixels } from '../engine/protocol.ts'
import { addDifference } from '../photos/add-difference.ts'
import { applyChange } from '../photos/apply-change.ts'
import { blend } from '../photos/blend.ts'
import type { ColourSpace, Photo } from '../photos/colour-space.ts'
import { decodePhoto, fit } from '../photos/decode.ts'
import { toDepth } from '../photos/depth.ts'
import { encodePhoto, type EncodeHooks } from '../photos/encode.ts'
import { writtenDepth, type Encoding } from '../photos/encoding.ts'
import { writeFailure } from '../photos/failures.ts'
import { underFreeName } from './free-name.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface WriteOptions {
  readonly encoding: Encoding
  /** 0…1: how much of the change is kept. */
  readonly strength: number
  /** For a change: how large the result shall be; the photo's own size when not given. */
  readonly size?: Size | undefined
  /** sRGB when not given. */
  readonly colour?: OutputColour | undefined
  /** All when not given. */
  readonly metadata?: MetadataGroups | undefined
  readonly note?: ExportNote | undefined
  readonly place?: EncodeHooks | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a written photo tells of its making. */
export interface ExportNote {
  /** Solstice's. */
  readonly version: string
  readonly style: string
  readonly direction: string
  readonly strength: number
  readonly detail: string
}

export interface Written {
  readonly path: string
  readonly width: number
  readonly height: number
  /** False where the source's EXIF, XMP or IPTC could not be carried over. */
  readonly metadataKept: boolean
  /** The colour space that it was written in: `own` is the photo's. */
  readonly colour: 'srgb' | ColourSpace['kind']
}

/**
 * What a style made of a photo: a picture beside it, both in sRGB and as large as the result shall be; a change that is
 * carried to the photo's own pixels; or the result itself, in sRGB and as strong as wanted.
 */
export type Translated =
  | { readonly before: Pixels; readonly after: Pixels }
  | { readonly change: LocalChange }
  | { readonly mixed: Pixels }

/** How large a photo is written: never enlarged, at least one pixel each way. */
export function outputSize(photo: Size, size: ExportSize): Size {
  if (size.kind === 'full') return { width: photo.width, height: photo.height }
  const side = Math.max(photo.width, photo.height)
  // A whole number of pixels, so that whoever decodes the photo with this long side has the same size.
  return fit(photo, size.kind === 'side' ? size.pixels : Math.max(1, Math.round((side * size.percent) / 100)))
}

/** Null where the name is taken and the rule is to skip. Throws `same-as-source` rather than replace the photo itself. */
export async function writeByRule(
  source: string,
  translated: Translated,
  folder: string,
  name: string,
  { onConflict, ...options }: WriteOptions & { readonly onConflict: OnConflict },
): Promise<Written | null> {
  const target = join(folder, name)
  switch (onConflict) {
    case 'unique':
      return writeUnderFreeName(source, translated, folder, name, options)
    case 'overwrite':
      await makeFolder(dirname(target))
      return writeTo(source, translated, target, options)
    case 'skip':
      if (await exists(target)) return null
      await makeFolder(dirname(target))
      return writeNew(source, await mix(source, translated, options), target, options)
  }
}

/** Writes to `folder/name`, or `name-2`, `name-3`, … where that exists; never over a file. */
export async function writeUnderFreeName(
  source: string,
  translated: Translated,
  folder: string,
  name: string,
  options: WriteOptions,
): Promise<Written> {
  await makeFolder(dirname(join(folder, name)))
  const photo = await mix(source, translated, options)
  return underFreeName(join(folder, name), async (target) => {
    // Encoding is work; a name that is seen to be taken is not worth it.
    if (await exists(target)) throw new Failure('file-exists', basename(target))
    return write(source, photo, target, options, false)
  })
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

/** As much of the change as wanted, on the photo's own pixels where colours outside sRGB are to be kept. */
async function mix(source: string, translated: Translated, options: WriteOptions): Promise<Photo> {
  const { encoding, strength, size, colour = 'srgb', signal } = options
  if ('mixed' in translated) return translated.mixed
  const isPair = 'after' in translated
  if (isPair && colour === 'srgb') return blend(translated.before, translated.after, strength)
  const wanted = isPair ? translated.before : size
  const decoded = await decodePhoto(source, {
    colour,
    ...(wanted && { longSide: Math.max(wanted.width, wanted.height) }),
    ...(signal && { signal }),
  })
  // The change has finer steps than a photo of 8 bits; they show where 16 are written.
  const photo = writtenDepth(encoding, 8) === 16 ? toDepth(decoded, 16) : decoded
  if (isPair) await addDifference(photo, translated.before, translated.after, { strength, signal })
  else await applyChange(photo, translated.change, { strength, signal })
  return photo
}

/** Null where the name was taken meanwhile. */
async function writeNew(
  source: string,
  photo: Photo,
  target: string,
  options: WriteOptions,
): Promise<Written | null> {
  try {
    return await write(source, photo, target, options, false)
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'file-exists') return null
    throw thrown
  }
}

async function write(
  source: string,
  photo: Photo,
  target: string,
  { encoding, metadata, note, place, signal }: WriteOptions,
  overwrite: boolean,
): Promise<Written> {
  const { metadataKept } = await encodePhoto(photo, target, encoding, {
    ...{ metadataFrom: source, groups: metadata, overwrite, place, signal },
    note: note && {
      softwareAgent: `Solstice ${note.version}`,
      when: new Date(),
      parameters: parametersOf(note),
    },
  })
  const { width, height, space } = photo
  return { path: target, width, height, metadataKept, colour: space?.kind ?? 'srgb' }
}

const parametersOf = ({ style, direction, strength, detail }: ExportNote): string =>
  `style ${style}, direction ${direction}, strength ${Math.round(strength * 100)}%, detail ${detail}`

/** Whether the name is taken, by whatever it may be. */
export const exists = (path: string): Promise<boolean> =>
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

/** By the place that the paths lead to; and by the file there, which may have several names. */
async function sameFile(source: string, target: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => null)
  const [from, to] = await Promise.all([real(source), real(target)])
  if (from !== null && from === to) return true
  const look = (path: string) => stat(path, { bigint: true }).catch(() => null)
  const [one, other] = await Promise.all([look(source), look(target)])
  return one !== null && other !== null && one.ino !== 0n && one.ino === other.ino && one.dev === other.dev
}
