/** From a run's settings to what the engine's trainer takes. */
import { epochSteps, type TrainingSettings } from '../contract/training.ts'
import type { RateSchedule, TrainerSettings } from '../engine/protocol.ts'

/** `larger`: pictures in the larger folder; `steps`: of the whole run, the warm-up included. */
export function trainerSettings(settings: TrainingSettings, larger: number, steps: number): TrainerSettings {
  const { ngf, blocks, ndf, crop, flip, batch, gan, lambdaCycle, lambdaIdentity } = settings
  const { forwardCycle, backwardCycle, augmentation, pool, averageDecay, warmUp, seed } = settings
  return {
    generator: { ngf, blocks },
    discriminator: { ndf },
    ...{ crop, flip, batch, gan, lambdaCycle, lambdaIdentity, forwardCycle, backwardCycle },
    ...{ augmentation, pool, averageDecay, warmUp, seed },
    schedule: scheduleOf(settings, larger, steps - warmUp),
  }
}

/** A length in steps is a half at the full rate, and a half in which it falls, as the paper's epochs are. */
function scheduleOf(settings: TrainingSettings, larger: number, steps: number): RateSchedule {
  const { rate, length } = settings
  if (length.kind === 'epochs') {
    const { constant, decay } = length
    return { rate, constant, decay, stepsPerUnit: epochSteps(settings, larger) }
  }
  const constant = Math.ceil(steps / 2)
  return { rate, constant, decay: steps - constant, stepsPerUnit: 1 }
}
