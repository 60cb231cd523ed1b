/** Embedded profiles against values computed from the primaries by matrix arithmetic. */
import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { decodePhoto } from './decode.ts'
import { conversionToSrgb } from './deep-colour.ts'
import { srgbProfile } from './icc.ts'
import { loadSharp } from './sharp.ts'
import {
  asStored,
  gradient,
  makeProfile,
  maxDifference,
  pngWithProfile,
  primaries,
  srgbEncode,
  temporaryFolder,
  toSrgb,
} from './test-support.ts'
import type { Triple } from './test-support.ts'

const at = temporaryFolder()

/** Greys, skin, foliage, sky, and colours that lie outside sRGB. */
const colours: readonly Triple[] = [
  [0, 0, 0],
  [1, 1, 1],
  [0.5, 0.5, 0.5],
  [0.1, 0.1, 0.1],
  [0.8, 0.6, 0.5],
  [0.3, 0.45, 0.2],
  [0.4, 0.6, 0.8],
  [0.1, 0.9, 0.1],
  [0.9, 0.2, 0.1],
]

function samplesOf(colours: readonly Triple[], Samples: typeof Uint8Array | typeof Uint16Array): Pixels {
  const top = Samples === Uint8Array ? 255 : 65535
  const data = Samples.from(colours.flat().map((value) => Math.round(value * top)))
  return { width: colours.length, height: 1, channels: 3, data }
}

describe('RGB profiles', () => {
  const spaces = [
    ['Adobe RGB', primaries.adobeRgb, 563 / 256],
    ['ProPhoto RGB', primaries.proPhoto, 1.8],
    ['Display P3 primaries', primaries.displayP3, 2.2],
  ] as const
  for (const [name, primaries, gamma] of spaces) {
    for (const [bits, Samples, tolerance] of [
      [8, Uint8Array, 1],
      [16, Uint16Array, 12],
    ] as const) {
      it(`${name}, ${bits} bits`, async () => {
        const source = samplesOf(colours, Samples)
        const top = bits === 8 ? 255 : 65535
        writeFileSync(at('profile.png'), await pngWithProfile(source, makeProfile(gamma, primaries)))
        const { data } = await decodePhoto(at('profile.png'), {})
        const expected = colours.flatMap((_, index) => {
          const [r = 0, g = 0, b = 0] = Array.from(source.data.subarray(3 * index, 3 * index + 3))
          return toSrgb([r / top, g / top, b / top], primaries, gamma).map((value) => value * top)
        })
        expect(data).toBeInstanceOf(Samples)
        expect(maxDifference(data, expected)).toBeLessThanOrEqual(tolerance)
      })
    }
  }

  it('keeps alpha beside a profile in 16 bits', async () => {
    const data = Uint16Array.from([30000, 40000, 20000, 12345, 10000, 20000, 30000, 65535])
    const png = await pngWithProfile(
      { width: 2, height: 1, channels: 4, data },
      makeProfile(2.2, primaries.adobeRgb),
    )
    writeFileSync(at('alpha.png'), png)
    const decoded = await decodePhoto(at('alpha.png'), {})
    expect([decoded.data[3], decoded.data[7]]).toEqual([12345, 65535])
    const expected = toSrgb([30000 / 65535, 40000 / 65535, 20000 / 65535], primaries.adobeRgb, 2.2)
    const decodedColour = decoded.data.subarray(0, 3)
    expect(
      maxDifference(
        decodedColour,
        expected.map((value) => value * 65535),
      ),
    ).toBeLessThanOrEqual(12)
  })

  it('changes nothing in pictures tagged sRGB, or not tagged, or tagged with rubbish', async () => {
    const deep = samplesOf(colours, Uint16Array)
    const shallow = samplesOf(colours, Uint8Array)
    for (const source of [deep, shallow]) {
      for (const icc of [undefined, await srgbProfile(), withoutTags(makeProfile(1, primaries.proPhoto))]) {
        writeFileSync(at('same.png'), await pngWithProfile(source, icc))
        const { data } = await decodePhoto(at('same.png'), {})
        expect(maxDifference(data, source.data)).toBe(0)
      }
      const sharp = await loadSharp()
      const rubbish = Buffer.alloc(300, 7)
      const tiff = sharp(await pngWithProfile(source, undefined)).toColourspace(
        source === deep ? 'rgb16' : 'srgb',
      )
      writeFileSync(
        at('rubbish.tiff'),
        withRubbishProfile(await tiff.tiff({ compression: 'none' }).toBuffer(), rubbish),
      )
      const { data } = await decodePhoto(at('rubbish.tiff'), {})
      expect(data).toEqual(source.data)
    }
  })
})

/** A profile that is none but for its header. */
function withoutTags(icc: Uint8Array): Uint8Array {
  const header = Buffer.from(icc.subarray(0, 132))
  header.writeUInt32BE(132, 0)
  header.writeUInt32BE(0, 128)
  return header
}

/** A TIFF whose directory is rewritten at its end with one more entry: a profile that is none. */
function withRubbishProfile(tiff: Buffer, rubbish: Buffer): Buffer {
  const directory = tiff.readUInt32LE(4)
  const count = tiff.readUInt16LE(directory)
  const entries = tiff.subarray(directory + 2, directory + 2 + 12 * count)
  const rubbishAt = tiff.length + (tiff.length % 2)
  const entry = Buffer.alloc(12)
  entry.writeUInt16LE(34675, 0)
  entry.writeUInt16LE(7, 2)
  entry.writeUInt32LE(rubbish.length, 4)
  entry.writeUInt32LE(rubbishAt, 8)
  const kept = Array.from({ length: count }, (_, i) => entries.subarray(12 * i, 12 * i + 12))
  const all = [...kept.filter((each) => each.readUInt16LE(0) !== 34675), entry]
  const sorted = all.sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0))
  const size = Buffer.alloc(2)
  size.writeUInt16LE(sorted.length)
  const changed = Buffer.concat([
    tiff,
    Buffer.alloc(tiff.length % 2),
    rubbish,
    size,
    ...sorted,
    Buffer.alloc(4),
  ])
  changed.writeUInt32LE(rubbishAt + rubbish.length, 4)
  return changed
}

describe('grey', () => {
  for (const gamma of [1, 1.8, 2.2]) {
    for (const bits of [8, 16] as const) {
      it(`gamma ${gamma}, ${bits} bits`, async () => {
        const sharp = await loadSharp()
        const top = bits === 8 ? 255 : 65535
        const samples = [0, 0.05, 0.2, 0.5, 0.8, 1].map((value) => Math.round(value * top))
        const data = bits === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples)
        const grey = sharp(data, { raw: { width: data.length, height: 1, channels: 1 } })
        const png = await grey
          .toColourspace(bits === 8 ? 'b-w' : 'grey16')
          .png()
          .toBuffer()
        writeFileSync(at('grey.png'), withPngProfile(png, makeProfile(gamma)))
        const decoded = await decodePhoto(at('grey.png'), {})
        const expected = samples.flatMap((value) => {
          const shown = top * srgbEncode((value / top) ** asStored(gamma))
          return [shown, shown, shown]
        })
        expect(decoded.channels).toBe(3)
        expect(maxDifference(decoded.data, expected)).toBeLessThanOrEqual(bits === 8 ? 1.5 : 1)
      })
    }
  }

  it('without a profile is sRGB grey, in 16 bits without loss', async () => {
    const sharp = await loadSharp()
    const data = Uint16Array.from({ length: 4096 }, (_, index) => index * 16 + 5)
    const grey = sharp(data, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace('grey16')
    await grey.png().toFile(at('plain.png'))
    const decoded = await decodePhoto(at('plain.png'), {})
    expect(decoded.data.filter((_, index) => index % 3 === 1)).toEqual(data)
  })

  it('reads parametric curves and tables, and lets pictures with broken ones be', async () => {
    const profile = Buffer.from(makeProfile(1))
    const curveAt = profile.lastIndexOf('curv')
    const ramp = Uint16Array.from({ length: 3 * 65536 }, (_, index) => Math.floor(index / 3))
    const shownWith = async (icc: Buffer): Promise<Uint16Array | undefined> => {
      const samples = ramp.slice()
      const convert = await conversionToSrgb(icc, true)
      convert?.(samples, 3)
      return convert === undefined ? undefined : samples
    }

    const srgbCurve = Buffer.alloc(32)
    srgbCurve.write('para', 0, 'latin1')
    srgbCurve.writeUInt16BE(3, 8)
    const parameters = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
    parameters.forEach((value, index) => srgbCurve.writeInt32BE(Math.round(value * 65536), 12 + 4 * index))
    const parametric = await shownWith(Buffer.concat([profile.subarray(0, curveAt), srgbCurve]))
    expect(maxDifference(parametric ?? [], ramp)).toBeLessThan(30)

    const table = Buffer.alloc(12 + 6)
    table.write('curv', 0, 'latin1')
    table.writeUInt32BE(3, 8)
    const points = [0, 32768, 65535]
    points.forEach((value, index) => table.writeUInt16BE(value, 12 + 2 * index))
    const straight = await shownWith(Buffer.concat([profile.subarray(0, curveAt), table]))
    expect(straight?.[3 * 32768]).toBeCloseTo(65535 * srgbEncode(0.5), -1)

    expect(await shownWith(profile.subarray(0, curveAt + 4))).toBeUndefined()
    expect(await shownWith(Buffer.alloc(200))).toBeUndefined()
  })
})

/** A PNG with an iCCP chunk put after its header. */
function withPngProfile(png: Buffer, icc: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPtest\0\0', 'latin1'), deflateSync(icc)])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(body.length - 4, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}

describe('CMYK', () => {
  // Colours that ink can print. The way to ink is perceptual, which makes dark colours a little darker.
  const printable = [200, 150, 120, 110, 130, 90, 90, 110, 140, 128, 128, 128, 230, 230, 225, 60, 60, 60]
  for (const hasProfile of [true, false]) {
    it(`comes back as the same colours, ${hasProfile ? 'with' : 'without'} a profile`, async () => {
      const sharp = await loadSharp()
      const source = sharp(Uint8Array.from(printable), { raw: { width: 6, height: 1, channels: 3 } })
      const enlarged = await source.resize(48, 8, { kernel: 'nearest', fit: 'fill' }).png().toBuffer()
      const cmyk = sharp(enlarged).toColourspace('cmyk')
      const tagged = hasProfile ? cmyk.withIccProfile('cmyk') : cmyk
      await tagged.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toFile(at('cmyk.jpg'))
      const written = await sharp(at('cmyk.jpg')).metadata()
      expect([written.space, written.hasProfile]).toEqual(['cmyk', hasProfile])

      const decoded = await decodePhoto(at('cmyk.jpg'), {})
      const centres = Array.from({ length: 6 }, (_, i) => (4 * 48 + 8 * i + 4) * 3)
      const seen = centres.flatMap((index) => Array.from(decoded.data.subarray(index, index + 3)))
      expect(maxDifference(seen, printable)).toBeLessThanOrEqual(30)
    })
  }
})

describe('resizing', () => {
  it('gives the profile to the smaller picture too', async () => {
    const flat = gradient(64, 48)
    flat.data.fill(128)
    writeFileSync(at('flat.png'), await pngWithProfile(flat, makeProfile(1.8, primaries.proPhoto)))
    const { data, width, height } = await decodePhoto(at('flat.png'), { longSide: 16 })
    const [expected] = toSrgb([128 / 255, 128 / 255, 128 / 255], primaries.proPhoto, 1.8)
    expect([width, height]).toEqual([16, 12])
    expect(maxDifference(data, new Array(data.length).fill(expected * 255))).toBeLessThanOrEqual(1)
  })
})
