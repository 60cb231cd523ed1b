/**
 * Asks a runtime to prove itself: a tiny network of every operator that generators use, with fixed weights, must give
 * what PyTorch 1.13 gave.
 */
import { GraphBuilder } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import {
  convolution,
  instanceNorm,
  leakyRelu,
  reflectionPad,
  relu,
  residual,
  sequence,
  tanh,
  transposedConvolution,
} from '../graph/layers.ts'
import { symbolic } from '../graph/shape.ts'
import type { Tensor, Weights, WeightTensor } from '../protocol.ts'
import type { Runtime } from './runtime.ts'

/** The largest difference that is allowed between values in [−1, 1]. */
export const tolerance = 1e-4
const inputShape = [1, 3, 8, 12] as const
/** Every 23rd value of PyTorch's output. */
const sampleStep = 23
const expected = [
  -0.772636, 0.965535, -0.761631, -0.969262, -0.98675, -0.480497, -0.953618, 0.987667, 0.611629, -0.528692,
  0.724706, -0.166821, -0.452427,
]

/**
 * Runs the tiny network and gives the largest difference from PyTorch's values; NaN where there are none. Throws what
 * the runtime throws.
 */
export async function selfTest(runtime: Runtime): Promise<number> {
  const numbers = linearCongruence(1)
  const graph = tinyNetwork()
  const weights = Object.fromEntries(graph.parameters.map(({ name, shape }) => [name, fill(shape, numbers)]))
  const input: Tensor = { shape: inputShape, data: fill(inputShape, numbers).data }
  const program = await runtime.compile(graph, weights satisfies Weights)
  try {
    const { data } = await program.run(input)
    const differences = expected.map((value, index) =>
      Math.abs((data[index * sampleStep] ?? Number.NaN) - value),
    )
    return Math.max(...differences)
  } finally {
    await program.release()
  }
}

function tinyNetwork(): Graph {
  const graph = new GraphBuilder()
  const half = [reflectionPad(1), convolution(6, 3), instanceNorm]
  const layers = sequence([
    ...[reflectionPad(3), convolution(4, 7), instanceNorm, relu],
    ...[convolution(6, 3, { stride: 2, padding: 1 }), instanceNorm, leakyRelu(0.2)],
    residual('block', sequence([...half, relu, ...half])),
    ...[transposedConvolution(4, 3, { stride: 2, padding: 1, outputPadding: 1 }), instanceNorm, relu],
    ...[convolution(3, 5, { padding: 2 }), tanh],
  ])
  const picture = graph.input('picture', [symbolic('batch'), 3, symbolic('height', 2), symbolic('width', 2)])
  return graph.build(layers(graph, picture, 'tiny'))
}

/** The next `product of shape` numbers of the generator, in [−0.5, 0.5). */
function fill(shape: readonly number[], next: () => number): WeightTensor & { readonly dtype: 'F32' } {
  const count = shape.reduce((a, b) => a * b, 1)
  return { dtype: 'F32', shape, data: Float32Array.from({ length: count }, next) }
}

/** A linear congruential generator with the constants of Numerical Recipes: the same numbers in any language. */
function linearCongruence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}
