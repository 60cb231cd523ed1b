/** Test support: weights of small networks with repeatable numbers. */
import type { Weights, WeightTensor } from '../../engine/protocol.ts'

/** A repeatable stream of numbers in [0, 1) (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random tensors of the given names and shapes, in [-0.5, 0.5). */
export function randomWeights(
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  seed: number,
): Weights {
  const random = randomOf(seed)
  return Object.fromEntries(
    parameters.map(({ name, shape }): [string, WeightTensor] => {
      const count = shape.reduce((product, length) => product * length, 1)
      return [name, { dtype: 'F32', shape, data: Float32Array.from({ length: count }, () => random() - 0.5) }]
    }),
  )
}
