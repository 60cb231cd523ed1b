/** How long a training will take, by the kind of its length. */
import { describe, expect, it } from 'vitest'
import { paperSettings } from '../../src-main/contract/training.ts'
import { estimate } from './estimate.ts'

describe('estimate', () => {
  it('counts epochs by the larger folder', () => {
    expect(estimate(paperSettings, 1000, 0.5)).toEqual({ seconds: 100_000, steps: 200_000, epochs: 200 })
  })

  it('knows the steps of epochs before a step was measured, and nothing before the pictures were counted', () => {
    expect(estimate(paperSettings, 1000, null)).toEqual({ seconds: null, steps: 200_000, epochs: 200 })
    expect(estimate(paperSettings, null, 0.5)).toEqual({ seconds: null, steps: null, epochs: 200 })
  })

  it('takes minutes at their word, and their steps from the measured one', () => {
    const minutes = { ...paperSettings, length: { kind: 'minutes', minutes: 10 } } as const
    expect(estimate(minutes, null, null)).toEqual({ seconds: 600, steps: null, epochs: null })
    expect(estimate(minutes, 300, 2)).toEqual({ seconds: 600, steps: 300, epochs: 1 })
  })

  it('adds the warm-up, which is no part of an epoch', () => {
    const steps = { ...paperSettings, warmUp: 200, length: { kind: 'steps', steps: 1000 } } as const
    expect(estimate(steps, 500, 0.1)).toEqual({ seconds: 120, steps: 1200, epochs: 2 })
  })
})
