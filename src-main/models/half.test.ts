/** Half precision against an independent definition: the nearest of all finite halves, found by search. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsHalf, fromHalf, halfMax, toHalf } from './half.ts'

/** What the bits mean, written down from the standard. */
function meaning(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const positives = Array.from({ length: 0x7c00 }, (_, bits) => meaning(bits))

/** The nearest half to a finite value, the even one of two equally near; beyond the middle to 2^16, infinity. */
function nearest(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  let low = 0
  let high = positives.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((positives[middle] ?? Infinity) <= size) low = middle
    else high = middle
  }
  const below = size - (positives[low] ?? 0)
  const above = (positives[low + 1] ?? 2 ** 16) - size
  const up = above < below || (above === below && low % 2 === 1)
  return sign | (up ? low + 1 : low)
}

const single = (bits: number) => new Float32Array(new Uint32Array([bits]).buffer)

describe('half precision', () => {
  it('means what the standard says, for all 65,536 patterns', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits)
    const values = fromHalf(all)
    const odd = all.filter((bits) => !Object.is(values[bits], meaning(bits)))
    expect([...odd]).toEqual([])
  })

  it('comes back unchanged from single precision, NaN as a NaN', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits)
    const back = toHalf(fromHalf(all))
    const odd = all.filter((bits) => {
      const isNaN = (bits & 0x7fff) > 0x7c00
      return isNaN ? ((back[bits] ?? 0) & 0x7fff) <= 0x7c00 : back[bits] !== bits
    })
    expect([...odd]).toEqual([])
  })

  it('rounds any single to the nearest half, ties to even', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (bits) => {
        const value = single(bits)[0] ?? NaN
        fc.pre(Number.isFinite(value))
        expect(toHalf(single(bits))[0]).toBe(nearest(value))
      }),
      { numRuns: 20_000, seed: 1 },
    )
  })

  it('rounds ties and their neighbours in the range of halves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7bff }),
        fc.constantFrom(-1, 0, 1),
        fc.boolean(),
        (low, ulp, minus) => {
          const middle = ((positives[low] ?? 0) + (positives[low + 1] ?? 2 ** 16)) / 2
          const bits = (new Uint32Array(Float32Array.of(middle).buffer)[0] ?? 0) + ulp
          const value = (single(bits)[0] ?? 0) * (minus ? -1 : 1)
          expect(toHalf(Float32Array.of(value))[0]).toBe(nearest(value))
        },
      ),
      { numRuns: 20_000, seed: 2 },
    )
  })

  it('keeps signs, infinities and NaN', () => {
    expect([...toHalf(Float32Array.of(0, -0, Infinity, -Infinity, 65519.99, 65520))]).toEqual([
      0, 0x8000, 0x7c00, 0xfc00, 0x7bff, 0x7c00,
    ])
    expect((toHalf(Float32Array.of(NaN))[0] ?? 0) & 0x7fff).toBeGreaterThan(0x7c00)
    // A NaN whose payload lies in the bits that are cut off.
    expect((toHalf(single(0x7f80_0001))[0] ?? 0) & 0x7fff).toBeGreaterThan(0x7c00)
  })

  it('says whether values fit', () => {
    expect(fitsHalf(Float32Array.of(halfMax, -65519.99, 0))).toBe(true)
    for (const value of [65520, -1e9, Infinity, NaN]) expect(fitsHalf(Float32Array.of(value))).toBe(false)
  })
})
