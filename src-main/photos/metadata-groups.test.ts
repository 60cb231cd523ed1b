/** Metadata kept and removed by groups, and the note of what was done; read back with exiftool, tag by tag. */
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodePhoto } from './decode.ts'
import { encodePhoto, encodeToBuffer } from './encode.ts'
import type { EncodeOptions } from './encode.ts'
import { simpleEncoding } from './encoding.ts'
import type { OutputFormat } from './formats.ts'
import { allGroups } from './metadata-groups.ts'
import type { MetadataGroups } from './metadata-groups.ts'
import { closePhotos } from './exiftool.ts'
import { loadSharp } from './sharp.ts'
import { gradient, temporaryFolder } from './test-support.ts'

const at = temporaryFolder()
const photos = resolve(import.meta.dirname, '../../../shared/photos')
const reader = new ExifTool({ maxProcs: 1, useMWG: false, geolocation: false })
const hasExifTool = await reader.version().then(
  () => true,
  () => false,
)
const formats = ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const satisfies readonly OutputFormat[]
const holdsIptc = (format: OutputFormat): boolean => format !== 'webp' && format !== 'avif'
const none: MetadataGroups = { camera: false, place: false, captions: false, copyright: false }

type Tags = Readonly<Record<string, unknown>>

async function tagsOf(path: string): Promise<Tags> {
  const args = ['-G1', '-n', '-a', '-struct', '-json']
  return z.record(z.string(), z.unknown()).parse(await reader.readRaw(path, { readArgs: args }))
}

/** One tag and more of each group in each of the three kinds. */
const told: Readonly<Record<keyof MetadataGroups, Readonly<Record<string, string | number>>>> = {
  camera: {
    'IFD0:Make': 'Nordlicht',
    'IFD0:Model': 'N 1',
    'IFD0:Software': 'Dunkelkammer 3',
    'ExifIFD:DateTimeOriginal': '2024:07:06 05:04:03',
    'ExifIFD:OffsetTimeOriginal': '+02:00',
    'ExifIFD:FNumber': 2.8,
    'ExifIFD:ISO': 400,
    'ExifIFD:LensModel': '35mm F2',
    'ExifIFD:SerialNumber': 'S-1234',
    'XMP-aux:Lens': '35.0 mm f/2.0',
    'XMP-photoshop:DateCreated': '2024:07:06 05:04:03',
    'XMP-xmp:CreateDate': '2024:07:06 05:04:03',
    'IPTC:DateCreated': '2024:07:06',
  },
  place: {
    'GPS:GPSLatitude': 46.5,
    'GPS:GPSLatitudeRef': 'N',
    'GPS:GPSLongitude': 8.25,
    'GPS:GPSLongitudeRef': 'E',
    'GPS:GPSDateStamp': '2024:07:06',
    'XMP-exif:GPSMapDatum': 'Andermatt-Datum',
    'XMP-photoshop:City': 'Andermatt',
    'XMP-photoshop:Country': 'Andermatt-Land',
    'XMP-iptcCore:Location': 'Andermatt-Oberalp',
    'IPTC:City': 'Andermatt',
    'IPTC:Sub-location': 'Andermatt-Oberalp',
  },
  captions: {
    'IFD0:ImageDescription': 'Ein Murmeltier',
    'IFD0:XPTitle': 'Murmeltier',
    'IFD0:XPKeywords': 'Murmeltier;Berg',
    'IFD0:Rating': 4,
    'ExifIFD:UserComment': 'Murmeltier, pfeift',
    'XMP-dc:Title': 'Murmeltier',
    'XMP-dc:Description': 'Ein Murmeltier',
    'XMP-dc:Subject': 'Murmeltier',
    'XMP-lr:HierarchicalSubject': 'Tiere|Murmeltier',
    'XMP-xmp:Rating': 4,
    'XMP-iptcExt:PersonInImage': 'Murmeltier',
    'IPTC:Caption-Abstract': 'Ein Murmeltier',
    'IPTC:Keywords': 'Murmeltier',
    'IPTC:Headline': 'Murmeltier!',
  },
  copyright: {
    'IFD0:Artist': 'Zoë Amsel',
    'IFD0:Copyright': '© Zoë Amsel',
    'IFD0:XPAuthor': 'Zoë Amsel',
    'ExifIFD:OwnerName': 'Zoë Amsel',
    'XMP-dc:Creator': 'Zoë Amsel',
    'XMP-dc:Rights': '© Zoë Amsel',
    'XMP-xmpRights:UsageTerms': 'ask Amsel',
    'XMP-photoshop:Credit': 'Amsel',
    'XMP-plus:LicensorName': 'Amsel',
    'XMP-iptcCore:CreatorWorkEmail': 'amsel@example.org',
    'IPTC:By-line': 'Zoë Amsel',
    'IPTC:CopyrightNotice': '© Zoë Amsel',
  },
}
/** What belongs to no group, and may tell of any. */
const other = {
  'XMP-crs:RawFileName': 'Andermatt-Amsel.nef',
  'XMP-drone-dji:GPSLatitude': 46.5,
  'XMP-xmpMM:PreservedFileName': 'Andermatt-Amsel.nef',
  'XMP-xmpDM:ShotLocation': 'Andermatt',
}
/** A word by which each group is found wherever it may have gone. */
const words: Readonly<Record<keyof MetadataGroups, RegExp>> = {
  camera: /Nordlicht|Dunkelkammer|35mm|S-1234|05:04/,
  place: /Andermatt|GPS|46[.,]5/,
  captions: /Murmeltier/,
  copyright: /Amsel/,
}

const source = at('source.jpg')
const picture = gradient(24, 16)

async function writtenAs(format: OutputFormat, options: EncodeOptions): Promise<Tags> {
  const path = at(`out.${format}`)
  const written = await encodePhoto(picture, path, simpleEncoding(format), { overwrite: true, ...options })
  expect(written).toEqual({ metadataKept: true })
  const sharp = await loadSharp()
  expect((await sharp(path).metadata()).hasProfile).toBe(true)
  return tagsOf(path)
}

beforeAll(async () => {
  if (!hasExifTool) return
  writeFileSync(source, await encodeToBuffer(gradient(64, 48), { format: 'jpeg' }))
  const all = { ...told.camera, ...told.place, ...told.captions, ...told.copyright, ...other }
  const args = Object.entries(all).map(([tag, value]) => `-${tag}#=${value}`)
  args.push('-IPTC:CodedCharacterSet=UTF8', '-overwrite_original')
  const { warnings } = await reader.write(source, { Orientation: 1 }, { useMWG: false, writeArgs: args })
  expect(warnings).toBeUndefined()
})

afterAll(async () => {
  await reader.end()
  await closePhotos()
})

describe.skipIf(!hasExifTool)('groups of metadata (needs Perl where the system is not Windows)', () => {
  it('stand in the source of these tests', async () => {
    const tags = await tagsOf(source)
    const names = Object.keys({
      ...told.camera,
      ...told.place,
      ...told.captions,
      ...told.copyright,
      ...other,
    })
    expect(names.filter((name) => !isThere(tags, name))).toEqual([])
  })

  for (const format of formats) {
    it(`${format}: all of them`, async () => {
      const tags = await writtenAs(format, { metadataFrom: source })
      const before = await tagsOf(source)
      for (const tag of Object.keys({ ...told.camera, ...told.place, ...told.captions, ...told.copyright })) {
        if (!tag.startsWith('IPTC:') || holdsIptc(format))
          expect([tag, tags[tag]]).toEqual([tag, before[tag]])
      }
    })

    it(`${format}: one of them, and nothing of the others`, async () => {
      const before = await tagsOf(source)
      for (const name of Object.keys(told) as (keyof MetadataGroups)[]) {
        const tags = await writtenAs(format, { metadataFrom: source, groups: { ...none, [name]: true } })
        for (const tag of Object.keys(told[name])) {
          if (!tag.startsWith('IPTC:') || holdsIptc(format))
            expect([tag, tags[tag]]).toEqual([tag, before[tag]])
        }
        expectSilence(
          tags,
          (Object.keys(told) as (keyof MetadataGroups)[]).filter((each) => each !== name),
        )
      }
    })
  }

  it.each(['camera', 'place', 'captions', 'copyright'] as const)('all but %s', async (name) => {
    const tags = await writtenAs('jpeg', { metadataFrom: source, groups: { ...allGroups, [name]: false } })
    expectSilence(tags, [name])
    const before = await tagsOf(source)
    for (const [group, itsTags] of Object.entries(told)) {
      for (const tag of Object.keys(itsTags))
        if (group !== name) expect([tag, tags[tag]]).toEqual([tag, before[tag]])
    }
  })

  it('none at all: the picture and its profile, nothing else', async () => {
    for (const format of formats) {
      const tags = await writtenAs(format, { metadataFrom: source, groups: none })
      expect(Object.keys(tags).filter((tag) => /^(?:XMP|IPTC|GPS|ExifIFD|Photoshop)/.test(tag))).toEqual([])
      expectSilence(tags, ['camera', 'place', 'captions', 'copyright'])
    }
  })

  it('IPTC alone goes to XMP where the format has no place for it, and gives way to what XMP says', async () => {
    const bare = at('iptc.jpg')
    writeFileSync(bare, await encodeToBuffer(picture, { format: 'jpeg' }))
    const args = ['-IPTC:City=Bärn', '-IPTC:Keywords=Schnee', '-IPTC:Keywords=Eis', '-IPTC:By-line=Zoë']
    args.push('-IPTC:Caption-Abstract=aus IPTC', '-XMP-dc:Description=aus XMP', '-XMP-dc:Creator=Amsel')
    args.push('-IPTC:CodedCharacterSet=UTF8', '-overwrite_original')
    await reader.write(bare, { Orientation: 1 }, { useMWG: false, writeArgs: args })
    for (const format of ['webp', 'avif'] as const) {
      const expected = { 'XMP-photoshop:City': 'Bärn', 'XMP-dc:Subject': ['Schnee', 'Eis'] }
      const tags = await writtenAs(format, { metadataFrom: bare })
      expect(tags).toMatchObject({
        ...expected,
        'XMP-dc:Description': 'aus XMP',
        'XMP-dc:Creator': ['Amsel'],
      })
      const silent = await writtenAs(format, { metadataFrom: bare, groups: { ...allGroups, place: false } })
      expect(JSON.stringify(silent)).not.toContain('Bärn')
      expect(silent).toMatchObject({ 'XMP-dc:Subject': ['Schnee', 'Eis'] })
    }
  })

  it('the colour space is told as far as EXIF can', async () => {
    const { displayP3 } = await import('./colour-space.ts')
    const photo = { ...picture, space: displayP3() }
    await encodePhoto(photo, at('p3.jpg'), { format: 'jpeg' }, { metadataFrom: source })
    expect(await tagsOf(at('p3.jpg'))).toMatchObject({
      'ExifIFD:ColorSpace': 65535,
      'ICC_Profile:ProfileDescription': 'Display P3',
    })
    expect(await writtenAs('jpeg', { metadataFrom: source })).toMatchObject({ 'ExifIFD:ColorSpace': 1 })
  })
})

/** Struct members are written by flat names and read as their structs. */
function isThere(tags: Tags, name: string): boolean {
  if (name in tags) return true
  const member = /:(?:Licensor|CreatorWork)(\w+)$/.exec(name)
  return member !== null && JSON.stringify(tags).includes(member[1] === 'Email' ? 'amsel@' : 'LicensorName')
}

function expectSilence(tags: Tags, groups: readonly (keyof MetadataGroups)[]): void {
  const own = Object.entries(tags).filter(
    ([tag]) => !/^(?:System|File|ExifTool|SourceFile|Composite)/.test(tag),
  )
  for (const group of groups) {
    expect(own.filter(([tag, value]) => words[group].test(`${tag} ${JSON.stringify(value)}`))).toEqual([])
  }
  for (const tag of Object.keys(other)) expect(tags).not.toHaveProperty([tag])
}

describe.skipIf(!hasExifTool)('a note of what was done', () => {
  const note = {
    softwareAgent: 'Solstice 0.1.0',
    when: new Date('2026-01-02T03:04:05.678Z'),
    parameters: 'style Schnee & Eis, [<{very}>] | 100 %, ünï\ndirection AtoB',
  }
  const event = {
    Action: 'filtered',
    SoftwareAgent: 'Solstice 0.1.0',
    When: '2026:01:02 03:04:05Z',
    Parameters: 'style Schnee & Eis, [<{very}>] | 100 %, ünï direction AtoB',
  }
  const sourceType = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia'

  it('stands in every format, with and without anything else', async () => {
    writeFileSync(at('bare.png'), await encodeToBuffer(picture, { format: 'png' }))
    for (const format of formats) {
      for (const options of [{}, { metadataFrom: at('bare.png') }, { metadataFrom: source, groups: none }]) {
        expect(await writtenAs(format, { ...options, note })).toMatchObject({
          'XMP-xmpMM:History': [event],
          'XMP-iptcExt:DigitalSourceType': sourceType,
          'XMP-xmp:CreatorTool': 'Solstice 0.1.0',
        })
      }
    }
  })

  it('comes behind the history that a photo has, and leaves its creator alone', async () => {
    const edited = at('edited.jpg')
    writeFileSync(edited, await encodeToBuffer(picture, { format: 'jpeg' }))
    const args = ['-XMP-xmpMM:History={Action=saved,SoftwareAgent=Dunkelkammer}']
    args.push('-XMP-xmp:CreatorTool=Dunkelkammer 3', '-overwrite_original')
    await reader.write(edited, { Orientation: 1 }, { useMWG: false, writeArgs: args })
    expect(await writtenAs('tiff', { metadataFrom: edited, note })).toMatchObject({
      'XMP-xmpMM:History': [{ Action: 'saved', SoftwareAgent: 'Dunkelkammer' }, event],
      'XMP-xmp:CreatorTool': 'Dunkelkammer 3',
    })
    // The history of a photo may tell of places and people.
    const removed = await writtenAs('tiff', {
      metadataFrom: edited,
      groups: { ...allGroups, place: false },
      note,
    })
    expect(removed).toMatchObject({ 'XMP-xmpMM:History': [event] })
  })

  it('is written where the photo itself is gone, which is told', async () => {
    const options = { metadataFrom: at('gone.jpg'), note, overwrite: true }
    const written = await encodePhoto(picture, at('out.png'), { format: 'png' }, options)
    expect(written).toEqual({ metadataKept: false })
    expect(await tagsOf(at('out.png'))).toMatchObject({ 'XMP-xmpMM:History': [event] })
  })
})

/** Numbers to the digits that EXIF's fractions have; exiftool adds the time zone that IPTC wants, where there is none. */
function isSame(after: unknown, before: unknown): boolean {
  if (typeof after === 'number' && typeof before === 'number')
    return Math.abs(after - before) <= 1e-6 * Math.abs(before)
  const [one, other] = [JSON.stringify(after), JSON.stringify(before)]
  return one === other || one === other.replace(/"$/, '+00:00"')
}

/**
 * Tags that tell of the old file, or of exiftool's reading of it; and one that telephones write into a name space where
 * it does not belong, and exiftool writes nothing unknown.
 */
const stale =
  /^(?:SourceFile$|(?:System|File|ExifTool|Composite|JFIF|ICC|PNG|QuickTime|Meta|Adobe|IFD1|InteropIFD|PreviewIFD|Photoshop|XMP-x):?)|:(?:\w*Thumbnail\w*|Preview\w*|Orientation|ImageWidth|ImageHeight|ExifImage\w+|ColorSpace|ICCProfileName|ColorMode|Compression|Photometric\w+|BitsPerSample|SamplesPerPixel|PlanarConfiguration|YCbCr\w+|ComponentsConfiguration|CompressedBitsPerPixel|StripOffsets|StripByteCounts|RowsPerStrip|Predictor|TileWidth|TileLength|SubfileType|\w*NativeDigest|Format|CurrentIPTCDigest|EnvelopeRecordVersion|ApplicationRecordVersion|ExifVersion|FlashpixVersion|PrintIM\w*|XPosition|YPosition)$|^XMP-exif:CompositeImage$/

describe.skipIf(!hasExifTool || !existsSync(photos))(
  'photos from cameras (../shared/photos; skipped where they are not there)',
  () => {
    const names = ['iphone6plus.jpg', 'iphone.heic', 'nikon-d3100.jpg', 'tifftag-photoshop.tiff']
    for (const name of names) {
      for (const format of formats) {
        it(`${name} as ${format}: every tag that does not tell of the old file`, async () => {
          const photo = join(photos, name)
          const before = await tagsOf(photo)
          const pixels = await decodePhoto(photo, { longSide: 64, colour: 'keep' })
          const path = at(`camera.${format}`)
          const options = { metadataFrom: photo, overwrite: true }
          expect(await encodePhoto(pixels, path, simpleEncoding(format), options)).toEqual({
            metadataKept: true,
          })
          const after = await tagsOf(path)
          const wanted = Object.entries(before).filter(
            ([tag]) => !stale.test(tag) && (holdsIptc(format) || !tag.startsWith('IPTC:')),
          )
          expect(wanted.length).toBeGreaterThan(40)
          const lost = wanted.filter(([tag, value]) => !isSame(after[tag], value))
          expect(lost.map(([tag, value]) => [tag, value, after[tag]])).toEqual([])
          if (name !== 'nikon-d3100.jpg') {
            expect(after['ICC_Profile:ProfileDescription']).toBe(before['ICC_Profile:ProfileDescription'])
          }
        }, 120_000)
      }
    }

    it('without its place a telephone’s photo tells no place', async () => {
      const photo = join(photos, 'iphone6plus.jpg')
      expect(JSON.stringify(await tagsOf(photo))).toContain('GPSLatitude')
      const tags = await writtenAs('jpeg', { metadataFrom: photo, groups: { ...allGroups, place: false } })
      const text = JSON.stringify(tags)
      expect(text).not.toMatch(/GPS|RunTime|Acceleration/)
      expect(tags).toMatchObject({ 'IFD0:Make': 'Apple', 'IFD0:Model': 'iPhone 6 Plus' })
    })
  },
)
