import { describe, expect, it } from 'vitest'
import fileTypes from './file-types.json'
import { isPhotoName, outputFormatFor, readSignature } from './formats.ts'

const head = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const brands = (major: string, ...compatible: readonly string[]): Uint8Array =>
  head(
    `\0\0\0${String.fromCharCode(16 + 4 * compatible.length)}ftyp${major}\0\0\0\0${compatible.join('')}more`,
  )

describe('readSignature', () => {
  it('knows the formats that are read', () => {
    const formats = {
      jpeg: head('\xff\xd8\xff\xe1\0\x10Exif'),
      png: head('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'),
      webp: head('RIFF\0\0\0\0WEBPVP8 '),
      tiff: head('II*\0\x08\0\0\0'),
      gif: head('GIF89a'),
      avif: brands('avif', 'mif1', 'miaf'),
      heic: brands('heic', 'mif1'),
    }
    for (const [format, bytes] of Object.entries(formats)) {
      expect(readSignature(bytes, 'x')).toEqual({ kind: 'photo', format })
    }
    expect(readSignature(head('MM\0*\0\0\0\x08'), 'x.tif')).toEqual({ kind: 'photo', format: 'tiff' })
    expect(readSignature(head('II+\0\x08\0\0\0'), 'big.tif')).toEqual({ kind: 'photo', format: 'tiff' })
  })

  it('looks at the compatible brands where the major one says nothing', () => {
    expect(readSignature(brands('mif1', 'heic', 'miaf'), 'x')).toEqual({ kind: 'photo', format: 'heic' })
    expect(readSignature(brands('mif1', 'avif'), 'x')).toEqual({ kind: 'photo', format: 'avif' })
    expect(readSignature(brands('mp42', 'isom'), 'x.heic')).toEqual({ kind: 'unknown' })
  })

  it('names pictures it knows of but does not read', () => {
    const tiff = head('MM\0*\0\0\0\x08')
    expect(readSignature(tiff, 'DSC_0001.NEF')).toEqual({ kind: 'unsupported', name: 'camera raw' })
    expect(readSignature(head('II*\0\x10\0\0\0CR\x02\0'), 'x.jpg')).toMatchObject({ kind: 'unsupported' })
    expect(readSignature(brands('crx '), 'x')).toMatchObject({ kind: 'unsupported' })
    expect(readSignature(head('BM\x36\0\0\0\0\0\0\0'), 'x')).toEqual({ kind: 'unsupported', name: 'BMP' })
    expect(readSignature(head('\xff\x0a\0'), 'x')).toEqual({ kind: 'unsupported', name: 'JPEG XL' })
  })

  it('takes nothing else for a picture', () => {
    for (const text of ['', 'B', 'hello', '%PDF-1.7', '\0\0\0\0ftyp', 'RIFF\0\0\0\0WAVE', 'BMW is a car']) {
      expect(readSignature(head(text), 'holiday.jpg')).toEqual({ kind: 'unknown' })
    }
  })
})

it('outputFormatFor keeps what can be written', () => {
  expect(outputFormatFor('heic')).toBe('jpeg')
  expect(outputFormatFor('gif')).toBe('png')
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)
    expect(outputFormatFor(format)).toBe(format)
})

it('isPhotoName goes by the extension and passes over hidden files', () => {
  const photos = [
    'a.jpg',
    'A.JPEG',
    'winter.photo.png',
    'x.HEIC',
    'x.hif',
    'x.TIF',
    'x.avif',
    'ü.webp',
    'x.gif',
  ]
  const others = [
    '.jpg',
    '.hidden.jpg',
    '._IMG_1.jpg',
    'jpg',
    'Thumbs.db',
    'a.jpg.part',
    'x.nef',
    'x.mov',
    '',
  ]
  expect(photos.filter(isPhotoName)).toEqual(photos)
  expect(others.filter(isPhotoName)).toEqual([])
})

describe('file-types.json', () => {
  it('names every extension once, in lower case', () => {
    const all = fileTypes.flatMap(({ extensions }) => extensions)
    expect(all).toEqual([...new Set(all.map((extension) => extension.toLowerCase()))])
    expect(all.map((extension) => `x.${extension}`).filter((name) => !isPhotoName(name))).toEqual([])
  })

  it('has a type for every format that is read', () => {
    const types = fileTypes.map(({ mimeType }) => mimeType.replace(/^image\//, ''))
    expect(types).toEqual(['jpeg', 'png', 'webp', 'tiff', 'avif', 'heic', 'heif', 'gif'])
  })
})
