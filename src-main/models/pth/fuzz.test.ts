/**
 * Thousands of broken checkpoints: each is read or turned away with a known code. Anything else thrown, a hang or
 * memory beyond what the file's size allows fails the test. A failing seed is in the message; it alone repeats it.
 */
import { describe, expect, it } from 'vitest'
import type { Weights } from '../../engine/protocol.ts'
import { mutate, outcomeOf } from '../testing/mutate.ts'
import { partsOf, pthOf, statePickle, zipPth } from '../testing/pth-writer.ts'
import { randomWeights } from '../testing/weights.ts'
import { memoryAllowed } from './memory.ts'
import { parsePth } from './read-pth.ts'

const files = 3000
const allowed = new Set(['read', 'checkpoint-damaged', 'checkpoint-refused', 'checkpoint-not-a-generator'])

const parameters = [
  { name: 'model.1.weight', shape: [4, 3, 2, 2] },
  { name: 'model.1.bias', shape: [4] },
]
const weights: Weights = {
  ...randomWeights(parameters, 1),
  'model.2.half': { dtype: 'F16', shape: [2, 3], data: Uint16Array.of(1, 2, 3, 4, 5, 6) },
}
const parts = partsOf(weights)
const state = statePickle(parts)
const zipped = pthOf(weights, 'zip')
const deflated = zipPth(state, parts.storages, { deflate: true })
const legacy = pthOf(weights, 'legacy')

const kinds: readonly (readonly [string, (seed: number) => Buffer])[] = [
  ['zip', (seed) => mutate(zipped, legacy, seed)],
  ['deflated zip', (seed) => mutate(deflated, zipped, seed)],
  // With checksums that are right, so that what is broken reaches the pickle machine.
  ['pickle in a sound zip', (seed) => zipPth(mutate(state, legacy, seed), parts.storages)],
  ['legacy', (seed) => mutate(legacy, zipped, seed)],
]

describe.each(kinds)('broken checkpoints (%s)', (_, make) => {
  it(`end well, ${files} of them`, async () => {
    const before = process.memoryUsage().arrayBuffers
    const codes = new Set<string>()
    for (let seed = 0; seed < files; seed++) {
      const file = make(seed)
      let taken = 0
      const outcome = await outcomeOf(file, 'checkpoint-damaged', async (source) => {
        const { tensors } = await parsePth(source)
        taken = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
      }).catch((thrown: unknown) => {
        throw new Error(`Seed ${seed}`, { cause: thrown })
      })
      codes.add(outcome.code)
      expect(allowed, `seed ${seed}`).toContain(outcome.code)
      // Each part of a file is read once, its directory a second time.
      expect(outcome.bytesRead, `seed ${seed}`).toBeLessThanOrEqual(3 * file.length)
      expect(taken, `seed ${seed}`).toBeLessThanOrEqual(memoryAllowed(file.length))
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(128 * 1024 * 1024)
    expect(codes).toContain('checkpoint-damaged')
  })
})
