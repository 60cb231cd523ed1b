/** What a photographer wrote into a photo is found in what is made of it; read back with sharp and with exiftool. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { ExifTool } from 'exiftool-vendored'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodePhoto } from './decode.ts'
import { encodePhoto, encodeToBuffer } from './encode.ts'
import type { OutputFormat } from './formats.ts'
import { simpleEncoding } from './encoding.ts'
import { closePhotos } from './exiftool.ts'
import { allGroups } from './metadata-groups.ts'
import { writeMetadata } from './metadata.ts'
import { loadSharp } from './sharp.ts'
import { gradient, temporaryFolder } from './test-support.ts'

const at = temporaryFolder()
const reader = new ExifTool({ maxProcs: 1, useMWG: false, geolocation: false })
const hasExifTool = await reader.version().then(
  () => true,
  () => false,
)

const exif = {
  'IFD0:Make': 'Nordlicht',
  'IFD0:Model': 'N 1',
  'IFD0:Copyright': '© Zoë',
  'ExifIFD:DateTimeOriginal': '2024:07:06 05:04:03',
  'ExifIFD:FNumber': 2.8,
  'ExifIFD:LensModel': '35mm F2',
  'GPS:GPSLatitude': 46.5,
  'GPS:GPSLatitudeRef': 'N',
  'GPS:GPSLongitude': 8.25,
  'GPS:GPSLongitudeRef': 'E',
}
const xmp = { 'XMP-dc:Title': 'Зима 冬', 'XMP-xmp:Rating': 4 }
const iptc = { 'IPTC:Caption-Abstract': 'Ein Tal — зима', 'IPTC:CodedCharacterSet': 'UTF8' }
/** What tells of the old picture only. */
const stale = {
  'IFD0:Orientation#': 6,
  'ExifIFD:ExifImageWidth': 6000,
  'ExifIFD:ExifImageHeight': 4000,
  'ExifIFD:ColorSpace': 'Uncalibrated',
  'XMP-tiff:Orientation#': 6,
  'XMP-tiff:ImageWidth': 6000,
  'XMP-exif:ExifImageWidth': 6000,
  'XMP-photoshop:ICCProfileName': 'Display P3',
}

const source = 'source 100%d.jpg'
const keywords = ['valley', 'снег']

/** The tags of a file, `Group:Tag` each, numbers as numbers. */
async function tagsOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  const args = ['-G1', '-n', '-a', '-struct', '-json', '-fast']
  return z.record(z.string(), z.unknown()).parse(await reader.readRaw(path, { readArgs: args }))
}

beforeAll(async () => {
  if (!hasExifTool) return
  writeFileSync(at('tiny.jpg'), await encodeToBuffer(gradient(16, 12), { format: 'jpeg' }))
  writeFileSync(at(source), await encodeToBuffer(gradient(64, 48), { format: 'jpeg' }))
  const tags = { ...exif, ...xmp, ...iptc, ...stale, 'IPTC:Keywords': keywords, 'XMP-dc:Subject': keywords }
  const args = Object.entries(tags).flatMap(([tag, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `-${tag}=${String(each)}`),
  )
  args.push(`-ThumbnailImage<=${at('tiny.jpg')}`, '-overwrite_original')
  await reader.write(at(source), { Artist: 'Zoë' }, { useMWG: false, writeArgs: args })
})

afterAll(async () => {
  await reader.end()
  await closePhotos()
})

describe.skipIf(!hasExifTool)('metadata (needs Perl where the system is not Windows)', () => {
  it('stands in the source of these tests', async () => {
    expect(await tagsOf(at(source))).toMatchObject({
      'IFD0:Orientation': 6,
      'ExifIFD:ExifImageWidth': 6000,
      'IPTC:Caption-Abstract': 'Ein Tal — зима',
      'XMP-tiff:ImageWidth': 6000,
      'IFD1:ThumbnailLength': readFileSync(at('tiny.jpg')).length,
    })
  })

  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const satisfies readonly OutputFormat[]) {
    it(`${format} carries it`, async () => {
      const pixels = await decodePhoto(at(source), { longSide: 32 })
      expect([pixels.width, pixels.height]).toEqual([24, 32])
      const path = at(`out.${format}`)
      const options = { metadataFrom: at(source), overwrite: true }
      expect(await encodePhoto(pixels, path, simpleEncoding(format), options)).toEqual({ metadataKept: true })

      const tags = await tagsOf(path)
      expect(tags).toMatchObject({
        'IFD0:Make': 'Nordlicht',
        'IFD0:Copyright': '© Zoë',
        'ExifIFD:DateTimeOriginal': '2024:07:06 05:04:03',
        'ExifIFD:FNumber': 2.8,
        'ExifIFD:LensModel': '35mm F2',
        'GPS:GPSLatitude': 46.5,
        'GPS:GPSLongitude': 8.25,
        'XMP-dc:Title': 'Зима 冬',
        'XMP-dc:Subject': keywords,
        'XMP-xmp:Rating': 4,
        'IFD0:Orientation': 1,
        'ExifIFD:ExifImageWidth': 24,
        'ExifIFD:ExifImageHeight': 32,
        'ExifIFD:ColorSpace': 1,
      })
      if (format === 'jpeg' || format === 'tiff' || format === 'png') {
        expect(tags).toMatchObject({ 'IPTC:Caption-Abstract': 'Ein Tal — зима', 'IPTC:Keywords': keywords })
      }
      const names = Object.keys(tags).join(' ')
      expect(names).not.toMatch(/Thumbnail|xmp-tiff:(?:Orientation|Image)|xmp-exif:ExifImage|ICCProfileName/)

      const sharp = await loadSharp()
      const metadata = await sharp(path).metadata()
      expect(metadata.hasProfile).toBe(true)
      expect(metadata.orientation ?? 1).toBe(1)
      if (format !== 'tiff') expect(metadata.exif?.includes('Nordlicht')).toBe(true)
      expect(metadata.xmp?.includes('Зима 冬')).toBe(true)
      expect(metadata.autoOrient).toEqual({ width: 24, height: 32 })
      expect(await decodePhoto(path, {})).toMatchObject({ width: 24, height: 32 })
    })
  }

  it('leaves no file of its own behind, nor touches the source', async () => {
    const before = readFileSync(at(source))
    await encodePhoto(gradient(8, 8), at('clean.jpg'), { format: 'jpeg' }, { metadataFrom: at(source) })
    expect(readdirSync(at()).filter((name) => /tmp|_original|^\./.test(name))).toEqual([])
    expect(readFileSync(at(source))).toEqual(before)
  })

  it('starts again after it was closed', async () => {
    await closePhotos()
    const options = { metadataFrom: at(source) }
    expect(await encodePhoto(gradient(8, 8), at('again.png'), { format: 'png' }, options)).toEqual({
      metadataKept: true,
    })
  })

  it('names of any kind do no harm', async () => {
    for (const name of ['-delete.jpg', '%f.jpg', 'two\nlines.jpg', '#[CSTR] x.jpg', 'ünï 冬 \'"$().jpg']) {
      writeFileSync(at(name), readFileSync(at(source)))
      writeFileSync(at('target.jpg'), readFileSync(at('tiny.jpg')))
      const picture = { format: 'jpeg', width: 16, height: 12, isSrgb: true } as const
      const options = { source: at(name), groups: allGroups }
      expect(await writeMetadata(at('target.jpg'), picture, options)).toBe(true)
      expect(await tagsOf(at('target.jpg'))).toMatchObject({ 'IFD0:Make': 'Nordlicht' })
    }
  })
})

it('the picture is written all the same where the metadata cannot be', async () => {
  const options = { metadataFrom: at('no such photo.jpg') }
  expect(await encodePhoto(gradient(8, 8), at('bare.png'), { format: 'png' }, options)).toEqual({
    metadataKept: false,
  })
  expect(await decodePhoto(at('bare.png'), {})).toEqual(gradient(8, 8))
})
