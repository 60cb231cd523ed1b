import { describe, expect, it } from 'vitest'
import { paperSettings, totalSteps, type TrainingSettings } from '../contract/training.ts'
import { rateAt } from '../engine/train/schedule.ts'
import { trainerSettings } from './trainer-settings.ts'

/** The rates of all steps of a run. */
function ratesOf(settings: TrainingSettings, larger: number, stepSeconds = 0): readonly number[] {
  const total = totalSteps(settings, larger, stepSeconds)
  const { schedule, warmUp } = trainerSettings(settings, larger, total)
  return Array.from({ length: total - warmUp }, (_, index) => rateAt(schedule, index + 1))
}

describe('trainerSettings', () => {
  it('passes on what decides the training, under the same names', () => {
    const settings: TrainingSettings = { ...paperSettings, augmentation: ['cutout'], warmUp: 5, seed: 9 }
    const trainer = trainerSettings(settings, 1000, 200_005)
    expect(trainer).toMatchObject({
      ...{ generator: { ngf: 64, blocks: 9 }, discriminator: { ndf: 64 }, crop: 256, flip: true, batch: 1 },
      ...{ gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0.5, forwardCycle: true, backwardCycle: true },
      ...{ augmentation: ['cutout'], pool: 50, averageDecay: 0.999, warmUp: 5, seed: 9 },
    })
  })

  it('lets the rate fall by epochs, as the paper does', () => {
    const { schedule } = trainerSettings({ ...paperSettings, batch: 4 }, 1273, 0)
    expect(schedule).toEqual({ rate: 2e-4, constant: 100, decay: 100, stepsPerUnit: 319 })
    const rates = ratesOf(paperSettings, 3)
    expect(rates).toHaveLength(600)
    expect(new Set(rates.slice(0, 300))).toEqual(new Set([2e-4]))
    expect(rates[303]).toBeCloseTo(2e-4 * (1 - 2 / 101), 12)
    expect(rates.at(-1)).toBeCloseTo(2e-4 / 101, 12)
  })

  it.each([
    ['steps', { kind: 'steps', steps: 7 }, 7],
    ['one step', { kind: 'steps', steps: 1 }, 1],
    ['minutes', { kind: 'minutes', minutes: 0.1 }, 12],
  ] as const)('keeps it for the first half of a length in %s, then lets it fall', (_, length, steps) => {
    for (const warmUp of [0, 40]) {
      const rates = ratesOf({ ...paperSettings, length, warmUp, rate: 1e-3 }, 10, 0.5)
      expect(rates).toHaveLength(steps)
      const constant = Math.ceil(steps / 2)
      expect(rates.slice(0, constant).every((rate) => rate === 1e-3)).toBe(true)
      const falling = rates.slice(constant)
      falling.forEach((rate, index) => {
        expect(rate).toBeCloseTo(1e-3 * (1 - (index + 1) / (steps - constant + 1)), 12)
        expect(rate).toBeGreaterThan(0)
      })
    }
  })
})
