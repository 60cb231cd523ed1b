/** For tests: the state of a training that never was, made from the number of its step alone. */
import { createHash } from 'node:crypto'
import type { Weights, WeightTensor } from '../../../engine/protocol.ts'
import type { StateSource } from '../checkpoints.ts'

/** With these parts, the state below is read in several. */
export const smallParts = { partBytes: 32 * 1024 }

const shapes: Readonly<Record<string, readonly number[]>> = {
  'G_A.model.1.weight': [16, 3, 7, 7],
  'G_A.model.1.weight.first-moment': [16, 3, 7, 7],
  'G_A.model.1.bias': [16],
  'G_A.model.4.weight': [32, 16, 3, 3],
  'D_B.model.8.weight': [64, 32, 4, 4],
  'pool.A': [0, 3, 32, 32],
  'pool.B': [2, 3, 32, 32],
}

/** Values of any sign and size, no two steps with the same. */
export function stateAt(step: number): Weights {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], tensor) => [
      name,
      single(shape, (i) => ((step * 7919 + tensor * 613 + i * 104_729) % 1_000_003) / 997 - 400),
    ]),
  )
}

export function single(shape: readonly number[], valueAt: (index: number) => number): WeightTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  for (let i = 0; i < data.length; i++) data[i] = valueAt(i)
  return { dtype: 'F32', shape, data }
}

export function sourceOf(state: Weights, onRead: () => void = () => undefined): StateSource {
  const tensors = new Map(Object.entries(state))
  return {
    entries: async () => [...tensors].map(([name, { shape }]) => ({ name, shape })),
    read: async (names) => {
      onRead()
      return Object.fromEntries(
        names.map((name) => {
          const tensor = tensors.get(name)
          if (tensor === undefined) throw new Error(`No tensor ${name}`)
          return [name, tensor]
        }),
      )
    },
  }
}

/** What two states have in common only if they are the same, bit for bit. */
export function bitsOf(state: Weights): unknown {
  return Object.entries(state)
    .map(([name, { dtype, shape, data }]) => {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      return [name, dtype, shape, createHash('sha256').update(bytes).digest('hex')] as const
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** All parts together. */
export async function gathered(parts: AsyncIterable<Weights>): Promise<Weights> {
  const all: [string, WeightTensor][] = []
  for await (const part of parts) all.push(...Object.entries(part))
  return Object.fromEntries(all)
}
