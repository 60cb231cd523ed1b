/**
 * The examination of a runtime in its own process: it must compute the right numbers, and is then timed. For
 * translation against what PyTorch gave; for training against ONNX Runtime on the CPU, which the golden trainings hold
 * to PyTorch.
 */
import type { Purpose, Verdict } from '../contract/runtimes.ts'
import { buildGenerator } from './networks/generator.ts'
import type { Examination, Tensor, TrainerSettings, Weights } from './protocol.ts'
import { randomAt } from './random.ts'
import { OnnxRuntime } from './runtimes/onnx/runtime.ts'
import type { EngineRuntime, Runtime, TrainingRuntime } from './runtimes/runtime.ts'
import { selfTest, tolerance as translationTolerance } from './runtimes/self-test.ts'
import { measureStep, pattern } from './train/measure-step.ts'
import { initialWeights } from './train/state.ts'
import { Trainer } from './train/trainer.ts'
import { expectPicture, NoPicture } from './translate/expect-picture.ts'

/** What is timed: a generator as it ships, on a picture of 256². */
const timedGenerator = { ngf: 32, blocks: 6 }
const timedSide = 256
const timedPasses = 2

/** A step of training in small, and one as many will train. */
const smallTraining: TrainerSettings = {
  ...{ generator: { ngf: 4, blocks: 1 }, discriminator: { ndf: 4 }, crop: 32, flip: true, batch: 1 },
  ...{ gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0.5, forwardCycle: true, backwardCycle: true },
  ...{ augmentation: ['translation', 'cutout'], pool: 2, averageDecay: 0.9, warmUp: 0, seed: 1 },
  schedule: { rate: 2e-4, constant: 10, decay: 10, stepsPerUnit: 1 },
}
const timedTraining: TrainerSettings = {
  ...smallTraining,
  ...{ generator: timedGenerator, discriminator: { ndf: 32 }, crop: 64, augmentation: [] },
}
const comparedSteps = 2
/** Of a loss, as a share of it. The second step shows what the first has done to the weights. */
const trainingTolerance = 1e-3

/** Never throws: what a runtime throws is its verdict. */
export async function examine(runtime: EngineRuntime, purpose: Purpose): Promise<Examination> {
  let version: string | null = null
  try {
    version = await runtime.version()
    const verdict = purpose === 'translation' ? await judgeTranslation(runtime) : await judgeTraining(runtime)
    return { version, verdict }
  } catch (thrown) {
    const reason = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 500)
    const outcome = version === null ? 'absent' : thrown instanceof NoPicture ? 'wrong' : 'failed'
    return { version, verdict: { outcome, difference: null, seconds: null, reason } }
  }
}

async function judgeTranslation(runtime: Runtime): Promise<Verdict> {
  const difference = await selfTest(runtime)
  if (!(difference <= translationTolerance)) return wrong(difference, translationTolerance)
  return { outcome: 'right', difference, seconds: await timePass(runtime), reason: null }
}

/** Seconds of one pass, once the program is warm. */
async function timePass(runtime: Runtime): Promise<number> {
  const graph = buildGenerator(timedGenerator)
  const uniform = randomAt(1, 'weights', 0)
  const program = await runtime.compile(graph, initialWeights(graph.parameters, uniform) satisfies Weights)
  const input: Tensor = {
    shape: [1, 3, timedSide, timedSide],
    data: Float32Array.from({ length: 3 * timedSide ** 2 }, () => 2 * uniform() - 1),
  }
  try {
    const seconds: number[] = []
    for (let pass = 0; pass <= timedPasses; pass++) {
      const started = performance.now()
      const output = await program.run(input)
      seconds.push((performance.now() - started) / 1000)
      expectPicture(input, output)
    }
    return Math.min(...seconds.slice(1))
  } finally {
    await program.release()
  }
}

async function judgeTraining(runtime: TrainingRuntime): Promise<Verdict> {
  const [ours, reference] = [await lossesOn(runtime), await lossesOn(new OnnxRuntime())]
  const difference = Math.max(
    ...reference.map((loss, index) => Math.abs((ours[index] ?? Number.NaN) - loss) / Math.max(1e-2, loss)),
  )
  if (!(difference <= trainingTolerance)) return wrong(difference, trainingTolerance)
  return { outcome: 'right', difference, seconds: await measureStep(runtime, timedTraining), reason: null }
}

/** Every loss of a few steps. */
async function lossesOn(runtime: TrainingRuntime): Promise<readonly number[]> {
  const trainer = await Trainer.start(runtime, smallTraining, { kind: 'begin' }, {})
  try {
    const losses: number[] = []
    for (let step = 1; step <= comparedSteps; step++) {
      const pictures = [pattern(smallTraining.crop, step), pattern(smallTraining.crop, 100 + step)] as const
      losses.push(...Object.values(await trainer.step(step, [pictures[0]], [pictures[1]])))
    }
    return losses
  } finally {
    await trainer.release()
  }
}

function wrong(difference: number, tolerance: number): Verdict {
  const reason = `differs by ${difference.toPrecision(2)} from the reference; ${tolerance} is allowed`
  return {
    outcome: 'wrong',
    difference: Number.isFinite(difference) ? difference : null,
    seconds: null,
    reason,
  }
}
