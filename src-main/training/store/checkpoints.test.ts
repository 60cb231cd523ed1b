import { copyFile, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../contract/errors.ts'
import type { Weights } from '../../engine/protocol.ts'
import { readSafetensors } from '../../models/safetensors.ts'
import { failureOf } from '../../photos/test-support.ts'
import { temporaryFolder } from '../data/test-support.ts'
import { CheckpointStore } from './checkpoints.ts'
import { bitsOf, gathered, single, smallParts, sourceOf, stateAt } from './testing/state.ts'

const at = temporaryFolder()
let folders = 0

/** A store in a folder of its own, with the checkpoints of these steps. */
async function storeWith(...steps: readonly number[]) {
  const folder = at(String(++folders))
  const store = new CheckpointStore(folder, smallParts)
  for (const step of steps) await store.write(step, sourceOf(stateAt(step)))
  return { folder, store, file: (name: string) => join(folder, name) }
}

const filesOf = (...stems: readonly string[]) =>
  stems.flatMap((stem) => [`checkpoint-${stem}.json`, `checkpoint-${stem}.safetensors`])

async function expectNewest(store: CheckpointStore, step: number): Promise<void> {
  const newest = await store.newest()
  expect(newest?.step).toBe(step)
  expect(bitsOf(await gathered(newest!.parts()))).toEqual(bitsOf(stateAt(step)))
}

describe('CheckpointStore', () => {
  it('gives back all tensors bit for bit, whatever their names and sizes', async () => {
    const { store, file } = await storeWith()
    const odd = [0, -0, 5e-324, 1e-45, 3.4028234663852886e38, -1e-38, 1 / 3]
    const state: Weights = Object.fromEntries([
      ['weight', single([7], (i) => odd[i]!)],
      ['scalar', single([], () => -0)],
      ['pool.A', single([0, 3, 256, 256], () => 1)],
      ['2', single([2, 2], (i) => i)],
      ['1', single([1], () => 8)],
      ['__proto__', single([3], (i) => -i)],
      ['a/b\\c "d"\n', single([1], () => 1)],
      ['вес ❄', single([1], () => 2)],
      ['\ud800', single([1], () => 3)],
      ['', single([1], () => 4)],
      ['last, and of no length', single([0], () => 1)],
    ])
    await store.write(1234, sourceOf(state))
    const checkpoint = await store.newest()
    expect(checkpoint?.step).toBe(1234)
    expect(checkpoint?.entries).toEqual(Object.entries(state).map(([name, { shape }]) => ({ name, shape })))
    expect(bitsOf(await gathered(checkpoint!.parts()))).toEqual(bitsOf(state))
    const { tensors } = await readSafetensors(file('checkpoint-0000001234.safetensors'))
    expect(bitsOf(tensors)).toEqual(bitsOf(state))
  })

  it('keeps a state without tensors', async () => {
    const { store } = await storeWith()
    await store.write(0, sourceOf({}))
    const checkpoint = await store.newest()
    expect([checkpoint?.step, checkpoint?.entries]).toEqual([0, []])
    expect(await gathered(checkpoint!.parts())).toEqual({})
  })

  it('reads in parts what is wanted, and no more', async () => {
    const { store } = await storeWith(1)
    const checkpoint = await store.newest()
    let parts = 0
    for await (const part of checkpoint!.parts()) {
      const tensors = Object.values(part)
      const bytes = tensors.reduce((sum, { data }) => sum + data.byteLength, 0)
      expect(bytes <= smallParts.partBytes || tensors.length === 1).toBe(true)
      parts++
    }
    expect(parts).toBeGreaterThan(2)
    const wanted = await gathered(
      checkpoint!.parts((name) => name.startsWith('G_A.') && name.endsWith('.bias')),
    )
    expect(wanted).toEqual({ 'G_A.model.1.bias': stateAt(1)['G_A.model.1.bias'] })
    expect(await gathered(checkpoint!.parts(() => false))).toEqual({})
  })

  it('has none where nothing was written, or where there is no folder', async () => {
    const { store, folder } = await storeWith()
    expect([await store.newest(), await store.hasAny()]).toEqual([null, false])
    await mkdir(folder)
    expect([await store.newest(), await store.hasAny()]).toEqual([null, false])
    await store.write(1, sourceOf(stateAt(1)))
    expect(await store.hasAny()).toBe(true)
  })

  it('keeps the newest two, and what is not its own', async () => {
    const { folder, store, file } = await storeWith(1, 2)
    const others = ['journal.jsonl', 'lock', 'checkpoint-x.json', 'checkpoint-0000000001.safetensors.bak']
    for (const name of others) await writeFile(file(name), name)
    for (const step of [3, 4]) await store.write(step, sourceOf(stateAt(step)))
    expect((await readdir(folder)).toSorted()).toEqual(
      [...others, ...filesOf('0000000003', '0000000004')].toSorted(),
    )
    await expectNewest(store, 4)
  })

  it('clears away what killed writes have left', async () => {
    const { folder, store, file } = await storeWith(1)
    for (const name of [
      'checkpoint-0000000002.safetensors.unfinished',
      'checkpoint-0000000002.json.unfinished',
      'checkpoint-0000000002.safetensors',
      'checkpoint-0000000009.json',
    ])
      await writeFile(file(name), 'a part')
    await expectNewest(store, 1)
    await store.write(2, sourceOf(stateAt(2)))
    expect((await readdir(folder)).toSorted()).toEqual(filesOf('0000000001', '0000000002'))
    await expectNewest(store, 2)
  })

  it('does one thing after the other', async () => {
    const { store } = await storeWith()
    const steps = [1, 2, 3]
    const all = steps.map((step) => store.write(step, sourceOf(stateAt(step))))
    const newest = await store.newest()
    await Promise.all(all)
    expect(newest?.step).toBe(3)
  })

  const second = 'checkpoint-0000000002'
  const flip = async (path: string, place: (length: number) => number) => {
    const bytes = await readFile(path)
    const index = place(bytes.length)
    bytes[index] = bytes[index]! ^ 16
    await writeFile(path, bytes)
  }
  it.each<[string, (file: (name: string) => string) => Promise<unknown>]>([
    ['a bit of the header', (file) => flip(file(`${second}.safetensors`), () => 20)],
    ['a bit of a weight', (file) => flip(file(`${second}.safetensors`), (length) => length >> 1)],
    ['the last bit', (file) => flip(file(`${second}.safetensors`), (length) => length - 1)],
    ['its end missing', (file) => truncate(file(`${second}.safetensors`), 10_000)],
    ['nothing in it', (file) => truncate(file(`${second}.safetensors`), 0)],
    ['a byte too many', (file) => writeFile(file(`${second}.safetensors`), 'x', { flag: 'a' })],
    ['no file', (file) => rm(file(`${second}.safetensors`))],
    [
      'a folder for a file',
      async (file) => {
        await rm(file(`${second}.safetensors`))
        await mkdir(file(`${second}.safetensors`))
      },
    ],
    ['no record', (file) => rm(file(`${second}.json`))],
    ['a torn record', (file) => truncate(file(`${second}.json`), 30)],
    ['an empty record', (file) => truncate(file(`${second}.json`), 0)],
    ['the record of another', (file) => copyFile(file('checkpoint-0000000001.json'), file(`${second}.json`))],
    [
      'the files of another',
      async (file) => {
        for (const kind of ['json', 'safetensors'])
          await copyFile(file(`checkpoint-0000000001.${kind}`), file(`${second}.${kind}`))
      },
    ],
  ])('passes over a checkpoint with %s, and goes on from the one before', async (_how, damage) => {
    const { folder, store, file } = await storeWith(1, 2)
    await damage(file)
    await expectNewest(store, 1)
    await store.write(2, sourceOf(stateAt(2)))
    await expectNewest(store, 2)
    await store.write(3, sourceOf(stateAt(3)))
    await store.write(4, sourceOf(stateAt(4)))
    await expectNewest(store, 4)
    // A folder in the place of a file is nothing that the program has made.
    const left = (await readdir(folder)).filter((name) => name !== `${second}.safetensors`)
    expect(left.toSorted()).toEqual(filesOf('0000000003', '0000000004'))
  })

  it('has none when all are damaged', async () => {
    const { store, file } = await storeWith(1, 2)
    await truncate(file(`${second}.safetensors`), 5)
    await flip(file('checkpoint-0000000001.safetensors'), (length) => length - 9)
    expect(await store.newest()).toBeNull()
  })

  it('leaves behind the later checkpoints that a run does not go on from', async () => {
    const { folder, store, file } = await storeWith(10, 20)
    await flip(file('checkpoint-0000000020.safetensors'), (length) => length - 1)
    await store.write(15, sourceOf(stateAt(15)))
    await expectNewest(store, 15)
    expect((await readdir(folder)).toSorted()).toEqual(filesOf('0000000010', '0000000015'))
  })

  it('writes a step again beside the old one, not over it', async () => {
    const { folder, store, file } = await storeWith(7)
    await store.write(7, sourceOf(stateAt(70)))
    expect((await readdir(folder)).toSorted()).toEqual(filesOf('0000000007', '0000000007-1').toSorted())
    expect(bitsOf(await gathered((await store.newest())!.parts()))).toEqual(bitsOf(stateAt(70)))
    await rm(file('checkpoint-0000000007-1.json'))
    await expectNewest(store, 7)
  })

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s wherever it stands', async (value) => {
    const { folder, store } = await storeWith(1, 2)
    const state = stateAt(3)
    for (const name of ['G_A.model.1.weight', 'D_B.model.8.weight', 'pool.B']) {
      const { shape, data } = state[name]!
      const diverged = single(shape, (i) => (i === data.length - 1 ? value : data[i]!))
      const failure = await failureOf(store.write(3, sourceOf({ ...state, [name]: diverged })))
      expect([failure.code, failure.detail]).toEqual(['training-diverged', name])
      expect((await readdir(folder)).toSorted()).toEqual(filesOf('0000000001', '0000000002'))
    }
    await expectNewest(store, 2)
  })

  it('keeps nothing when the source fails, or gives what it did not say', async () => {
    const { folder, store } = await storeWith(1, 2)
    let reads = 0
    const stopped = sourceOf(stateAt(3), () => {
      if (++reads === 3) throw new Failure('engine-stopped')
    })
    expect((await failureOf(store.write(3, stopped))).code).toBe('engine-stopped')
    const other = sourceOf({ ...stateAt(3), 'pool.A': single([1, 3, 32, 32], () => 1) })
    const changed = { entries: () => sourceOf(stateAt(3)).entries(), read: other.read.bind(other) }
    expect((await failureOf(store.write(3, changed))).code).toBe('internal')
    expect((await readdir(folder)).toSorted()).toEqual(filesOf('0000000001', '0000000002'))
    await expectNewest(store, 2)
  })

  it('says so where it cannot write', async () => {
    await writeFile(at('file'), 'no folder')
    const failure = await failureOf(new CheckpointStore(at('file', 'run')).write(5, sourceOf(stateAt(5))))
    expect([failure.code, failure.subject]).toEqual(['cannot-write', 'checkpoint-0000000005.safetensors'])
  })

  it('can be moved', async () => {
    const { folder } = await storeWith(3)
    await rename(folder, at('elsewhere'))
    await expectNewest(new CheckpointStore(at('elsewhere')), 3)
  })

  it('holds a few parts in memory, not the whole', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const part = 32 * 1024 * 1024
    const names = Array.from({ length: 16 }, (_, i) => `weight.${i}`)
    const shape = [part / 2 / 4]
    let most = 0
    const measure = () => {
      collect()
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }
    measure()
    const before = most
    const store = new CheckpointStore(at('large'))
    await store.write(1, {
      entries: async () => names.map((name) => ({ name, shape })),
      read: async (wanted) => {
        measure()
        return Object.fromEntries(wanted.map((name) => [name, single(shape, () => 1)]))
      },
    })
    let tensors = 0
    for await (const some of (await store.newest())!.parts()) {
      tensors += Object.keys(some).length
      measure()
    }
    expect(tensors).toBe(names.length)
    expect(most - before).toBeLessThan(3 * part)
  })
})
