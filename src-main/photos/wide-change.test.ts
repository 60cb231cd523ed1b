/** A style's change on photos with colours outside sRGB, against the same change on sRGB and against arithmetic. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LocalChange, Pixels } from '../engine/protocol.ts'
import { addDifference } from './add-difference.ts'
import { applyChange } from './apply-change.ts'
import { blend } from './blend.ts'
import { srgbDecode, srgbEncode } from './colour-maths.ts'
import { displayP3, ownSpace } from './colour-space.ts'
import type { ColourSpace, Photo } from './colour-space.ts'
import { convertSpace } from './convert-space.ts'
import { makeProfile, maxDifference, primaries } from './test-support.ts'

type Depth = 8 | 16
const fullRange = (depth: Depth): number => (depth === 8 ? 255 : 65535)
const depthOf = ({ data }: Pixels): Depth => (data instanceof Uint16Array ? 16 : 8)

async function spaceOf(icc: Uint8Array): Promise<ColourSpace> {
  const space = await ownSpace(icc)
  if (space === undefined) throw new Error('no space of its own')
  return space
}
const spaces = [displayP3(), await spaceOf(makeProfile(563 / 256, primaries.adobeRgb))]

const copyOf = <T extends Pixels>(photo: T): T => ({ ...photo, data: photo.data.slice() })

/** A shift of the colours that differs from place to place. */
function shift(width: number, height: number, amounts: readonly number[]): LocalChange {
  const coefficients = new Float32Array(width * height * 12)
  for (let i = 0; i < width * height; i++) {
    amounts.forEach((amount, channel) => {
      coefficients[i * 12 + 4 * channel + 3] = amount * (1 + (i % width) / width)
    })
  }
  return { width, height, coefficients }
}

const photos = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom<3 | 4>(3, 4),
    depth: fc.constantFrom<Depth>(8, 16),
    space: fc.constantFrom(...spaces),
    seed: fc.nat(10_000),
  })
  .map(({ width, height, channels, depth, space, seed }): Required<Photo> => {
    const full = fullRange(depth)
    const values = Array.from(
      { length: width * height * channels },
      (_, i) => ((i + seed) * 40503 * 7919) % (full + 1),
    )
    const data = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values)
    return { width, height, channels, data, space }
  })

const isAlpha = ({ channels }: Pixels, index: number): boolean => channels === 4 && index % 4 === 3

/** In double precision: samples of a space to extended sRGB, something added, and back. */
function shiftedSlowly(photo: Required<Photo>, amountAt: (pixel: number) => readonly number[]): number[] {
  const { channels, data, space } = photo
  const full = fullRange(depthOf(photo))
  const { curves, toSrgb, fromSrgb } = space.shaper!
  return Array.from(data, (sample, index) => {
    if (isAlpha(photo, index)) return sample
    const pixel = Math.floor(index / channels)
    const light = [0, 1, 2].map((channel) => curves[channel]!(data[pixel * channels + channel]! / full))
    const changed = toSrgb.map((row, channel) => {
      const value = srgbEncode(row[0] * light[0]! + row[1] * light[1]! + row[2] * light[2]!)
      return srgbDecode(value + amountAt(pixel)[channel]!)
    })
    const [a, b, c] = fromSrgb[(index % channels) as 0 | 1 | 2]
    const own = Math.min(1, Math.max(0, a * changed[0]! + b * changed[1]! + c * changed[2]!))
    return full * inverse(curves[(index % channels) as 0 | 1 | 2], own)
  })
}

/** By halving. */
function inverse(curve: (device: number) => number, light: number): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (curve(middle) < light) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Steps between the tables and arithmetic: half a step of rounding; more in the dark, where Adobe RGB's curve is so
 * steep that the last digit of light is many steps.
 */
function isNear(value: number, expected: number, depth: Depth): boolean {
  const off = Math.abs(value - expected)
  if (expected >= 0.1 * fullRange(depth)) return off <= (depth === 8 ? 0.6 : 4)
  return off <= (depth === 8 ? 3 : 400)
}

describe('a change on a photo in a space of its own', () => {
  it('does nothing at strength 0', async () => {
    await fc.assert(
      fc.asyncProperty(photos, async (photo) => {
        const copy = copyOf(photo)
        await applyChange(copy, shift(3, 2, [0.3, -0.2, 0.5]), { strength: 0 })
        await addDifference(copy, copy, { ...copy, data: new Uint8Array(copy.data.length) }, { strength: 0 })
        expect(copy).toEqual(photo)
      }),
    )
  })

  it('is the one that arithmetic gives, under the same alpha', async () => {
    const amounts = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -0.3, max: 0.3, noNaN: true })))
    await fc.assert(
      fc.asyncProperty(
        photos,
        amounts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (photo, by, strength) => {
          const copy = copyOf(photo)
          await applyChange(copy, shift(1, 1, by), { strength })
          const expected = shiftedSlowly(photo, () => by.map((amount) => amount * strength))
          const off = expected.findIndex((value, i) => !isNear(copy.data[i]!, value, depthOf(photo)))
          expect([copy.data[off], off < 0]).toEqual([expected[off], true])
          expect(copy.data.filter((_, i) => isAlpha(photo, i))).toEqual(
            photo.data.filter((_, i) => isAlpha(photo, i)),
          )
        },
      ),
    )
  })

  it('is the same as on the photo in sRGB where sRGB has its colours', async () => {
    const [width, height] = [64, 64]
    const change = shift(5, 4, [0.06, -0.05, 0.04])
    for (const [depth, tolerance] of [
      [8, 2],
      [16, 60],
    ] as const) {
      const full = fullRange(depth)
      const values = Array.from({ length: width * height * 3 }, (_, i) => {
        const pixel = Math.floor(i / 3)
        const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / height]
        return Math.round(full * (0.25 + 0.5 * [x, y, 1 - x][i % 3]!))
      })
      const data = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values)
      const inSrgb: Photo = { width, height, channels: 3, data }
      const inP3 = await convertSpace(copyOf(inSrgb), undefined, displayP3())
      await applyChange(inSrgb, change, { strength: 0.8 })
      await applyChange(inP3, change, { strength: 0.8 })
      const expected = await convertSpace(inSrgb, undefined, displayP3())
      expect(maxDifference(inP3.data, expected.data)).toBeLessThanOrEqual(tolerance)
    }
  })

  it('leaves colours outside sRGB there', async () => {
    // The strongest red and green of Display P3, and one that sRGB has.
    const data = Uint8Array.from([255, 0, 0, 0, 255, 0, 128, 128, 128])
    const photo: Photo = { width: 3, height: 1, channels: 3, data, space: displayP3() }
    await applyChange(photo, shift(1, 1, [0, 0, 0]), { strength: 1 })
    expect([...photo.data]).toEqual([255, 0, 0, 0, 255, 0, 128, 128, 128])
    await applyChange(photo, shift(1, 1, [-0.02, -0.02, -0.02]), { strength: 1 })
    const [red, , , , green] = photo.data
    expect(red).toBeGreaterThan(247)
    expect(red).toBeLessThan(255)
    expect(green).toBeGreaterThan(247)
    expect(green).toBeLessThan(255)
  })

  it('is made on the samples themselves where the space is sRGB under another name', async () => {
    const space: ColourSpace = { kind: 'own', icc: new Uint8Array(1), shaper: null }
    const plain: Photo = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 100, 150, 200) }
    const named = { ...copyOf(plain), space }
    const change = shift(1, 1, [0.1, 0.2, -0.3])
    await applyChange(plain, change, { strength: 1 })
    await applyChange(named, change, { strength: 1 })
    expect(named.data).toEqual(plain.data)
  })
})

describe('the difference of two pictures on a photo', () => {
  it('is a blend where the photo is the first of them', async () => {
    await fc.assert(
      fc.asyncProperty(photos, fc.double({ min: 0, max: 1, noNaN: true }), async (drawn, strength) => {
        const { width, height, channels, data } = drawn
        const before: Pixels = { width, height, channels, data }
        const after: Pixels = { ...before, data: data.slice().reverse() }
        const mixed: Photo = copyOf(before)
        await addDifference(mixed, before, after, { strength })
        // A value half way between two steps may fall to either.
        expect(maxDifference(mixed.data, blend(before, after, strength).data)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is added in extended sRGB, whatever the depths and channels', async () => {
    const kinds = fc.record({ channels: fc.constantFrom<3 | 4>(3, 4), depth: fc.constantFrom<Depth>(8, 16) })
    const picture =
      ({ width, height }: Pixels, { channels, depth }: { channels: 3 | 4; depth: Depth }) =>
      (share: (channel: number) => number): Pixels => {
        const values = Array.from({ length: width * height * channels }, (_, i) =>
          Math.round(fullRange(depth) * share(i % channels)),
        )
        return {
          width,
          height,
          channels,
          data: depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values),
        }
      }
    await fc.assert(
      fc.asyncProperty(photos, kinds, kinds, async (photo, one, other) => {
        const before = picture(photo, one)(() => 0.4)
        const after = picture(photo, other)((channel) => [0.5, 0.2, 0.4, 1][channel]!)
        const copy = copyOf(photo)
        await addDifference(copy, before, after, { strength: 0.5 })
        const by = [0, 1, 2].map((channel) => {
          const share = ({ data }: Pixels) => data[channel]! / (data instanceof Uint16Array ? 65535 : 255)
          return 0.5 * (share(after) - share(before))
        })
        const expected = shiftedSlowly(photo, () => by)
        const off = expected.findIndex((value, i) => !isNear(copy.data[i]!, value, depthOf(photo)))
        expect([copy.data[off], off < 0]).toEqual([expected[off], true])
      }),
    )
  })

  it('refuses sizes that do not agree, and stops when told to', async () => {
    const picture = (width: number): Pixels => ({
      width,
      height: 1,
      channels: 3,
      data: new Uint8Array(3 * width),
    })
    const options = { strength: 1 }
    await expect(addDifference(picture(2), picture(2), picture(3), options)).rejects.toThrow(RangeError)
    await expect(addDifference(picture(2), picture(3), picture(3), options)).rejects.toThrow(RangeError)
    const stopped = { strength: 1, signal: AbortSignal.abort() }
    await expect(addDifference(picture(2), picture(2), picture(2), stopped)).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
