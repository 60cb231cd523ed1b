import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { blend } from './blend.ts'

const sizes = fc.record({ width: fc.integer({ min: 1, max: 5 }), height: fc.integer({ min: 1, max: 5 }) })

/** Two pictures of one size, depth and kind. */
const pairs: fc.Arbitrary<readonly [Pixels, Pixels]> = fc
  .tuple(sizes, fc.constantFrom(3 as const, 4 as const), fc.boolean())
  .chain(([{ width, height }, channels, isDeep]) => {
    const length = { minLength: width * height * channels, maxLength: width * height * channels }
    const samples = isDeep ? fc.uint16Array(length) : fc.uint8Array(length)
    const picture = samples.map((data): Pixels => ({ width, height, channels, data }))
    return fc.tuple(picture, picture)
  })

const isAlpha = (picture: Pixels, index: number): boolean => picture.channels === 4 && index % 4 === 3

describe('blend', () => {
  it('is the photo at 0, and its translation under the photo’s alpha at 1', () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        expect(blend(before, after, 0)).toEqual(before)
        const data = after.data.map((sample, i) => (isAlpha(before, i) ? (before.data[i] ?? 0) : sample))
        expect(blend(before, after, 1)).toEqual({ ...before, data })
      }),
    )
  })

  it('lies between both, the same from either side, and moves steadily', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0, max: 1, noNaN: true }), ([before, after], strength) => {
        const { data } = blend(before, after, strength)
        const stronger = blend(before, after, Math.min(1, strength + 0.1)).data
        data.forEach((sample, i) => {
          if (isAlpha(before, i)) return
          const [from, to] = [before.data[i] ?? 0, after.data[i] ?? 0]
          expect(Math.abs(sample - (from + strength * (to - from)))).toBeLessThanOrEqual(0.5 + 1e-9)
          expect(Math.abs(to - (stronger[i] ?? 0))).toBeLessThanOrEqual(Math.abs(to - sample))
        })
      }),
    )
  })

  it('leaves its arguments alone', () => {
    const before: Pixels = { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }
    const after: Pixels = { width: 1, height: 1, channels: 3, data: Uint8Array.of(101, 102, 103) }
    expect(blend(before, after, 0.5).data).toEqual(Uint8Array.of(51, 52, 53))
    expect(before.data).toEqual(Uint8Array.of(1, 2, 3))
    expect(after.data).toEqual(Uint8Array.of(101, 102, 103))
  })

  it('refuses pictures that do not agree', () => {
    const small: Pixels = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }
    const others: readonly Pixels[] = [
      { width: 2, height: 1, channels: 3, data: new Uint8Array(6) },
      { width: 1, height: 1, channels: 4, data: new Uint8Array(4) },
      { width: 1, height: 1, channels: 3, data: new Uint16Array(3) },
    ]
    for (const other of others) expect(() => blend(small, other, 0.5)).toThrow(RangeError)
  })
})
