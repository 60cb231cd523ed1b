/** Carries EXIF, XMP and IPTC from a photo to a picture made of it, and tells in it what was done, with exiftool. */
import { constants } from 'node:fs'
import { access, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { withExifTool } from './exiftool.ts'
import type { OutputFormat } from './formats.ts'
import { keepsNothing, tagsToCopy } from './metadata-groups.ts'
import type { MetadataGroups } from './metadata-groups.ts'

/** An event of XMP's history (`stEvt:ResourceEvent`), by which the picture tells how it came to be. */
export interface MetadataNote {
  /** The program and its version. */
  readonly softwareAgent: string
  readonly when: Date
  /** What was done, in words. */
  readonly parameters: string
}

/** The new picture, as its own tags must describe it. */
export interface WrittenPicture {
  readonly format: OutputFormat
  readonly width: number
  readonly height: number
  /** EXIF knows of sRGB, and of others only that they are others. */
  readonly isSrgb: boolean
}

export interface MetadataOptions {
  /** The photo that metadata are taken from. */
  readonly source?: string | undefined
  readonly groups: MetadataGroups
  readonly note?: MetadataNote | undefined
}

/** WebP and AVIF have no place for IPTC that exiftool would write to. */
const iptcFormats: ReadonlySet<OutputFormat> = new Set(['jpeg', 'png', 'tiff'])

/** IPTC NewsCodes: a photograph that a trained network had a part in. */
const digitalSourceType =
  'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia'

/** What would tell of the old file: its size, its turning, its colours, and the small pictures inside it. */
const leftOut = [
  ...[
    'Orientation',
    'ImageWidth',
    'ImageHeight',
    'ExifImageWidth',
    'ExifImageHeight',
    'TileWidth',
    'TileLength',
  ],
  ...['ColorSpace', 'InteropIFD:all', 'XMP-photoshop:ICCProfile', 'XMP-photoshop:ColorMode', 'Gamma'],
  ...['WhitePoint', 'PrimaryChromaticities', 'TransferFunction', 'ReferenceBlackWhite', 'YCbCrCoefficients'],
  ...['YCbCrPositioning', 'YCbCrSubSampling', 'ComponentsConfiguration', 'CompressedBitsPerPixel'],
  ...['Compression', 'PhotometricInterpretation', 'BitsPerSample', 'SamplesPerPixel', 'PlanarConfiguration'],
  ...['IFD1:all', 'ThumbnailImage', 'PreviewImage', 'JpgFromRaw', 'OtherImage', 'XMP-xmp:Thumbnails'],
  // Depth maps, gain maps and motion pictures lie outside the picture and do not come along.
  ...[
    'XMP-dc:Format',
    'NativeDigest',
    'XMP-hdrgm:all',
    'XMP-GContainer:all',
    'XMP-Device:all',
    'XMP-xmpNote:all',
  ],
  ...['XMP-GDepth:all', 'XMP-GImage:all', 'XMP-GCamera:MicroVideo*', 'XMP-GCamera:MotionPhoto*'],
].map((tag) => `--${tag}`)

/**
 * Writes into the picture `target`, in place: the chosen groups of the photo `source`, with orientation, sizes and
 * colour space as those of the new picture; and the note. Gives false, and leaves the target as it was, where that
 * cannot be done, for example without Perl on Linux; where only the source cannot be read, the note is written.
 */
export async function writeMetadata(
  target: string,
  picture: WrittenPicture,
  { source, groups, note }: MetadataOptions,
): Promise<boolean> {
  const from = keepsNothing(groups) ? undefined : source
  if (from === undefined && note === undefined) return true
  try {
    // The target's own folder may have a line break in its name, which exiftool cannot take.
    if (/[\r\n]/.test(resolve(target))) return false
    if (from === undefined) return await write(target, note, [])
    if (!(await isReadable(from))) {
      if (note) await write(target, note, [])
      return false
    }
    return await withPlainName(resolve(from), (plain) =>
      write(target, note, [
        ...['-tagsFromFile', plain, ...tagsToCopy(groups, iptcFormats.has(picture.format)), ...leftOut],
        `-ExifIFD:ExifImageWidth=${picture.width}`,
        `-ExifIFD:ExifImageHeight=${picture.height}`,
        `-ExifIFD:ColorSpace=${picture.isSrgb ? 1 : 65535}`,
        '-IFD0:Orientation=1',
        '-PreviewImage=',
      ]),
    )
  } catch {
    return false
  }
}

async function write(
  target: string,
  note: MetadataNote | undefined,
  args: readonly string[],
): Promise<boolean> {
  // Given before everything else: what the source says of its creator comes later and wins.
  const first = note ? { 'XMP-xmp:CreatorTool': note.softwareAgent } : { 'Orientation#': 1 }
  // As stored (-n): what exiftool would print is rounded.
  const writeArgs = ['-n', ...args, ...(note ? noteArguments(note) : []), '-overwrite_original']
  const { updated, unchanged } = await withExifTool((tool) =>
    tool.write(resolve(target), first, { useMWG: false, writeArgs }),
  )
  return updated + unchanged === 1
}

/** An event more in the history, behind those that the source has. */
function noteArguments({ softwareAgent, when, parameters }: MetadataNote): string[] {
  const event = {
    Action: 'filtered',
    SoftwareAgent: softwareAgent,
    When: when.toISOString().replace(/^(\d+)-(\d+)-(\d+)T([\d:]+).*$/, '$1:$2:$3 $4Z'),
    Parameters: parameters,
  }
  const fields = Object.entries(event).map(([name, value]) => `${name}=${escape(value)}`)
  return [`-XMP-xmpMM:History+={${fields.join(',')}}`, `-XMP-iptcExt:DigitalSourceType=${digitalSourceType}`]
}

/**
 * exiftool takes one argument a line and is told to read entities; within a structure some characters have a meaning,
 * which a bar before them takes away.
 */
const escape = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/[,[\]{}|]/g, '|$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  )

/**
 * exiftool takes its arguments line by line, and in a source's name a percent sign begins a pattern for which it has
 * no escape; a photo of such a name is read from a copy.
 */
async function withPlainName<T>(path: string, use: (plain: string) => Promise<T>): Promise<T> {
  if (!/[%\r\n]/.test(path)) return use(path)
  const folder = await mkdtemp(join(tmpdir(), 'solstice-'))
  try {
    const plain = join(folder, 'photo')
    await copyFile(path, plain)
    return await use(plain)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
