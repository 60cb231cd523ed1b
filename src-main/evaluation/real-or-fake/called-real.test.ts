import { describe, expect, it } from 'vitest'
import { calledReal, wilsonInterval } from './called-real.ts'

describe('Wilson’s interval', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i of %i is %d to %d', (hits, asked, low, high) => {
    const interval = wilsonInterval(hits, asked)
    expect(interval[0]).toBeCloseTo(low, 4)
    expect(interval[1]).toBeCloseTo(high, 4)
  })

  it('is the mirror of the interval of those that were not called so', () => {
    const [low, high] = wilsonInterval(3, 20)
    const [lowOfOthers, highOfOthers] = wilsonInterval(17, 20)
    expect(low).toBeCloseTo(1 - highOfOthers, 12)
    expect(high).toBeCloseTo(1 - lowOfOthers, 12)
  })

  it('is told of nobody who was not asked', () => {
    expect(calledReal(0, 0)).toEqual({ asked: 0, calledReal: 0, interval: null })
  })
})
