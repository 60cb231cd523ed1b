import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deferred } from '../../test/integration/deferred.ts'
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

  it('hears a cancel while it waits: rejects at once, and the next that fits gets the room', async () => {
    const budget = new WorkBudget(3)
    const first = deferred<string>()
    const stop = new AbortController()
    const begun: string[] = []
    const running = budget.run(2, () => first.promise)
    const second = budget.run(3, async () => begun.push('second'), stop.signal)
    const third = budget.run(1, async () => begun.push('third'))
    stop.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    await third
    await expect(budget.run(1, async () => begun.push('late'), stop.signal)).rejects.toMatchObject({
      code: 'cancelled',
    })
    first.resolve('')
    await running
    await budget.run(3, async () => begun.push('all'))
    expect(begun).toEqual(['third', 'all'])
  })

  it('closed, sends away who waits and who asks, and leaves alone what has begun', async () => {
    const budget = new WorkBudget(1)
    const first = deferred<string>()
    const running = budget.run(1, () => first.promise)
    const waiting = budget.run(1, async () => 'waiting')
    budget.close()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    await expect(budget.run(0, async () => 'late')).rejects.toMatchObject({ code: 'cancelled' })
    first.resolve('first')
    expect(await running).toBe('first')
  })
})
