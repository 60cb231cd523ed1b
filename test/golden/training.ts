/**
 * Golden training: `train-NAME.json` names the settings of a few steps of CycleGAN and the losses of each, as PyTorch
 * computed them in double precision; beside it lie the weights before and after, the gradients of the first step and
 * the pictures.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { withFreshState } from '../../src-main/engine/train/state.ts'
import { buildStep, lossNames, stepInputs } from '../../src-main/engine/train/step.ts'
import type { Step } from '../../src-main/engine/train/step.ts'
import type { Weights } from '../../src-main/engine/protocol.ts'
import type { TrainingRuntime, Values } from '../../src-main/engine/runtimes/runtime.ts'
import { readSafetensors } from '../../src-main/models/safetensors.ts'

const caseSchema = z.object({
  ngf: z.number().int().positive(),
  blocks: z.number().int().nonnegative(),
  ndf: z.number().int().positive(),
  discriminatorLayers: z.number().int().positive(),
  size: z.number().int().positive(),
  steps: z.number().int().positive(),
  batch: z.number().int().positive(),
  ganMode: z.enum(['lsgan', 'vanilla']),
  lambdaCycle: z.number(),
  lambdaIdentity: z.number(),
  learningRate: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  poolSize: z.literal(0),
  losses: z.array(z.record(z.enum(lossNames), z.number())),
})
type GoldenCase = z.infer<typeof caseSchema>

/** What is allowed. Biases are left out: in front of an instance norm their gradient is but rounding. */
const tolerances = {
  /** Of a loss: relative, or absolute where that is more. */
  relativeLoss: 2e-3,
  absoluteLoss: 1e-4,
  /** Of a gradient, as a share of its tensor's largest value. */
  gradient: 1e-3,
  /**
   * Of a weight after the last step, and the share of all weights that must be so near. Where a value lies on an edge
   * of the L1 loss, rounding decides the sign of a gradient, and Adam makes whole steps of it; in PyTorch, too.
   */
  weight: 2e-4,
  near: 0.999,
}

export interface TrainingRow {
  readonly name: string
  readonly steps: number
  /** The largest over all losses of all steps, as a share of what is allowed. */
  readonly losses: number
  /** The largest over all weights, as a share of their tensor's largest. */
  readonly gradients: number
  /** The largest difference of a weight after the last step. */
  readonly weights: number
  /** The share of all weights after the last step that are as near as they must be. */
  readonly near: number
  readonly passed: boolean
}

/** The names of the training cases in a folder, in order. */
export async function trainingNames(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files.flatMap((file) => /^(train-.*)\.json$/.exec(file)?.[1] ?? []).sort()
}

/** Runs the steps of one case. */
export async function compareTraining(
  runtime: TrainingRuntime,
  folder: string,
  name: string,
): Promise<TrainingRow> {
  const golden = caseSchema.parse(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')))
  const tensors = async (part: string) =>
    (await readSafetensors(join(folder, `${name}.${part}.safetensors`))).tensors
  const step = stepOf(golden)
  const graph = { ...step.graph, outputs: [...step.graph.outputs, ...step.gradients.values()] }
  const state = withFreshState(graph.parameters, await tensors('before'))
  const program = await runtime.compileStep({ ...step, graph }, state)
  try {
    const batches = await tensors('batches')
    const runs: Values[] = []
    for (let index = 0; index < golden.steps; index++) {
      runs.push(await program.run(inputsOf(golden, batches, index)))
    }
    const losses = largest(runs.map((values, index) => lossError(step, values, golden.losses[index])))
    const gradients = gradientError(step, runs[0] ?? {}, await tensors('grads'))
    const { difference: weights, near } = compareWeights(await program.read(), await tensors('after'))
    const furthest = 2 * golden.learningRate * golden.steps
    const passed =
      losses <= 1 && gradients <= tolerances.gradient && weights <= furthest && near >= tolerances.near
    return { name, steps: golden.steps, losses, gradients, weights, near, passed }
  } finally {
    await program.release()
  }
}

function stepOf(golden: GoldenCase): Step {
  const { ngf, blocks, ndf, discriminatorLayers, size, batch, beta1, beta2, epsilon } = golden
  return buildStep({
    generator: { ngf, blocks },
    discriminator: { ndf, layers: discriminatorLayers },
    ...{ size, batch, pool: false },
    objective: {
      gan: golden.ganMode,
      lambdaCycle: golden.lambdaCycle,
      lambdaIdentity: golden.lambdaIdentity,
      ...{ forwardCycle: true, backwardCycle: true },
    },
    adam: { beta1, beta2, epsilon },
  })
}

function inputsOf({ learningRate }: GoldenCase, batches: Weights, index: number): Values {
  return {
    [stepInputs.realA]: floats(batches, `A.${index}`),
    [stepInputs.realB]: floats(batches, `B.${index}`),
    [stepInputs.rate]: Float32Array.of(learningRate),
    [stepInputs.step]: Float32Array.of(index + 1),
  }
}

/** How far the losses of a step are off, as a share of what is allowed. */
function lossError(
  { losses }: Step,
  values: Values,
  expected: GoldenCase['losses'][number] | undefined,
): number {
  return largest(
    lossNames.map((name) => {
      const loss = losses[name]
      const ours = loss === undefined ? 0 : (values[loss]?.[0] ?? Number.NaN)
      const wanted = expected?.[name] ?? Number.NaN
      const allowed = Math.max(tolerances.relativeLoss * Math.abs(wanted), tolerances.absoluteLoss)
      return Math.abs(ours - wanted) / allowed
    }),
  )
}

function gradientError({ gradients }: Step, values: Values, expected: Weights): number {
  return largest(
    [...gradients].filter(isWeight).map(([name, gradient]) => {
      const wanted = floats(expected, name)
      return difference(values[gradient] ?? new Float32Array(), wanted) / largest(wanted)
    }),
  )
}

function compareWeights(state: Weights, expected: Weights): { difference: number; near: number } {
  const rows = Object.keys(expected)
    .filter((name) => isWeight([name]))
    .map((name) => {
      const [ours, wanted] = [floats(state, name), floats(expected, name)]
      const near = wanted.filter((value, i) => Math.abs(value - (ours[i] ?? Number.NaN)) <= tolerances.weight)
      return { difference: difference(ours, wanted), near: near.length, count: wanted.length }
    })
  const total = (count: 'near' | 'count') => rows.reduce((sum, row) => sum + row[count], 0)
  return { difference: largest(rows.map((row) => row.difference)), near: total('near') / total('count') }
}

function isWeight([name]: readonly [string, ...unknown[]]): boolean {
  return name.endsWith('.weight')
}

function floats(tensors: Weights, name: string): Float32Array {
  const tensor = tensors[name]
  if (tensor?.dtype !== 'F32') throw new Error(`There is no ${name} of single precision`)
  return tensor.data
}

/** NaN if the lengths differ. */
function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN
  return largest(a.map((value, i) => value - (b[i] ?? Number.NaN)))
}

/** The largest magnitude; NaN if one is not a number. */
function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] ?? Number.NaN)
    if (Number.isNaN(magnitude)) return magnitude
    if (magnitude > most) most = magnitude
  }
  return most
}
