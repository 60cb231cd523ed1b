/** Checkpoints in both containers: what is read, value by value, and how tensors lie in their storages. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesSource } from '../byte-source.ts'
import { contiguousStrides, dictOf, op, pickle, python2Dict, tensorPickle } from '../testing/pickle-writer.ts'
import { legacyPth, partsOf, pthOf, statePickle, systemInfo, zipPth } from '../testing/pth-writer.ts'
import { randomWeights } from '../testing/weights.ts'
import { parsePth, readPth } from './read-pth.ts'

const parse = (file: Uint8Array) => parsePth(bytesSource('weights.pth', file, 'checkpoint-damaged'))
const bytesOf = (data: NodeJS.TypedArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
const counting = Float32Array.from({ length: 24 }, (_, i) => i)

const weights = {
  ...randomWeights(
    [
      { name: 'model.1.weight', shape: [2, 3, 5, 1] },
      { name: 'empty', shape: [0, 3] },
      { name: 'scalar', shape: [] },
    ],
    1,
  ),
  half: { dtype: 'F16', shape: [3], data: Uint16Array.of(0x3c00, 0xc000, 1) },
} as const

describe.each(['zip', 'legacy'] as const)('a %s checkpoint', (format) => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solstice-pth-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('gives back every tensor, bit for bit', async () => {
    const path = join(folder, 'latest_net_G.pth')
    await writeFile(path, pthOf(weights, format))
    expect(await readPth(path)).toEqual({ format, tensors: weights })
  })

  it('reads strided, shifted and shared storages', async () => {
    const shared = { storage: 'FloatStorage', key: '7', count: 24 }
    const tensors = [
      ['transposed', { ...shared, shape: [4, 6], strides: [1, 4] }],
      ['shifted', { ...shared, shape: [2, 3], offset: 5 }],
      ['repeated', { ...shared, shape: [3, 2], strides: [0, 1], offset: 22 }],
    ] as const
    const storages = { 7: { type: 'FloatStorage', data: bytesOf(counting) } }
    const state = statePickle({ tensors }, format === 'legacy')
    const { tensors: read } = await parse(
      format === 'zip' ? zipPth(state, storages) : legacyPth(state, storages),
    )
    expect([...(read.transposed?.data ?? [])]).toEqual(
      Array.from({ length: 24 }, (_, i) => Math.floor(i / 6) + (i % 6) * 4),
    )
    expect([...(read.shifted?.data ?? [])]).toEqual([5, 6, 7, 8, 9, 10])
    expect([...(read.repeated?.data ?? [])]).toEqual([22, 23, 22, 23, 22, 23])
  })

  it('turns doubles and bfloat16 into singles, and leaves whole numbers out', async () => {
    const storages = {
      a: { type: 'DoubleStorage', data: bytesOf(Float64Array.of(0.1, -1e300, 2)) },
      b: { type: 'BFloat16Storage', data: bytesOf(Uint16Array.of(0x3f80, 0xc040, 0x7f80)) },
      c: { type: 'LongStorage', data: bytesOf(BigInt64Array.of(7n)) },
      d: { type: 'HalfStorage', data: bytesOf(Uint16Array.of(0x3c00)) },
    }
    const tensors = Object.entries(storages).map(([key, { type }]) => {
      const count = { a: 3, b: 3, c: 1, d: 1 }[key] ?? 0
      return [key, { storage: type, key, count, shape: [count] }] as const
    })
    const state = statePickle({ tensors }, format === 'legacy')
    const { tensors: read } = await parse(
      format === 'zip' ? zipPth(state, storages) : legacyPth(state, storages),
    )
    expect(read).toEqual({
      a: { dtype: 'F32', shape: [3], data: Float32Array.of(0.1, -Infinity, 2) },
      b: { dtype: 'F32', shape: [3], data: Float32Array.of(1, -3, Infinity) },
      d: { dtype: 'F16', shape: [1], data: Uint16Array.of(0x3c00) },
    })
  })

  it('gathers any permutation of any shape', async () => {
    const layout = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((sizes) =>
      fc.tuple(
        fc.constant(sizes),
        fc.shuffledSubarray(
          sizes.map((_, axis) => axis),
          { minLength: sizes.length },
        ),
      ),
    )
    await fc.assert(
      fc.asyncProperty(layout, fc.integer({ min: 0, max: 9 }), async ([sizes, order], offset) => {
        const count = offset + sizes.reduce((product, length) => product * length, 1)
        const data = Float32Array.from({ length: count }, (_, i) => i)
        const strides = contiguousStrides(sizes)
        const shape = order.map((axis) => sizes[axis] ?? 0)
        const permuted = order.map((axis) => strides[axis] ?? 0)
        const tensors = [
          ['t', { storage: 'FloatStorage', key: '0', count, offset, shape, strides: permuted }],
        ] as const
        const storages = { 0: { type: 'FloatStorage', data: bytesOf(data) } }
        const state = statePickle({ tensors }, format === 'legacy')
        const file = format === 'zip' ? zipPth(state, storages) : legacyPth(state, storages)
        const read = (await parse(file)).tensors.t
        // The definition: element [i, j, …] lies at offset + i·stride + j·stride + …
        let indices: readonly (readonly number[])[] = [[]]
        for (const length of shape)
          indices = indices.flatMap((index) => Array.from({ length }, (_, i) => [...index, i]))
        const expected = indices.map((index) =>
          index.reduce((sum, i, axis) => sum + i * (permuted[axis] ?? 0), offset),
        )
        expect([...(read?.data ?? [])]).toEqual(expected)
      }),
      { numRuns: 100, seed: 3 },
    )
  })

  it('reads what Python 2 and plain dicts look like', async () => {
    const tensor = tensorPickle({
      storage: 'FloatStorage',
      key: '0',
      count: 24,
      shape: [24],
      ...(format === 'legacy' ? { view: op.none } : {}),
    })
    const storages = { 0: { type: 'FloatStorage', data: bytesOf(counting) } }
    const plain = Buffer.concat([op.emptyDict, op.text('w'), tensor, op.setItem])
    for (const state of [pickle(python2Dict([['w', tensor]])), pickle(plain)]) {
      const { tensors } = await parse(format === 'zip' ? zipPth(state, storages) : legacyPth(state, storages))
      expect(tensors).toEqual({ w: { dtype: 'F32', shape: [24], data: counting } })
    }
  })

  it('keeps the name __proto__ a name', async () => {
    const odd = Object.fromEntries([['__proto__', weights.half]])
    const { tensors } = await parse(pthOf(odd, format))
    expect(Object.keys(tensors)).toEqual(['__proto__'])
  })
})

describe('containers', () => {
  const parts = partsOf(weights)

  it('reads deflated entries', async () => {
    const { tensors } = await parse(zipPth(statePickle(parts), parts.storages, { deflate: true }))
    expect(tensors).toEqual(weights)
  })

  it('reads the zip64 records that PyTorch writes', async () => {
    const plain = zipPth(statePickle(parts), parts.storages)
    const start = BigInt(plain.readUInt32LE(plain.length - 6))
    const { tensors } = await parse(
      zipPth(statePickle(parts), parts.storages, { lies: { zip64Start: start } }),
    )
    expect(tensors).toEqual(weights)
  })

  it('reads legacy views of a storage', async () => {
    const view = op.tupleOf([op.text('view'), op.int(4), op.int(6)])
    const tensor = { storage: 'FloatStorage', key: '0', count: 24, offset: 1, shape: [5], view }
    const storages = { 0: { type: 'FloatStorage', data: bytesOf(counting) } }
    const { tensors } = await parse(legacyPth(statePickle({ tensors: [['v', tensor]] }, true), storages))
    expect([...(tensors.v?.data ?? [])]).toEqual([5, 6, 7, 8, 9])
  })

  it('refuses other byte orders', async () => {
    const order = { more: [{ name: 'archive/byteorder', data: Buffer.from('big') }] }
    await expect(parse(zipPth(statePickle(parts), parts.storages, order))).rejects.toMatchObject({
      code: 'checkpoint-refused',
    })
    const big = legacyPth(statePickle(parts, true), parts.storages, { system: systemInfo(false) })
    await expect(parse(big)).rejects.toMatchObject({ code: 'checkpoint-refused' })
  })

  it('says when a checkpoint holds more than tensors', async () => {
    const state = pickle(dictOf([['epoch', op.int(5)]]))
    await expect(parse(zipPth(state, {}))).rejects.toMatchObject({
      code: 'checkpoint-not-a-generator',
      subject: 'weights.pth',
      detail: 'epoch is not a tensor',
    })
    await expect(parse(zipPth(pickle(op.int(5)), {}))).rejects.toMatchObject({
      code: 'checkpoint-not-a-generator',
    })
  })
})
