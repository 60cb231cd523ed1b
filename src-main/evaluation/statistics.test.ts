import { describe, expect, it } from 'vitest'
import { randomAt } from '../engine/random.ts'
import { bootstrapInterval, quantile, summarise } from './statistics.ts'

const values = [3.2, 1.5, 9.9, 4.4, 2, 7.1]

describe('the statistics', () => {
  it('have the quantiles of numpy', () => {
    expect([0.25, 0.5, 0.75, 0.95].map((share) => quantile(values, share))).toEqual(
      [2.3, 3.8, 6.425, 9.2].map((expected) => expect.closeTo(expected, 10) as number),
    )
  })

  it('tell nothing of nothing, and no interval of one value', () => {
    expect(summarise([])).toBeNull()
    expect(summarise([4])).toEqual({ count: 1, mean: 4, interval: null, quartiles: [4, 4, 4] })
  })

  it('give the same interval for the same values, around their mean', () => {
    const { mean, interval } = summarise(values)!
    expect(mean).toBeCloseTo(28.1 / 6, 12)
    expect(interval![0]).toBeLessThan(mean)
    expect(interval![1]).toBeGreaterThan(mean)
    expect(bootstrapInterval(values)).toEqual(interval)
  })

  it('have intervals as wide as the normal law says for many values', () => {
    const uniform = randomAt(9, 'samples', 0)
    const many = Array.from({ length: 400 }, uniform)
    const [low, high] = bootstrapInterval(many)
    // ± 1.96 σ / √n with σ² = 1/12, to a tenth.
    const expected = (2 * 1.96 * Math.sqrt(1 / 12)) / 20
    expect(Math.abs(high - low - expected)).toBeLessThan(expected / 10)
  })
})
