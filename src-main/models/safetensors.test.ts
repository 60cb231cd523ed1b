/** Safetensors: round trips, files of PyTorch, and files that lie or are broken at random. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Weights, WeightTensor } from '../engine/protocol.ts'
import { bytesSource } from './byte-source.ts'
import {
  encodeInParts,
  encodeSafetensors,
  inParts,
  openSafetensors,
  parseSafetensors,
  readSafetensors,
  writeSafetensors,
} from './safetensors.ts'
import type { TensorEntry } from './safetensors.ts'
import { mutate, outcomeOf } from './testing/mutate.ts'
import { randomWeights } from './testing/weights.ts'

const parse = (file: Uint8Array) => parseSafetensors(bytesSource('w.safetensors', file, 'model-invalid'))

/** A file with any header before the data. */
function fileOf(header: unknown, data: Uint8Array, length?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(length ?? BigInt(json.length))
  return Buffer.concat([size, json, data])
}

const weights: Weights = {
  ...randomWeights(
    [
      { name: 'b', shape: [2, 3] },
      { name: 'a', shape: [4] },
      { name: 'none', shape: [0, 7] },
    ],
    1,
  ),
  half: { dtype: 'F16', shape: [3], data: Uint16Array.of(1, 2, 3) },
}

function entriesOf(tensors: Weights): readonly TensorEntry[] {
  return Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
}

/** Gives those of the tensors that are asked for. */
const someOf = (tensors: Weights) => async (names: readonly string[]) => {
  const asked = new Set(names)
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => asked.has(name)))
}

async function writtenInParts(
  entries: readonly TensorEntry[],
  tensors: Weights,
  partBytes: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of encodeInParts(entries, someOf(tensors), partBytes)) pieces.push(piece)
  return Buffer.concat(pieces)
}

describe('safetensors', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solstice-safetensors-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('gives back what was written, and leaves no temporary file', async () => {
    const path = join(folder, 'w.safetensors')
    await writeSafetensors(path, weights, { note: 'зима' })
    expect(await readSafetensors(path)).toEqual({ tensors: weights, metadata: { note: 'зима' } })
    expect(await readdir(folder)).toEqual(['w.safetensors'])
  })

  it('writes sorted names and an aligned header', () => {
    const file = encodeSafetensors(weights)
    const length = Number(file.readBigUInt64LE())
    expect(length % 8).toBe(0)
    expect(Object.keys(JSON.parse(file.toString('utf8', 8, 8 + length)) as object)).toEqual([
      'a',
      'b',
      'half',
      'none',
    ])
  })

  const tensor = fc
    .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.boolean())
    .map(([shape, half]): WeightTensor => {
      const count = shape.reduce((product, length) => product * length, 1)
      if (half) return { dtype: 'F16', shape, data: Uint16Array.from({ length: count }, (_, i) => i) }
      return { dtype: 'F32', shape, data: Float32Array.from({ length: count }, (_, i) => i / 3) }
    })
  const name = fc.string({ minLength: 1 }).filter((text) => text !== '__metadata__')

  it('gives back any tensors with any names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, tensor)), async (entries) => {
        const tensors = Object.fromEntries(entries)
        expect((await parse(encodeSafetensors(tensors))).tensors).toEqual(tensors)
      }),
      { numRuns: 300, seed: 4 },
    )
  })

  it('gives back any tensors that are written and read in parts of any size', async () => {
    const path = join(folder, 'parts.safetensors')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, tensor)), fc.nat(700), async (pairs, partBytes) => {
        const tensors = Object.fromEntries(pairs)
        const entries = entriesOf(tensors)
        await writeFile(path, await writtenInParts(entries, tensors, partBytes))
        expect((await readSafetensors(path)).tensors).toEqual(tensors)
        const file = await openSafetensors(path)
        expect(file.entries.map(({ name }) => name)).toEqual(entries.map(({ name }) => name))
        for (const part of inParts(file.entries, partBytes)) {
          const names = part.map(({ name }) => name)
          expect(await file.read(names)).toEqual(await someOf(tensors)(names))
        }
        await file.close()
      }),
      { numRuns: 200, seed: 9 },
    )
  })

  it('asks for parts in their order, none larger than it must be', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(60), (lengths, partBytes) => {
        const entries = lengths.map(
          (length, i) => ({ name: String(i), dtype: 'F32', shape: [length] }) as const,
        )
        const parts = inParts(entries, partBytes)
        expect(parts.flat()).toEqual(entries)
        const bytes = parts.map((part) => 4 * part.reduce((sum, { shape }) => sum + shape[0], 0))
        expect(bytes.every((size, i) => size <= partBytes || parts[i]?.length === 1)).toBe(true)
        // What begins a part had no room in the one before.
        const first = parts.map((part) => 4 * (part[0]?.shape[0] ?? 0))
        expect(bytes.every((_, i) => i === 0 || bytes[i - 1]! + first[i]! > partBytes)).toBe(true)
      }),
      { seed: 10 },
    )
  })

  it.each<[string, readonly TensorEntry[], Weights]>([
    ['another shape', entriesOf(weights), { ...weights, a: { ...weights.a!, shape: [2, 2] } }],
    ['another type', entriesOf(weights), { ...weights, a: { ...weights.half!, shape: [4] } }],
    ['other bytes', entriesOf(weights), { ...weights, a: { ...weights.b!, shape: [4] } }],
    ['a tensor missing', [...entriesOf(weights), { name: 'toString', dtype: 'F32', shape: [1] }], weights],
    ['a name twice', [...entriesOf(weights), ...entriesOf(weights)], weights],
    ['the name of metadata', [{ name: '__metadata__', dtype: 'F32', shape: [0] }], weights],
  ])('writes no file with %s', async (_how, entries, tensors) => {
    await expect(writtenInParts(entries, tensors, 1000)).rejects.toThrow(/announced|taken/)
  })

  it('has only the tensors of its file', async () => {
    const path = join(folder, 'few.safetensors')
    await writeFile(path, encodeSafetensors(weights))
    const file = await openSafetensors(path)
    await expect(file.read(['a', 'toString'])).rejects.toThrow('no tensor toString')
    await file.close()
  })

  it('keeps the name __proto__ a name', async () => {
    const odd = Object.fromEntries([
      ['__proto__', { dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const],
    ])
    expect(Object.entries((await parse(encodeSafetensors(odd))).tensors)).toEqual(Object.entries(odd))
  })

  it('widens bfloat16', async () => {
    const header = { x: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } }
    const { tensors } = await parse(fileOf(header, new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer)))
    expect(tensors.x).toEqual({ dtype: 'F32', shape: [2], data: Float32Array.of(1, -3) })
  })

  it('refuses files above the limit', async () => {
    const path = join(folder, 'large.safetensors')
    await writeFile(path, encodeSafetensors(weights))
    await expect(readSafetensors(path, { maxBytes: 100 })).rejects.toMatchObject({ code: 'model-invalid' })
    await expect(readSafetensors(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(readSafetensors(folder)).rejects.toMatchObject({ code: 'file-not-readable' })
  })

  const entry = (shape: readonly number[], begin: number, end: number, dtype = 'F32') => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  })
  const eight = new Uint8Array(8)
  it.each([
    ['a header beyond the file', fileOf({}, eight, 1000n)],
    ['a header of 2^63 bytes', fileOf({}, eight, 2n ** 63n)],
    ['a header above the limit', fileOf({}, new Uint8Array(9_000_000), 8_500_000n)],
    ['no header', Buffer.alloc(3)],
    ['a header that is no JSON', fileOf('{"a":', eight)],
    ['a header that is a list', fileOf([], eight)],
    ['a header of nested lists', fileOf('['.repeat(1_000_000), eight)],
    ['an overlap', fileOf({ a: entry([2], 0, 8), b: entry([1], 4, 8) }, eight)],
    ['two tensors in one place', fileOf({ a: entry([2], 0, 8), b: entry([2], 0, 8) }, eight)],
    ['a hole', fileOf({ a: entry([1], 4, 8) }, eight)],
    ['bytes at the end that are no tensor', fileOf({ a: entry([1], 0, 4) }, eight)],
    ['offsets beyond the file', fileOf({ a: entry([4], 0, 16) }, eight)],
    ['offsets backwards', fileOf({ a: entry([2], 8, 0) }, eight)],
    ['negative offsets', fileOf({ a: entry([2], -8, 0) }, eight)],
    ['a shape that does not fit', fileOf({ a: entry([3], 0, 8) }, eight)],
    ['a shape beyond all integers', fileOf({ a: entry([2 ** 40, 2 ** 40], 0, 8) }, eight)],
    ['a fraction of an axis', fileOf({ a: entry([0.5, 4], 0, 8) }, eight)],
    ['nine axes', fileOf({ a: entry([1, 1, 1, 1, 1, 1, 1, 1, 2], 0, 8) }, eight)],
    ['a type that is not read', fileOf({ a: entry([1], 0, 8, 'F64') }, eight)],
    ['a type of every object', fileOf({ a: entry([1], 0, 8, 'toString') }, eight)],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 }, a: entry([2], 0, 8) }, eight)],
  ])('refuses %s', async (_, file) => {
    await expect(parse(file)).rejects.toMatchObject({ code: 'model-invalid', subject: 'w.safetensors' })
  })

  it('reads or refuses 6,000 broken files', async () => {
    const original = encodeSafetensors(weights, { note: 'a note' })
    const other = encodeSafetensors(randomWeights([{ name: 'c', shape: [5] }], 2))
    const before = process.memoryUsage().arrayBuffers
    for (let seed = 0; seed < 6000; seed++) {
      const file = mutate(original, other, seed)
      const outcome = await outcomeOf(file, 'model-invalid', parseSafetensors).catch((thrown: unknown) => {
        throw new Error(`Seed ${seed}`, { cause: thrown })
      })
      expect(['read', 'model-invalid'], `seed ${seed}`).toContain(outcome.code)
      expect(outcome.bytesRead, `seed ${seed}`).toBeLessThanOrEqual(file.length)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })
})
