import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { ScriptedEngine } from '../engine/testing/scripted-engine.ts'
import { TrainingHost } from '../engine/training-host.ts'
import { decodePhoto } from '../photos/decode.ts'
import { failureOf } from '../photos/test-support.ts'
import { scene, temporaryFolder } from './data/test-support.ts'
import { sampleOf, SampleStore, type SampleSource } from './samples.ts'

const at = temporaryFolder()
let stores = 0

function plain(value: number): Pixels {
  return { width: 16, height: 8, channels: 3, data: new Uint8Array(3 * 16 * 8).fill(value) }
}

/** An engine that gives a picture 10 lighter for G(x) and 20 lighter for F(G(x)). */
const lightening = () =>
  new ScriptedEngine((request) => {
    if (request.kind !== 'train-sample') return 'dies'
    const made = ({ data }: Pixels) => {
      const lighter = (by: number): Pixels => plain((data[0] ?? 0) + by)
      return { translated: lighter(10), reconstructed: lighter(20) }
    }
    return { result: { a: request.a.map(made), b: request.b.map(made) } }
  })

const source: SampleSource = { a: [plain(40), plain(80)], b: [plain(120)] }

describe('sampleOf', () => {
  it('is the middle of a picture, two crops a side at most', () => {
    const picture = scene(1, { width: 97, height: 50 })
    const { width, height, channels, data } = sampleOf(picture, 32)
    expect([width, height, channels, data.length]).toEqual([64, 50, 3, 3 * 64 * 50])
    for (const [x, y] of [
      [0, 0],
      [63, 0],
      [5, 49],
      [63, 49],
    ] as const)
      for (let channel = 0; channel < 3; channel++)
        expect(data[3 * (y * 64 + x) + channel]).toBe(picture.data[3 * (y * 97 + x + 16) + channel])
  })

  it('is the whole of a small picture, in memory of its own', () => {
    const picture = scene(2, { width: 40, height: 36 })
    const sample = sampleOf(picture, 32)
    expect(sample).toEqual({ width: 40, height: 36, channels: 3, data: picture.data })
    expect(sample.data.buffer).not.toBe(picture.data.buffer)
  })
})

describe('SampleStore', () => {
  const newStore = () => {
    const folder = at(String(++stores), 'samples')
    return { folder, store: new SampleStore(folder) }
  }

  it('keeps x, G(x) and F(G(x)) of each picture of each side', async () => {
    const { store } = newStore()
    await store.add(500, source, new TrainingHost({ start: lightening().start }))
    expect(await store.steps()).toEqual([500])
    const shades = { x: 0, translated: 10, reconstructed: 20 }
    for (const [side, index, grey] of [
      ['a', 0, 40],
      ['a', 1, 80],
      ['b', 0, 120],
    ] as const)
      for (const kind of ['x', 'translated', 'reconstructed'] as const) {
        const { width, height, data } = await decodePhoto(store.file({ step: 500, side, index, kind }), {})
        expect([width, height]).toEqual([16, 8])
        expect(Math.abs(data[0]! - grey - shades[kind])).toBeLessThanOrEqual(1)
      }
  })

  it('tells its steps in order, and takes nothing half-made for a step', async () => {
    const { folder, store } = newStore()
    expect(await store.steps()).toEqual([])
    const host = new TrainingHost({ start: lightening().start })
    for (const step of [1000, 0, 20_000]) await store.add(step, source, host)
    await mkdir(join(folder, '0000000007.part'))
    await mkdir(join(folder, 'notes'))
    expect(await store.steps()).toEqual([0, 1000, 20_000])
  })

  it('makes a step again over what there was of it, whole or not', async () => {
    const { folder, store } = newStore()
    const host = new TrainingHost({ start: lightening().start })
    await store.add(5, source, host)
    await mkdir(join(folder, '0000000005.part'))
    await writeFile(join(folder, '0000000005.part', 'a-0-x.jpg'), 'torn')
    await store.add(5, { a: [plain(200)], b: [] }, host)
    expect(await readdir(folder)).toEqual(['0000000005'])
    const files = await readdir(join(folder, '0000000005'))
    expect(files.toSorted()).toEqual(['a-0-reconstructed.jpg', 'a-0-translated.jpg', 'a-0-x.jpg'])
  })

  it('leaves nothing half-made where it cannot write, and what there was as it was', async () => {
    const { folder, store } = newStore()
    await mkdir(join(folder, '..'), { recursive: true })
    await writeFile(folder, 'a file')
    const host = new TrainingHost({ start: lightening().start })
    expect((await failureOf(store.add(1, source, host))).code).toBe('cannot-write')
    expect(await readFile(folder, 'utf8')).toBe('a file')
  })

  it('makes none when the engine stops', async () => {
    const { folder, store } = newStore()
    const host = new TrainingHost({ start: new ScriptedEngine(() => 'dies').start })
    expect((await failureOf(store.add(1, source, host))).code).toBe('engine-stopped')
    expect(await readdir(folder).catch(() => 'none')).toBe('none')
  })
})
