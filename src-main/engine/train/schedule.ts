/** The learning rate over a run: constant, then falling linearly to 0 (Zhu et al., section 4 and its code). */
import type { RateSchedule } from '../protocol.ts'

/**
 * The rate of a step, counted from 1 on without the warm-up: rate · (1 − max(0, u + 1 − constant) / (decay + 1)) in
 * unit u, counted from 0 on.
 */
export function rateAt({ rate, constant, decay, stepsPerUnit }: RateSchedule, step: number): number {
  const unit = Math.floor((step - 1) / stepsPerUnit)
  return rate * (1 - Math.min(1, Math.max(0, unit + 1 - constant) / (decay + 1)))
}

/**
 * The decay of the moving average at a step from 1 on: less at the beginning, so that what the generators were before
 * they had learnt is soon forgotten.
 */
export function averageDecayAt(decay: number, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step))
}
