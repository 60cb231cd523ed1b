/** Colour spaces, and the way from them to extended sRGB and back, against plain arithmetic and against libvips. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { invert, multiply, srgbDecode, srgbEncode } from './colour-maths.ts'
import { displayP3, ownSpace } from './colour-space.ts'
import type { ColourSpace, Shaper } from './colour-space.ts'
import { convertSpace } from './convert-space.ts'
import { profileSpace, readMatrixProfile, srgbProfile } from './icc.ts'
import { loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'
import { makeProfile, maxDifference, primaries } from './test-support.ts'
import { fromExtended, toExtended } from './wide-rows.ts'
import type { Depth } from './wide-rows.ts'

/** sRGB to XYZ (D50), from brucelindbloom.com. */
const srgbPrimaries = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
] as const

const shaperOf = async (icc: Uint8Array): Promise<Shaper> => {
  const space = await ownSpace(icc)
  if (!space?.shaper) throw new Error('no space of its own')
  return space.shaper
}

const spaces = [
  ['Adobe RGB', makeProfile(563 / 256, primaries.adobeRgb)],
  ['ProPhoto RGB', makeProfile(1.8, primaries.proPhoto)],
  ['Display P3', displayP3().icc],
  ['a linear one', makeProfile(1, primaries.displayP3)],
] as const

const samplesOf = (values: readonly number[], depth: Depth) =>
  depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values)

/** Slowly and in double precision: what a colour (0…1 each) is in extended sRGB. */
function slowly({ curves, toSrgb }: Shaper, colour: readonly number[]): number[] {
  const light = colour.map((value, channel) => curves[channel]!(value))
  return toSrgb.map((row) =>
    srgbEncode(row.reduce((sum, factor, channel) => sum + factor * light[channel]!, 0)),
  )
}

describe('the profile for Display P3', () => {
  it('is one of curves and primaries that bears its name', () => {
    const { icc } = displayP3()
    expect(profileSpace(icc)).toBe('rgb')
    const read = readMatrixProfile(icc)
    const expected = primaries.displayP3.flat()
    expect(maxDifference(read!.toXyz.flat(), expected)).toBeLessThan(2 / 65536)
    for (const curve of read!.curves) {
      for (const x of [0, 0.02, 0.04045, 0.2, 0.7, 1]) expect(curve(x)).toBeCloseTo(srgbDecode(x), 4)
    }
    expect(Buffer.from(icc).includes(Buffer.from('Display P3', 'utf16le').swap16())).toBe(true)
    expect(Buffer.from(icc).readUInt32BE(0)).toBe(icc.length)
  })

  it('is understood by libvips as its own Display P3 is', async () => {
    const sharp = await loadSharp()
    const data = Uint8Array.from({ length: 3 * 512 }, (_, i) => (i * 40503) % 256)
    const picture: Pixels = { width: 512, height: 1, channels: 3, data }
    const shown = await sharp(taggedTiff(picture, displayP3().icc)).raw().toBuffer()
    const theirs = await sharp(await sharp(taggedTiff(picture, undefined)).png().toBuffer())
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const { icc } = await sharp(theirs).metadata()
    expect(maxDifference(shown, await sharp(taggedTiff(picture, icc)).raw().toBuffer())).toBeLessThanOrEqual(
      1,
    )
  })
})

describe('the space of a photo', () => {
  it('is none for sRGB, for no profile, for others than RGB, and for what cannot be turned round', async () => {
    expect(await ownSpace(undefined)).toBeUndefined()
    expect(await ownSpace(await srgbProfile())).toBeUndefined()
    expect(await ownSpace(makeProfile(2.2))).toBeUndefined()
    expect(await ownSpace(Buffer.alloc(300, 7))).toBeUndefined()
    const [row] = primaries.adobeRgb
    expect(await ownSpace(makeProfile(2.2, [row, row, row]))).toBeUndefined()
    expect(await ownSpace(makeProfile(0, primaries.adobeRgb))).toBeUndefined()
  })

  it('needs no arithmetic where it is sRGB under another name', async () => {
    const profile = Buffer.from(displayP3().icc)
    srgbPrimaries.forEach((row, y) =>
      row.forEach((value, x) => {
        const at = profile.readUInt32BE(132 + 12 * (4 + x) + 4)
        profile.writeInt32BE(Math.round(value * 65536), at + 8 + 4 * y)
      }),
    )
    expect(await ownSpace(profile)).toEqual({ kind: 'own', icc: profile, shaper: null })
  })

  it('is the one that the profile describes', async () => {
    for (const [, icc] of spaces) {
      const { toSrgb, fromSrgb } = await shaperOf(icc)
      const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1]
      expect(maxDifference(multiply(toSrgb, fromSrgb).flat(), identity)).toBeLessThan(1e-12)
      // White is white.
      for (const row of toSrgb) expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 3)
    }
  })
})

describe('colour arithmetic', () => {
  it('inverts matrices, and none that has no inverse', () => {
    const entry = fc.double({ min: -2, max: 2, noNaN: true })
    const row = fc.tuple(entry, entry, entry)
    fc.assert(
      fc.property(fc.tuple(row, row, row), (matrix) => {
        const inverse = invert(matrix)
        if (inverse === undefined) return
        const product = multiply(matrix, inverse).flat()
        expect(maxDifference(product, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-6)
      }),
    )
    expect(
      invert([
        [1, 2, 3],
        [2, 4, 6],
        [0, 0, 1],
      ]),
    ).toBeUndefined()
  })

  it('takes extended sRGB there and back, the same below 0 as above', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 3, noNaN: true }), (value) => {
        // The standard's two thresholds are rounded, so that the curve has a gap of some millionths there.
        expect(Math.abs(srgbEncode(srgbDecode(value)) - value)).toBeLessThan(1e-6)
        expect(srgbDecode(-value)).toBe(-srgbDecode(value))
      }),
    )
  })
})

describe.each(spaces)('rows in %s', (_, icc) => {
  const colours = fc.array(fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0, max: 1, noNaN: true }))), {
    minLength: 1,
    maxLength: 40,
  })

  it.each([
    [8, 0.06],
    [16, 1.2],
  ] as const)('%i bits: as the formulas say, within %f of a step', async (depth, tolerance) => {
    const shaper = await shaperOf(icc)
    const widen = toExtended(shaper, depth)
    const full = 2 ** depth - 1
    fc.assert(
      fc.property(colours, (picked) => {
        const samples = samplesOf(
          picked.flat().map((value) => Math.round(value * full)),
          depth,
        )
        const wide = new Float32Array(samples.length)
        widen(samples, 3, wide)
        for (let at = 0; at < samples.length; at += 3) {
          const expected = slowly(
            shaper,
            [...samples.subarray(at, at + 3)].map((value) => value / full),
          )
          const off = maxDifference(wide.subarray(at, at + 3), expected)
          expect(off * full).toBeLessThan(tolerance)
        }
      }),
    )
  })

  /** The largest difference where the sample is at least so light. */
  function mostFrom(least: number, back: ArrayLike<number>, samples: Pixels['data']): number {
    let most = 0
    for (let i = 0; i < samples.length; i++) {
      if (samples[i]! >= least) most = Math.max(most, Math.abs(samples[i]! - back[i]!))
    }
    return most
  }

  it('8 bits: there and back is the same, but for the darkest samples of a pure gamma', async () => {
    const shaper = await shaperOf(icc)
    const [widen, narrow] = [toExtended(shaper, 8), fromExtended(shaper, 8)]
    // All greys, and every sixth of all colours; in 4 channels, to see that alpha stays.
    const steps = Array.from({ length: 44 }, (_, i) => Math.min(255, i * 6))
    const cube = steps.flatMap((r) => steps.flatMap((g) => steps.flatMap((b) => [r, g, b, r ^ b])))
    const greys = Array.from({ length: 256 }, (_, i) => [i, i, i, 255 - i]).flat()
    const samples = Uint8Array.from([...greys, ...cube])
    const wide = new Float32Array((samples.length / 4) * 3)
    widen(samples, 4, wide)
    const back = samples.map((value, i) => (i % 4 === 3 ? value : 99))
    narrow(wide, back, 4)
    // Beside a bright channel, a dark one of such a gamma is a difference of large numbers, made steep.
    const isSteep = slopeAtBlack(shaper) > 100
    expect(mostFrom(isSteep ? 7 : 0, back, samples)).toBe(0)
    expect(mostFrom(0, back, samples)).toBeLessThanOrEqual(isSteep ? 4 : 0)
    expect(maxDifference(back.subarray(0, 1024), samples.subarray(0, 1024))).toBeLessThanOrEqual(
      isSteep ? 1 : 0,
    )
  })

  it('16 bits: there and back is the same to the step, but for the darkest samples of a pure gamma', async () => {
    const shaper = await shaperOf(icc)
    const [widen, narrow] = [toExtended(shaper, 16), fromExtended(shaper, 16)]
    const greys = Uint16Array.from({ length: 3 * 65536 }, (_, i) => Math.floor(i / 3))
    const wide = new Float32Array(greys.length)
    widen(greys, 3, wide)
    const back = new Uint16Array(greys.length)
    narrow(wide, back, 3)
    expect(mostFrom(655, back, greys)).toBeLessThanOrEqual(1)
    expect(mostFrom(0, back, greys)).toBeLessThanOrEqual(slopeAtBlack(shaper) > 100 ? 32 : 1)
  })
})

/** How fast samples grow with light in the darkest thousandth. */
const slopeAtBlack = ({ curves: [curve] }: Shaper): number => 0.001 / curve(0.001)

describe('sRGB to Display P3', () => {
  it.each([
    [8, 1],
    [16, 80],
  ] as const)('%i bits: as libvips has it', async (depth, tolerance) => {
    const sharp = await loadSharp()
    const full = 2 ** depth - 1
    const count = 4096
    const samples = samplesOf(
      Array.from({ length: 3 * count }, (_, i) => (i * 40503 * 7) % (full + 1)),
      depth,
    )
    const picture: Pixels = { width: count, height: 1, channels: 3, data: samples }
    const source = sharp(taggedTiff(picture, await srgbProfile()), { ignoreIcc: true }).withIccProfile('p3')
    const raw = await (depth === 16 ? source.toColourspace('rgb16') : source)
      .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
      .toBuffer()
    const theirs = depth === 16 ? new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2) : raw
    const copy: Pixels = { ...picture, data: samples.slice() }
    const converted = await convertSpace(copy, undefined, displayP3())
    expect(converted.space?.kind satisfies ColourSpace['kind'] | undefined).toBe('display-p3')
    expect(maxDifference(converted.data, theirs)).toBeLessThanOrEqual(tolerance)
  })
})
