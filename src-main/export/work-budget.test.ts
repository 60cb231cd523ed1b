import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WorkBudget } from './work-budget.ts'

describe('WorkBudget', () => {
  it('never lets more in than there is room for, whatever is asked, and all of it in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ weight: fc.integer({ min: 0, max: 30 }), ticks: fc.nat(5) }), { maxLength: 30 }),
        async (works) => {
          const budget = new WorkBudget(20)
          let used = 0
          const order: number[] = []
          await Promise.all(
            works.map(({ weight, ticks }, index) =>
              budget.run(weight, async () => {
                const own = Math.min(20, weight)
                used += own
                order.push(index)
                expect(used).toBeLessThanOrEqual(20)
                for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
                used -= own
              }),
            ),
          )
          // In the order of asking: nothing large waits for ever behind what is small.
          expect(order).toEqual(works.map((_, index) => index))
        },
      ),
      { seed: 4 },
    )
  })

  it('gives the room back where the work fails', async () => {
    const budget = new WorkBudget(1)
    await expect(budget.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await budget.run(1, () => Promise.resolve('done'))).toBe('done')
  })
})
