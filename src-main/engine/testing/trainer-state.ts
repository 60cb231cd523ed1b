/** For tests: the state of a trainer that never was, with the names and shapes of a real one. */
import type { TrainerSettings, Weights } from '../protocol.ts'
import { buildStep } from '../train/step.ts'
import { linearCongruence, numberedWeights } from './numbers.ts'

/** All that can be read of a trainer after its warm-up, or in it; one fake is in each pool. */
export function trainerState(settings: TrainerSettings, phase: 'warm-up' | 'main' = 'main'): Weights {
  const { generator, discriminator, crop, batch, pool } = settings
  const { gan, lambdaCycle, lambdaIdentity, forwardCycle, backwardCycle } = settings
  const { graph } = buildStep({
    ...{ generator, discriminator, size: crop, batch, pool: pool > 0 },
    objective: { gan, lambdaCycle, lambdaIdentity, forwardCycle, backwardCycle },
    learns: phase === 'main' ? 'all' : 'discriminators',
    average: phase === 'main',
  })
  const pools = ['pool.A', 'pool.B'].map((name) => ({ name, shape: [1, 3, crop, crop] }))
  return numberedWeights([...graph.parameters, ...pools], linearCongruence(settings.seed))
}
