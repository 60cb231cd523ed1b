/** Carries EXIF, XMP and IPTC from a photo to a picture made of it, with exiftool. */
import { constants } from 'node:fs'
import { access, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ExifTool } from 'exiftool-vendored'

/** Each kind as it is, every tag to its own place; what the target cannot hold is left out by exiftool. */
const copied = ['-EXIF:all', '-MakerNotes', '-XMP:all', '-IPTC:all', '-IPTC:CodedCharacterSet']

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

let running: Promise<ExifTool> | undefined

function loadExifTool(): Promise<ExifTool> {
  running ??= import('exiftool-vendored').then(
    ({ ExifTool }) => new ExifTool({ maxProcs: 1, useMWG: false, taskRetries: 0 }),
  )
  return running
}

/**
 * Copies the metadata of the photo `source` into the picture `target`, in place; the orientation is written as 1,
 * sizes and colour space as those of the new picture (`width` × `height`, sRGB). Gives false, and leaves the target as
 * it was, where that cannot be done, for example without Perl on Linux.
 */
export async function copyMetadata(
  source: string,
  target: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<boolean> {
  try {
    await access(source, constants.R_OK)
    // The target's own folder may have a line break in its name, which exiftool cannot take.
    if (/[\r\n]/.test(resolve(target))) return false
    return await withPlainName(resolve(source), (plain) =>
      copyBetween(plain, resolve(target), { width, height }),
    )
  } catch {
    return false
  }
}

async function copyBetween(
  source: string,
  target: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<boolean> {
  const fresh = [
    `-ExifIFD:ExifImageWidth#=${width}`,
    `-ExifIFD:ExifImageHeight#=${height}`,
    '-ExifIFD:ColorSpace#=1',
    '-PreviewImage=',
  ]
  const writeArgs = ['-tagsFromFile', source, ...copied, ...leftOut, ...fresh, '-overwrite_original']
  const tool = await loadExifTool()
  const { updated, unchanged } = await tool.write(target, { 'Orientation#': 1 }, { useMWG: false, writeArgs })
  return updated + unchanged === 1
}

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

/** exiftool's version; throws where it does not start. */
export async function exiftoolVersion(): Promise<string> {
  return (await loadExifTool()).version()
}

/** Ends exiftool's process, without which Node would not exit. Another photo may start it again. */
export async function closePhotos(): Promise<void> {
  const tool = running
  running = undefined
  await (await tool)?.end()
}
