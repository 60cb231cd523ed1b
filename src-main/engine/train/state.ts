/** What a training step begins with: weights, the moments of Adam at zero, and averages that begin as the weights. */
import type { Parameter } from '../graph/graph.ts'
import type { Weights, WeightTensor } from '../protocol.ts'
import { momentNames } from './adam.ts'
import { averageName } from './average.ts'

/** Weights from N(0, 0.02), biases 0, as the paper begins. `uniform` gives numbers in [0, 1). */
export function initialWeights(parameters: readonly Parameter[], uniform: () => number): Weights {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const tensor = zeros(shape)
      if (shape.length > 1)
        for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 0.02 * normal(uniform)
      return [name, tensor]
    }),
  )
}

/**
 * The weights, with moments of zero and averages that are copies of the weights, for each parameter of a step that has
 * them.
 */
export function withFreshState(parameters: readonly Parameter[], weights: Weights): Weights {
  const known = new Set(parameters.map(({ name }) => name))
  const moments = parameters.flatMap(({ name, shape }) =>
    Object.values(momentNames(name)).flatMap((moment) =>
      known.has(moment) ? [[moment, zeros(shape)] as const] : [],
    ),
  )
  const averages = Object.entries(weights).flatMap(([name, weight]) =>
    known.has(averageName(name)) ? [[averageName(name), structuredClone(weight)] as const] : [],
  )
  return { ...weights, ...Object.fromEntries([...moments, ...averages]) }
}

function zeros(shape: readonly number[]): Extract<WeightTensor, { dtype: 'F32' }> {
  return { dtype: 'F32', shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }
}

/** Whether a parameter of a step is of a network itself, and not a moment or an average. */
export function isLearned(name: string): boolean {
  return !/\.(?:first-moment|second-moment|average)$/.test(name)
}

/** Box and Muller (1958). */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
