/** For tests: numbers that are the same in any language, so that expected values can come from elsewhere. */
import type { Tensor, Weights } from '../protocol.ts'

/** A linear congruential generator, constants of Numerical Recipes: numbers in [0, 1). */
export function linearCongruence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Numbers in [−0.5, 0.5), in the order of the parameters. */
export function numberedWeights(
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  next: () => number,
): Weights {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => [name, { dtype: 'F32', shape, data: centred(shape, next) }]),
  )
}

export function numberedTensor(shape: Tensor['shape'], next: () => number): Tensor {
  return { shape, data: centred(shape, next) }
}

function centred(shape: readonly number[], next: () => number): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next() - 0.5)
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0)
}
