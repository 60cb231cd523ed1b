/**
 * The examination of a runtime in its own process: it must compute the right numbers, and is then timed. A few operators
 * are compared with what PyTorch gave; whole networks and training with ONNX Runtime on the CPU, which the golden cases
 * hold to PyTorch.
 */
import { lastResort } from '../contract/runtimes.ts'
import type { Purpose, Verdict } from '../contract/runtimes.ts'
import type { Graph } from './graph/graph.ts'
import { buildGenerator } from './networks/generator.ts'
import type { GeneratorSize } from './networks/generator.ts'
import type { Examination, Tensor, TrainerSettings, Weights } from './protocol.ts'
import { randomAt } from './random.ts'
import { OnnxRuntime } from './runtimes/onnx/runtime.ts'
import type { EngineRuntime, Runtime, StageRuntime, TrainingRuntime } from './runtimes/runtime.ts'
import { selfTest, tolerance as operatorTolerance } from './runtimes/self-test.ts'
import { measureStep, pattern } from './train/measure-step.ts'
import { initialWeights } from './train/state.ts'
import { Trainer } from './train/trainer.ts'
import { expectPicture, NoPicture } from './translate/expect-picture.ts'
import { foldNorms } from './translate/fold-norms.ts'
import { measureNorms } from './translate/measure-norms.ts'
import { fixNorms } from './translate/stages.ts'

/** What is timed: a generator as it ships, on a picture of 256². */
const timedGenerator = { ngf: 32, blocks: 6 }
const timedSide = 256
const timedPasses = 2
/** What goes through in stages, as a large photo does: each operator and each kind of stage once. */
const stagedGenerator = { ngf: 8, blocks: 1 }
const stagedSide = 64
/**
 * Between whole networks, of values in [−1, 1]. Runtimes that compute in single precision differ by 5e-6 (WebGPU on
 * SwiftShader and TensorFlow.js in plain JavaScript from the CPU, the timed generator on 64²); weights alone rounded to
 * half precision make 2.4e-3. Between the two, for cards have convolutions of their own.
 */
const networkTolerance = 1e-3

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

async function judgeTranslation(runtime: StageRuntime): Promise<Verdict> {
  const { graph, weights } = trialOf(stagedGenerator, stagedSide)
  // As the engine holds networks: WebGPU gives a card up with its last session, and all that was compiled for it.
  const held = await runtime.compile(graph, weights)
  try {
    return await judgePasses(runtime)
  } finally {
    await held.release()
  }
}

async function judgePasses(runtime: StageRuntime): Promise<Verdict> {
  const ofOperators = await selfTest(runtime)
  if (!(ofOperators <= operatorTolerance)) return wrong(ofOperators, operatorTolerance)
  const differences = [ofOperators]
  // It would be compared with itself.
  const isReference = runtime.name === lastResort
  if (!isReference) {
    const trial = trialOf(stagedGenerator, stagedSide)
    const difference = apart(await passInStages(runtime, trial), await passOnCpu(trial))
    if (!(difference <= networkTolerance)) return wrong(difference, networkTolerance, 'in stages')
    differences.push(difference)
  }
  const trial = trialOf(timedGenerator, timedSide)
  const { output, seconds } = await timePasses(runtime, trial)
  if (!isReference) {
    const difference = apart(output, await passOnCpu(trial))
    if (!(difference <= networkTolerance)) return wrong(difference, networkTolerance, 'as a whole')
    differences.push(difference)
  }
  return { outcome: 'right', difference: Math.max(...differences), seconds, reason: null }
}

/** A network and what goes through it. */
interface Trial {
  readonly graph: Graph
  readonly weights: Weights
  readonly input: Tensor
}

function trialOf(generator: GeneratorSize, side: number): Trial {
  const graph = buildGenerator(generator)
  const uniform = randomAt(1, 'weights', 0)
  const weights = initialWeights(graph.parameters, uniform)
  const data = Float32Array.from({ length: 3 * side ** 2 }, () => 2 * uniform() - 1)
  return { graph, weights, input: { shape: [1, 3, side, side], data } }
}

/** The last of a few passes, and the seconds of the shortest, once the program is warm. */
async function timePasses(
  runtime: Runtime,
  { graph, weights, input }: Trial,
): Promise<{ readonly output: Tensor; readonly seconds: number }> {
  const program = await runtime.compile(graph, weights)
  const run = async () => {
    const started = performance.now()
    const output = await program.run(input)
    const seconds = (performance.now() - started) / 1000
    expectPicture(input, output)
    return { output, seconds }
  }
  try {
    let best = { ...(await run()), seconds: Infinity }
    for (let pass = 1; pass <= timedPasses; pass++) {
      const { output, seconds } = await run()
      best = { output, seconds: Math.min(best.seconds, seconds) }
    }
    return best
  } finally {
    await program.release()
  }
}

async function passOnCpu(trial: Trial): Promise<Tensor> {
  return passOnce(new OnnxRuntime('cpu'), trial)
}

async function passOnce(runtime: Runtime, { graph, weights, input }: Trial): Promise<Tensor> {
  const program = await runtime.compile(graph, weights)
  try {
    return await program.run(input)
  } finally {
    await program.release()
  }
}

/** As a photo at its own size goes through, of which a single crop is all: the same as in a single pass. */
async function passInStages(runtime: StageRuntime, { graph, weights, input }: Trial): Promise<Tensor> {
  const [, , height, width] = input.shape
  const rect = { left: 0, top: 0, right: width, bottom: height }
  const crop = { rect, interior: rect, weight: 1, pixels: input }
  const measured = await measureNorms(runtime, graph, weights, [crop])
  const folded = foldNorms(fixNorms(graph), measured.weights)
  const output = await passOnce(runtime, { ...folded, input })
  expectPicture(input, output)
  return output
}

/** NaN where one of the values is none. */
function apart(a: Tensor, b: Tensor): number {
  return b.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (a.data[i] ?? Number.NaN))), 0)
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

function wrong(difference: number, tolerance: number, how?: string): Verdict {
  const reason = `${how === undefined ? '' : `${how} it `}differs by ${difference.toPrecision(2)} from the reference; ${tolerance} is allowed`
  return {
    outcome: 'wrong',
    difference: Number.isFinite(difference) ? difference : null,
    seconds: null,
    reason,
  }
}
