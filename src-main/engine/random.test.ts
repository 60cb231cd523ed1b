import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { below, purposes, randomAt, shuffled, type Purpose } from './random.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const firstOf = (count: number, uniform: () => number): readonly number[] =>
  Array.from({ length: count }, () => uniform())

/** Pearson's χ² against as many of each. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

function histogram(values: readonly number[], bins: number): readonly number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) counts[Math.floor(value * bins)]! += 1
  return counts
}

function correlation(x: readonly number[], y: readonly number[]): number {
  // Uniform in [0, 1): mean ½, variance 1/12.
  return x.reduce((sum, value, i) => sum + 12 * (value - 1 / 2) * (y[i]! - 1 / 2), 0) / x.length
}

describe('randomAt', () => {
  /** sfc32 in Python's whole numbers, which have no 32 bits to get wrong. */
  const golden: readonly [number, Purpose, number, readonly number[]][] = [
    [1, 'weights', 0, [441792574, 614447336, 1644328534]],
    [1, 'order', 0, [848619078, 983753430, 4180048585]],
    [1, 'order', 1, [4063092185, 3859283160, 3086445584]],
    [2 ** 32 - 1, 'partner', 123456, [2027592352, 3518136245, 1639572168]],
    [7, 'crop', 42, [3647047733, 539113845, 1659339323]],
    [7, 'pool', 42, [3422109150, 4058834220, 517987290]],
    [7, 'augmentation', 42, [2033643899, 2576944359, 2462995653]],
    [7, 'samples', 1, [3660545658, 3853969314, 2006792532]],
  ]
  it.each(golden)(
    'gives what runs that were begun earlier go on with: seed %i, %s %i',
    (seed, purpose, place, drawn) => {
      expect(firstOf(3, randomAt(seed, purpose, place))).toEqual(drawn.map((bits) => bits / 2 ** 32))
    },
  )

  it('draws the same at the same place, whatever is drawn elsewhere meanwhile', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...purposes), seeds, (seed, purpose, place) => {
        const [alone, beside] = [randomAt(seed, purpose, place), randomAt(seed, purpose, place)]
        const other = randomAt(seed, purpose, (place + 1) % 2 ** 32)
        for (let draw = 0; draw < 20; draw++) {
          other()
          const value = alone()
          expect(beside()).toBe(value)
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThan(1)
        }
      }),
    )
  })

  it('has numbers of its own for each purpose, place and seed', () => {
    const first = (seed: number, purpose: Purpose, place: number): string =>
      firstOf(4, randomAt(seed, purpose, place)).join()
    const beginnings = purposes.flatMap((purpose) =>
      Array.from({ length: 500 }, (_, place) => [
        first(1, purpose, place),
        first(place + 2, purpose, 1),
      ]).flat(),
    )
    expect(new Set(beginnings).size).toBe(beginnings.length)
  })

  // Bounds far out: the numbers are always the same, and a generator that is broken misses them by far.
  it('is as likely to give any number, within a place and at the beginnings of places', () => {
    const [bins, count] = [64, 64_000]
    const within = firstOf(count, randomAt(1, 'crop', 1))
    const beginnings = Array.from({ length: count }, (_, step) => randomAt(1, 'crop', step)())
    for (const values of [within, beginnings]) {
      const worst = bins - 1 + 5 * Math.sqrt(2 * (bins - 1))
      expect(chiSquare(histogram(values, bins))).toBeLessThan(worst)
    }
  })

  it('tells nothing at one place of what it gives at the next, or for another purpose or seed', () => {
    const count = 20_000
    const at = (seed: number, purpose: Purpose, shift: number) =>
      Array.from({ length: count }, (_, place) => randomAt(seed, purpose, place + shift)())
    const here = at(5, 'partner', 0)
    const others = [at(5, 'partner', 1), at(5, 'crop', 0), at(6, 'partner', 0)]
    for (const other of others) expect(Math.abs(correlation(here, other))).toBeLessThan(5 / Math.sqrt(count))
  })
})

describe('below', () => {
  it('never reaches the count, and gives each whole number as often', () => {
    expect(below(7, () => 1 - 2 ** -32)).toBe(6)
    expect(below(7, () => 0)).toBe(0)
    const uniform = randomAt(3, 'partner', 0)
    const counts = histogram(
      Array.from({ length: 10_000 }, () => below(10, uniform) / 10),
      10,
    )
    expect(chiSquare(counts)).toBeLessThan(9 + 5 * Math.sqrt(18))
  })
})

describe('shuffled', () => {
  it('gives every place once', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, count) => {
        const order = shuffled(count, randomAt(seed, 'order', 0))
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
      }),
    )
  })

  it('gives each of the six orders of three as often', () => {
    const counts = new Map<string, number>()
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = shuffled(3, randomAt(11, 'order', epoch)).join()
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    expect(chiSquare([...counts.values()])).toBeLessThan(5 + 5 * Math.sqrt(10))
  })
})
