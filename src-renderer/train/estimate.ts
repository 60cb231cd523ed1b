/** How long a training will take, from what a step takes on this machine. */
import { epochSteps, totalSteps, type TrainingSettings } from '../../src-main/contract/training.ts'

export interface Estimate {
  /** Null where only a measured step tells. */
  readonly seconds: number | null
  readonly steps: number | null
  readonly epochs: number | null
}

/**
 * `larger`: usable pictures in the larger folder, null before they were counted. `stepSeconds`: null until measured; a
 * length in minutes is known all the same, and so is the number of steps in the other kinds.
 */
export function estimate(
  settings: TrainingSettings,
  larger: number | null,
  stepSeconds: number | null,
): Estimate {
  const { length } = settings
  const epochs = length.kind === 'epochs' ? length.constant + length.decay : null
  const countable =
    length.kind === 'steps' || (length.kind === 'epochs' ? larger !== null : stepSeconds !== null)
  const steps = countable ? totalSteps(settings, larger ?? 0, stepSeconds ?? 0) : null
  const given = length.kind === 'minutes' ? length.minutes * 60 : null
  const counted =
    steps === null || larger === null ? null : (steps - settings.warmUp) / epochSteps(settings, larger)
  return {
    seconds: steps === null || stepSeconds === null ? given : steps * stepSeconds,
    steps,
    epochs: epochs ?? counted,
  }
}
