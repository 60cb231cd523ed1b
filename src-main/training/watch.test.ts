import { describe, expect, it } from 'vitest'
import { Failure } from '../contract/errors.ts'
import type { Losses } from '../contract/training.ts'
import { CollapseWatch } from './watch.ts'

/** Losses that swing, as those of a training that is alive. */
const alive = (step: number): Losses => ({
  G_A: 0.4,
  D_A: 0.2 + 0.05 * Math.sin(step),
  D_B: 0.25 + 0.1 * Math.cos(step),
})

/** At which of so many steps the watch gives up, and why; null if it does not. */
function givesUp(
  gan: 'lsgan' | 'vanilla' | 'none',
  lossesAt: (step: number) => Losses,
  steps: number,
): { readonly step: number; readonly failure: Failure } | null {
  const watch = new CollapseWatch(gan)
  for (let step = 1; step <= steps; step++) {
    try {
      watch.see(lossesAt(step), 'Meadow')
    } catch (thrown) {
      if (thrown instanceof Failure) return { step, failure: thrown }
      throw thrown
    }
  }
  return null
}

describe('CollapseWatch', () => {
  it('says nothing to a training that is alive, or has no discriminators', () => {
    expect(givesUp('lsgan', alive, 2000)).toBeNull()
    expect(givesUp('none', () => ({ cycle_A: 1e-9, cycle_B: 1 }), 2000)).toBeNull()
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'stops at a loss of %d',
    (loss) => {
      const end = givesUp('lsgan', (step) => ({ ...alive(step), cycle_B: step === 3 ? loss : 1 }), 10)
      expect(end).toMatchObject({ step: 3, failure: { code: 'training-diverged', subject: 'Meadow' } })
      expect(end?.failure.detail).toBe(`cycle_B is ${loss}`)
    },
  )

  it('stops when a discriminator has been right about everything for 500 steps in a row', () => {
    const right = (step: number): Losses => ({ ...alive(step), D_B: 1e-4 + 1e-5 * (step % 7) })
    expect(givesUp('lsgan', right, 600)).toMatchObject({ step: 500, failure: { code: 'training-collapsed' } })
    expect(givesUp('lsgan', right, 600)?.failure.detail).toContain('D_B')
    // One step of doubt is enough.
    expect(givesUp('lsgan', (step) => (step % 400 === 0 ? alive(step) : right(step)), 2000)).toBeNull()
  })

  it('expects of each loss its own: what is small for least squares is not for logarithms', () => {
    const between = (step: number): Losses => ({ ...alive(step), D_A: 0.001 + 1e-4 * (step % 7) })
    expect(givesUp('lsgan', between, 600)).toBeNull()
    expect(givesUp('vanilla', between, 600)).toMatchObject({ step: 500 })
  })

  it('stops when a discriminator says the same to every picture', () => {
    const dead = (step: number): Losses => ({ ...alive(step), D_A: 0.25 + 1e-8 * (step % 2) })
    // The first step has none before it to be compared with.
    expect(givesUp('lsgan', dead, 600)).toMatchObject({ step: 501, failure: { code: 'training-collapsed' } })
  })

  it('counts the discriminators apart', () => {
    const byTurns = (step: number): Losses =>
      step % 800 < 400
        ? { ...alive(step), D_A: 1e-5 * (step % 7) }
        : { ...alive(step), D_B: 1e-5 * (step % 7) }
    expect(givesUp('lsgan', byTurns, 3000)).toBeNull()
  })
})
