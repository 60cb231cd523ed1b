import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { averageDecayAt, rateAt } from './schedule.ts'

describe('rateAt', () => {
  it('is the rate of each epoch by the formula of the reference implementation', () => {
    const schedule = { rate: 2e-4, constant: 100, decay: 100, stepsPerUnit: 7 }
    for (let epoch = 0; epoch < 200; epoch++) {
      const expected = 2e-4 * (1 - Math.max(0, epoch + 1 - 100) / 101)
      // The first and the last step of the epoch.
      expect(rateAt(schedule, 7 * epoch + 1)).toBeCloseTo(expected, 12)
      expect(rateAt(schedule, 7 * epoch + 7)).toBeCloseTo(expected, 12)
    }
  })

  it('falls by equal parts, down to one part above nothing in the last unit', () => {
    const schedule = { rate: 1, constant: 1, decay: 3, stepsPerUnit: 1 }
    expect([1, 2, 3, 4].map((step) => rateAt(schedule, step))).toEqual([1, 3 / 4, 1 / 2, 1 / 4])
    expect(rateAt({ ...schedule, constant: 0 }, 1)).toBe(3 / 4)
    expect(rateAt({ ...schedule, constant: 2, decay: 0 }, 2)).toBe(1)
  })

  it('never rises, and is never below nothing, even beyond the end', () => {
    const whole = fc.integer({ min: 0, max: 50 })
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 1, max: 9 }), (constant, decay, stepsPerUnit) => {
        let before = 1
        for (let step = 1; step <= (constant + decay + 2) * stepsPerUnit; step++) {
          const rate = rateAt({ rate: 1, constant, decay, stepsPerUnit }, step)
          expect(rate).toBeLessThanOrEqual(before)
          expect(rate).toBeGreaterThanOrEqual(0)
          before = rate
        }
        expect(before).toBe(0)
      }),
    )
  })
})

describe('averageDecayAt', () => {
  it('rises from 2/11 to the decay that was asked for, and stays there', () => {
    expect(averageDecayAt(0.999, 1)).toBe(2 / 11)
    expect(averageDecayAt(0.999, 90)).toBe(0.91)
    expect(averageDecayAt(0.999, 8990)).toBe(0.999)
    expect(averageDecayAt(0.999, 1_000_000)).toBe(0.999)
    expect(averageDecayAt(0, 1)).toBe(0)
  })
})
