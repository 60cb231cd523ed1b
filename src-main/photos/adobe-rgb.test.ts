/** Photos of cameras that say in EXIF alone that they are in Adobe RGB; it was taken for sRGB, and came out dull. */
import { writeFile } from 'node:fs/promises'
import { ExifTool } from 'exiftool-vendored'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { adobeRgbProfile, saysAdobeRgb } from './adobe-rgb.ts'
import { decodePhoto } from './decode.ts'
import { encodePhoto } from './encode.ts'
import { readMatrixProfile } from './icc.ts'
import { primaries, temporaryFolder, toSrgb, type Triple } from './test-support.ts'

const at = temporaryFolder()
const exifTool = new ExifTool({ maxProcs: 1, useMWG: false, geolocation: false })
const hasExifTool = await exifTool.version().then(
  () => true,
  () => false,
)
const gamma = 563 / 256

interface Said {
  readonly colorSpace: number
  readonly interoperability?: string
  readonly order?: 'II' | 'MM'
}

/** EXIF as cameras write it: IFD0, the EXIF directory in it, the interoperability directory in that. */
function exifOf({ colorSpace, interoperability, order = 'II' }: Said): Buffer {
  const uint16 = (value: number) => {
    const bytes = Buffer.alloc(2)
    if (order === 'II') bytes.writeUInt16LE(value)
    else bytes.writeUInt16BE(value)
    return bytes
  }
  const uint32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    if (order === 'II') bytes.writeUInt32LE(value)
    else bytes.writeUInt32BE(value)
    return bytes
  }
  const entry = (tag: number, type: number, count: number, value: Buffer) =>
    Buffer.concat([uint16(tag), uint16(type), uint32(count), value, Buffer.alloc(4 - value.length)])
  const directory = (...entries: readonly Buffer[]) =>
    Buffer.concat([uint16(entries.length), ...entries, uint32(0)])
  const [ifd0At, exifAt] = [8, 8 + 2 + 12 + 4]
  const space = entry(0xa001, 3, 1, uint16(colorSpace))
  const interoperabilityAt = exifAt + 2 + 24 + 4
  return Buffer.concat([
    ...[Buffer.from('Exif\0\0', 'latin1'), Buffer.from(order, 'latin1'), uint16(42), uint32(ifd0At)],
    directory(entry(0x8769, 4, 1, uint32(exifAt))),
    ...(interoperability === undefined
      ? [directory(space)]
      : [
          directory(space, entry(0xa005, 4, 1, uint32(interoperabilityAt))),
          directory(entry(1, 2, 4, Buffer.from(`${interoperability}\0`, 'latin1'))),
        ]),
  ])
}

/** A JPEG of one colour, its samples as they are, with this EXIF. */
async function jpeg(name: string, [r, g, b]: Triple, exif: Buffer): Promise<string> {
  const background = { r: Math.round(r * 255), g: Math.round(g * 255), b: Math.round(b * 255) }
  const plain = await sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer()
  const length = Buffer.alloc(2)
  length.writeUInt16BE(exif.length + 2)
  const path = at(name)
  await writeFile(
    path,
    Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, exif, plain.subarray(2)]),
  )
  return path
}

const firstPixel = ({ data }: { readonly data: ArrayLike<number> }) => Array.from(data).slice(0, 3)
const foliage: Triple = [0.3, 0.45, 0.2]
const shown = toSrgb(foliage, primaries.adobeRgb, gamma).map((value) => value * 255)
const near = (pixel: readonly number[], expected: readonly number[]): void => {
  for (const [channel, value] of pixel.entries())
    expect(Math.abs(value - (expected[channel] ?? 0))).toBeLessThanOrEqual(2)
}

describe('a photo that EXIF says is in Adobe RGB', () => {
  const dcf: Said = { colorSpace: 65535, interoperability: 'R03' }
  const cameras = [
    ['as DCF has it', dcf],
    ['as DCF has it, big-endian', { ...dcf, order: 'MM' }],
    ['by a number that some write', { colorSpace: 2 }],
  ] satisfies [string, Said][]

  it.each(cameras)('is shown as that: %s', async (name, said) => {
    const path = await jpeg(`${name}.jpg`, foliage, exifOf(said))
    near(firstPixel(await decodePhoto(path, {})), shown)
    near(firstPixel(await decodePhoto(path, { longSide: 8, quick: true })), shown)
  })

  it('keeps its samples, and gets the profile that it lacked', async () => {
    const path = await jpeg('kept.jpg', foliage, exifOf(dcf))
    const photo = await decodePhoto(path, { colour: 'keep' })
    near(
      firstPixel(photo),
      foliage.map((value) => value * 255),
    )
    await encodePhoto(photo, at('kept.png'), { format: 'png' })
    expect((await sharp(at('kept.png')).metadata()).icc).toEqual(Buffer.from(adobeRgbProfile()))
    // As another program sees it.
    const seen = await sharp(at('kept.png')).toColourspace('srgb').raw().toBuffer()
    near(Array.from(seen).slice(0, 3), shown)
  })

  it('comes to Display P3 with colours that sRGB cannot hold', async () => {
    const path = await jpeg('green.jpg', [0.4, 0.8, 0.3], exifOf(dcf))
    expect((await decodePhoto(path, {})).data[0]).toBe(0)
    const { space, data } = await decodePhoto(path, { colour: 'display-p3' })
    expect(space?.kind).toBe('display-p3')
    expect(data[0]).toBeGreaterThan(0)
  })

  it.skipIf(!hasExifTool)('as exiftool writes it', async () => {
    const path = await jpeg('exiftool.jpg', foliage, exifOf({ colorSpace: 1 }))
    await exifTool.write(path, {}, { writeArgs: ['-n', '-ColorSpace=65535', '-InteropIndex=R03'] })
    near(firstPixel(await decodePhoto(path, {})), shown)
    await exifTool.end()
  })
})

it.each([
  ['sRGB', { colorSpace: 1, interoperability: 'R98' }],
  ['sRGB, and yet the sign of the other', { colorSpace: 1, interoperability: 'R03' }],
  ['nothing known', { colorSpace: 65535 }],
  ['nothing known, with the usual sign', { colorSpace: 65535, interoperability: 'R98' }],
] satisfies [string, Said][])('leaves a photo alone that says %s', async (name, said) => {
  const path = await jpeg(`${name}.jpg`, foliage, exifOf(said))
  near(
    firstPixel(await decodePhoto(path, {})),
    foliage.map((value) => value * 255),
  )
})

it('has the primaries and the gamma of Adobe RGB (1998)', () => {
  const profile = readMatrixProfile(adobeRgbProfile())
  for (const [row, expected] of primaries.adobeRgb.entries())
    for (const [column, value] of expected.entries())
      expect(profile?.toXyz[row]?.[column]).toBeCloseTo(value, 3)
  for (const curve of profile?.curves ?? []) expect(curve(0.5)).toBeCloseTo(0.5 ** gamma, 5)
})

it('makes nothing of EXIF that is damaged, whatever it claims to hold', () => {
  const whole = exifOf({ colorSpace: 65535, interoperability: 'R03' })
  expect(saysAdobeRgb(whole)).toBe(true)
  // Behind the sign come a zero and where the next directory would be.
  for (let length = 0; length < whole.length - 5; length++)
    expect(saysAdobeRgb(whole.subarray(0, length))).toBe(false)
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))), (changes) => {
      const changed = Buffer.from(whole)
      for (const [place, value] of changes) changed[place] = value
      expect(typeof saysAdobeRgb(changed)).toBe('boolean')
    }),
  )
})
