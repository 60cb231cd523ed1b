/** How long one step of training takes: both generators and discriminators, all losses of the paper, a batch of one. */
import { initialWeights, withFreshState } from '../../src-main/engine/train/state.ts'
import { buildStep, paperObjective, stepInputs } from '../../src-main/engine/train/step.ts'
import type { TrainingRuntime } from '../../src-main/engine/runtimes/runtime.ts'
import { measure, randomPicture } from './measure.ts'
import type { BenchResult, BenchSettings } from './measure.ts'

export async function benchStep(
  runtime: TrainingRuntime,
  { size, runs, ngf, blocks }: BenchSettings,
): Promise<BenchResult> {
  const step = buildStep({
    generator: { ngf, blocks },
    discriminator: { ndf: ngf },
    ...{ size, batch: 1, objective: paperObjective, pool: true },
  })
  const { parameters } = step.graph
  const weights = parameters.filter(({ name }) => step.gradients.has(name))
  const state = withFreshState(parameters, initialWeights(weights, Math.random))
  const program = await runtime.compileStep(step, state)
  const picture = randomPicture(size).data
  const run = (index: number) =>
    program.run({
      [stepInputs.realA]: picture,
      [stepInputs.realB]: picture,
      [stepInputs.oldA]: picture,
      [stepInputs.oldB]: picture,
      [stepInputs.takeOldA]: Float32Array.of(index % 2),
      [stepInputs.takeOldB]: Float32Array.of(index % 2),
      [stepInputs.rate]: Float32Array.of(2e-4),
      [stepInputs.step]: Float32Array.of(index + 1),
    })
  const result = await measure(run, { runs, warmUps: 1 })
  await program.release()
  return result
}
