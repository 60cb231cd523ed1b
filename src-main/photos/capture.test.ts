/** Dates and cameras, of real photos where they are present, and of pictures tagged for it. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { cameraName, captureDate, readCapture } from './capture.ts'
import { closePhotos, withExifTool } from './exiftool.ts'
import { loadSharp } from './sharp.ts'
import { temporaryFolder } from './test-support.ts'

const at = temporaryFolder()
const photos = resolve(import.meta.dirname, '../../../shared/photos')
const nothing = { date: null, camera: null }

afterAll(closePhotos)

/** A small picture with some tags. */
async function tagged(name: string, tags: Readonly<Record<string, string>>): Promise<string> {
  const sharp = await loadSharp()
  await sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } }).toFile(at(name))
  const writeArgs = [
    '-overwrite_original',
    '-n',
    ...Object.entries(tags).map(([tag, value]) => `-${tag}=${value}`),
  ]
  await withExifTool((tool) => tool.write(at(name), { 'Orientation#': 1 }, { useMWG: false, writeArgs }))
  return at(name)
}

const day = (year: number, month: number, dayOfMonth: number, hour = 0, minute = 0, second = 0) => {
  return { year, month, day: dayOfMonth, hour, minute, second }
}

describe.skipIf(!existsSync(photos))('../shared/photos (skipped where it is not there)', () => {
  it.each([
    ['nikon-d3100.jpg', day(2010, 12, 2, 13, 18, 23), 'NIKON D3100'],
    ['iphone.heic', day(2020, 5, 4, 18, 44, 6), 'Apple iPhone 11 Pro'],
    ['iphone6plus.jpg', day(2014, 10, 31, 13, 32, 37), 'Apple iPhone 6 Plus'],
    ['tifftag-photoshop.tiff', day(2018, 10, 12, 14, 45, 38), 'FUJIFILM X-T2'],
    ['Channel_digital_image_CMYK_color.jpg', day(2004, 3, 20, 14, 54, 55), 'Canon EOS 300D DIGITAL'],
    ['giant-image.jpg', null, null],
    ['corrupt-header.jpg', null, null],
  ])('%s', async (name, date, camera) => {
    expect(await readCapture(join(photos, name))).toEqual({ date, camera })
  })
})

describe('what a photo says of itself', () => {
  const [original, created, published] = ['2001:02:03 04:05:06', '2002:02:03 04:05:06', '2003-02-03T04:05:06']

  it.each([
    [{ 'EXIF:DateTimeOriginal': original, 'EXIF:CreateDate': created }, 2001],
    [{ 'EXIF:CreateDate': created, 'XMP-photoshop:DateCreated': published }, 2002],
    [{ 'EXIF:DateTimeOriginal': '0000:00:00 00:00:00', 'XMP-photoshop:DateCreated': published }, 2003],
    [{ 'XMP-exif:DateTimeOriginal': original, 'XMP-photoshop:DateCreated': published }, 2001],
  ])('the first date that is whole: %j', async (tags, year) => {
    for (const ending of ['jpg', 'png', 'webp', 'tif']) {
      const path = await tagged(`dated-${year}.${ending}`, tags)
      expect(await readCapture(path)).toEqual({ date: day(year, 2, 3, 4, 5, 6), camera: null })
    }
  })

  it('the hour on the camera’s clock, whatever the zone', async () => {
    const path = await tagged('zone.jpg', {
      'EXIF:DateTimeOriginal': '2024:12:31 23:59:58',
      'EXIF:OffsetTimeOriginal': '-11:00',
      'EXIF:SubSecTimeOriginal': '999',
    })
    expect((await readCapture(path)).date).toEqual(day(2024, 12, 31, 23, 59, 58))
  })

  it('a camera that is called a number, and one that only XMP knows', async () => {
    expect((await readCapture(await tagged('500.jpg', { 'EXIF:Model': '500' }))).camera).toBe('500')
    const path = await tagged('xmp.png', { 'XMP-tiff:Make': 'Canon', 'XMP-tiff:Model': 'EOS R5' })
    expect((await readCapture(path)).camera).toBe('Canon EOS R5')
  })

  it('nothing when there is nothing to ask', async () => {
    await writeFile(at('text.jpg'), 'no picture')
    await writeFile(at('empty.jpg'), '')
    await writeFile(at('line\nbreak.jpg'), '')
    for (const name of ['text.jpg', 'empty.jpg', 'line\nbreak.jpg', 'missing.jpg'])
      expect(await readCapture(at(name))).toEqual(nothing)
  })

  it('from a file whose name exiftool could take for an argument', async () => {
    const path = await tagged('-ver %f #.jpg', { 'EXIF:DateTimeOriginal': original })
    expect((await readCapture(path)).date?.year).toBe(2001)
  })
})

describe('dates as they are written', () => {
  it.each([
    ['2024:05:09 17:30:05', day(2024, 5, 9, 17, 30, 5)],
    ['2024:05:09 17:30:05.25+02:00', day(2024, 5, 9, 17, 30, 5)],
    ['2024-05-09T17:30Z', day(2024, 5, 9, 17, 30)],
    ['2024:05:09', day(2024, 5, 9)],
    ['2024:02:29 00:00:00', day(2024, 2, 29)],
    ['2023:02:29 00:00:00', null],
    ['2024:13:01 00:00:00', null],
    ['2024:04:31', null],
    ['2024:05:09 24:00:00', null],
    ['2024:05:09 12:60:00', null],
    ['2024:05', null],
    ['    :  :     :  :  ', null],
    ['0000:00:00 00:00:00', null],
    [2024, null],
    [undefined, null],
  ])('%j', (text, date) => {
    expect(captureDate(text)).toEqual(date)
  })

  it('are what they say, or none', () => {
    const unit = fc.constantFrom(...Array.from('0123456789:- T+Z.'))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit }), fc.date({ noInvalidDate: true }).map(String)), (text) => {
        const date = captureDate(text)
        if (date === null) return
        const { year, month, day: dayOfMonth } = date
        const back = new Date(Date.UTC(year, month - 1, dayOfMonth))
        expect([back.getUTCFullYear(), back.getUTCMonth() + 1, back.getUTCDate()]).toEqual([
          year,
          month,
          dayOfMonth,
        ])
      }),
    )
  })
})

describe('names of cameras', () => {
  it.each([
    ['NIKON CORPORATION', 'NIKON D3100', 'NIKON D3100'],
    ['Canon', 'Canon EOS 300D DIGITAL', 'Canon EOS 300D DIGITAL'],
    ['Apple', 'iPhone 6 Plus', 'Apple iPhone 6 Plus'],
    ['OLYMPUS IMAGING CORP.  ', 'E-M1', 'OLYMPUS E-M1'],
    ['RICOH IMAGING COMPANY, LTD.', 'PENTAX K-3', 'RICOH PENTAX K-3'],
    ['EASTMAN KODAK COMPANY', 'KODAK EASYSHARE C613', 'KODAK EASYSHARE C613'],
    ['LG Electronics', 'LG-H870', 'LG-H870'],
    ['LEICA CAMERA AG', 'LEICA Q2', 'LEICA Q2'],
    ['Camera', '', 'Camera'],
    ['', ' X100V\0\0', 'X100V'],
    [undefined, 500, '500'],
    ['  ', '\0', null],
    [undefined, undefined, null],
    [['a'], {}, null],
  ])('%j, %j', (make, model, expected) => {
    expect(cameraName(make, model)).toBe(expected)
  })
})
