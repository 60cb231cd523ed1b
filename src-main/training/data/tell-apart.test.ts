import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderedShare, tellApart } from './tell-apart.ts'
import { randomFrom } from './test-support.ts'

/** Sum of twelve uniform numbers less six: near enough to a normal one. */
const normal = (random: () => number): number =>
  Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6)

function rows(count: number, seed: number, centre: readonly number[]): number[][] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, () => centre.map((value) => value + normal(random)))
}

describe('orderedShare', () => {
  const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 })

  it('is the share of pairs in order, ties counted half', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const pairs = a.flatMap((x) => b.map((y) => (x < y ? 1 : x === y ? 0.5 : 0)))
        expect(orderedShare(a, b)).toBeCloseTo(pairs.reduce<number>((p, q) => p + q, 0) / pairs.length, 9)
      }),
    )
  })
})

describe('tellApart', () => {
  it('finds the one sum that separates, where no number does by itself', () => {
    // x + y tells, x and y hardly do: both carry the same large noise with opposite signs.
    const noisy = (count: number, seed: number, shift: number) => {
      const random = randomFrom(seed)
      return rows(count, seed + 1, [0, 0, 0]).map(([x, y, z]) => {
        const noise = 5 * normal(random)
        return [x! + shift + noise, y! + shift - noise, z!]
      })
    }
    const [a, b] = [noisy(300, 1, 0), noisy(300, 5, 2)]
    const first = orderedShare(
      a.map(([x]) => x!),
      b.map(([x]) => x!),
    )
    expect(first).toBeLessThan(0.7)
    expect(tellApart(a, b)).toBeGreaterThan(0.95)
  })

  it('gives for normal numbers what theory does', () => {
    // Centres 1 apart in one direction: Φ(1 / √2) = 0.760 (Hanley and McNeil 1982).
    expect(tellApart(rows(2000, 1, [0, 0]), rows(2000, 2, [0.6, 0.8]))).toBeCloseTo(0.76, 1)
  })

  it('guesses where there is nothing to tell, even with many numbers and few rows', () => {
    const shares = Array.from({ length: 20 }, (_, i) =>
      tellApart(rows(40, 2 * i, Array<number>(15).fill(0)), rows(40, 2 * i + 1, Array<number>(15).fill(0))),
    )
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length
    expect(mean).toBeGreaterThan(0.4)
    expect(mean).toBeLessThan(0.6)
  })

  it('takes numbers that never vary', () => {
    expect(
      tellApart(
        rows(50, 1, [0]).map(([x]) => [7, x!]),
        rows(50, 2, [9]).map(([x]) => [7, x!]),
      ),
    ).toBeGreaterThan(0.99)
  })
})
