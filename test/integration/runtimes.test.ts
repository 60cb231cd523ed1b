/** Runtimes that fail, lie or hang, at the start and in mid-work: a device is played by a fake in a real process. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultExportSettings, type Detail } from '../../src-main/contract/export.ts'
import {
  lastResort,
  type Fallback,
  type Purpose,
  type RuntimeName,
} from '../../src-main/contract/runtimes.ts'
import {
  networkOf,
  translateNative,
  translateNativeInPlace,
} from '../../src-main/conversion/translate-photo.ts'
import { startChildProcess, type StartEngineProcess } from '../../src-main/engine/engine-process.ts'
import { examineRuntime } from '../../src-main/engine/examination.ts'
import { EngineHost, type EngineHostOptions } from '../../src-main/engine/host.ts'
import type { Pixels } from '../../src-main/engine/protocol.ts'
import { BatchItems } from '../../src-main/export/batch-items.ts'
import { BatchSession } from '../../src-main/export/batch-session.ts'
import { BatchStore } from '../../src-main/export/batch-store.ts'
import { plannedBatch } from '../../src-main/export/exports.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { ModelShelf } from '../../src-main/models/shelf.ts'
import { RuntimeChoice, type ChoiceOptions } from '../../src-main/runtimes/choice.ts'
import { fakeEngineFile, root, workerFile } from './built.ts'

const device: RuntimeName = 'onnxruntime-webgpu'
const model = await openModelFolder(join(root, 'models/summer-winter'), true)
const network = networkOf(model, 'AtoB')

let home = ''
const closing: (() => Promise<void> | void)[] = []
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-runtimes-'))
  return () => rm(home, { recursive: true, force: true })
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Processes whose device does what is said; `started` has their runtimes. */
function fakes(behaviour: string): { start: StartEngineProcess; started: RuntimeName[] } {
  const started: RuntimeName[] = []
  const start: StartEngineProcess = (runtime) => {
    started.push(runtime)
    process.env['FAKE_DEVICE'] = behaviour
    return startChildProcess(fakeEngineFile, runtime)
  }
  return { start, started }
}

function hostOn(behaviour: string, options: Partial<EngineHostOptions> = {}) {
  const { start, started } = fakes(behaviour)
  const told: Fallback[] = []
  const host = new EngineHost({
    start,
    order: async () => [device, lastResort],
    onFallback: (fallback) => told.push(fallback),
    ...options,
  })
  closing.push(() => host.close())
  return { host, started, told }
}

async function piece(width: number, height: number): Promise<Pixels> {
  const cut = sharp(join(root, 'samples/picosdeeuropa.jpg')).extract({ left: 500, top: 600, width, height })
  return { width, height, channels: 3, data: new Uint8Array(await cut.raw().toBuffer()) }
}

/** As it is without any device. */
async function expected(photo: Pixels): Promise<Pixels> {
  const host = new EngineHost({ start: () => startChildProcess(workerFile) })
  closing.push(() => host.close())
  return (await host.translate(network, photo)).pixels
}

describe('the examination of a runtime', () => {
  const cases: readonly [behaviour: string, purpose: Purpose, passed: boolean, reason: RegExp | null][] = [
    ['right', 'translation', true, null],
    ['right', 'training', true, null],
    ['lies', 'translation', false, /differs by 0\.1/],
    ['lies', 'training', false, /differs by 0\.1/],
    ['black:2', 'translation', false, /one colour/],
    ['missing', 'translation', false, /not there/],
    ['dies', 'translation', false, /SIGABRT/],
    ['hangs', 'translation', false, /no answer in 3 s/],
    ['lost', 'training', false, /device is lost/],
  ]

  it.each(cases)('of one that is %s, for %s: passed %s', async (behaviour, purpose, passed, reason) => {
    const { start } = fakes(behaviour)
    const limitMs = behaviour === 'hangs' ? 3000 : 60_000
    const { verdict } = await examineRuntime(device, purpose, { start, limitMs })
    expect(verdict.passed).toBe(passed)
    if (reason === null)
      expect(verdict).toMatchObject({ reason: null, seconds: expect.any(Number) as number })
    else expect(verdict.reason).toMatch(reason)
  })

  it('ends when nobody waits for it any more', async () => {
    const stop = new AbortController()
    const examined = examineRuntime(device, 'translation', { ...fakes('hangs'), signal: stop.signal })
    stop.abort()
    await expect(examined).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('the choice of a runtime', () => {
  let files = 0

  function choiceOn(behaviour: string, options: Partial<ChoiceOptions> = {}) {
    const { start, started } = fakes(behaviour)
    const choice = new RuntimeChoice({
      ...{ path: join(home, `runtimes-${files}.json`), start, version: '1' },
      machine: async () => ({ base: 'here', cards: ['a card, driver 1'] }),
      names: [lastResort, device],
      ...options,
    })
    closing.push(() => choice.close())
    return { choice, started }
  }

  it('takes the fastest that is right, and remembers it until a driver changes', async () => {
    files++
    const first = choiceOn('quick')
    expect(first.choice.known('translation')).toEqual([lastResort])
    expect(await first.choice.order('translation')).toEqual([device, lastResort])
    expect(first.started).toEqual([device, lastResort])
    await first.choice.close()

    const second = choiceOn('dies')
    expect(await second.choice.order('translation')).toEqual([device, lastResort])
    expect(second.started).toEqual([])

    const third = choiceOn('dies', { machine: async () => ({ base: 'here', cards: ['a card, driver 2'] }) })
    expect(await third.choice.order('translation')).toEqual([lastResort])
    expect(third.started).toEqual([device])
    expect(third.choice.get().reports[1]).toMatchObject({
      translation: { passed: false, reason: expect.stringContaining('SIGABRT') as string },
      training: null,
    })
  })

  it('never takes one that lies, however fast', async () => {
    files++
    const { choice } = choiceOn('lies')
    expect(await choice.order('translation')).toEqual([lastResort])
    expect(choice.get().chosen).toEqual({ translation: lastResort, training: lastResort })
  })

  it('refuses a pinned one that lies, and asks nothing where the processor is pinned', async () => {
    files++
    const { choice, started } = choiceOn('lies')
    choice.pin(lastResort)
    expect(await choice.order('training')).toEqual([lastResort])
    expect(started).toEqual([])
    choice.pin(device)
    await expect(choice.order('translation')).rejects.toMatchObject({
      code: 'runtime-unfit',
      subject: device,
    })
    expect(choice.known('translation')).toEqual([lastResort])
  })
})

describe('a device that fails in mid-work', () => {
  it.each(['lost:2', 'dies:2', 'hangs:2', 'black:2', 'missing'])(
    'is replaced, and the photo done again: %s',
    async (behaviour) => {
      const photo = await piece(96, 64)
      const wanted = await expected(photo)
      const { host, started, told } = hostOn(behaviour, { patienceMs: 3000 })
      for (let i = 0; i < 3; i++) expect((await host.translate(network, photo)).pixels).toEqual(wanted)
      if (behaviour === 'missing') return
      expect(told).toMatchObject([{ from: device, to: lastResort, lasting: true }])
      expect(started).toEqual([device, lastResort])
    },
  )

  it('goes on with the device after a photo that was too large for it', async () => {
    const photo = await piece(96, 64)
    const wanted = await expected(photo)
    // The second process has passes of its own: its first is no failure.
    const { host, started, told } = hostOn('full:2')
    for (let i = 0; i < 3; i++) expect((await host.translate(network, photo)).pixels).toEqual(wanted)
    expect(told).toMatchObject([{ from: device, to: lastResort, lasting: false }])
    expect(started).toEqual([device, lastResort, device])
  })

  it('never gives a black picture as a result, whoever made it', async () => {
    const photo = await piece(64, 64)
    const { start } = fakes('black:1')
    const host = new EngineHost({ start: () => start(device) })
    closing.push(() => host.close())
    const failure = { code: 'no-picture', subject: 'a.jpg' }
    await expect(host.translate(network, photo, { subject: 'a.jpg' })).rejects.toMatchObject(failure)
    await expect(host.change(network, photo, { subject: 'a.jpg' })).rejects.toMatchObject(failure)
  })

  it('does a photo in tiles again from its beginning', async () => {
    const photo = await piece(500, 300)
    const source = { name: 'a.jpg', pixels: photo }
    const plain = new EngineHost({ start: () => startChildProcess(workerFile) })
    closing.push(() => plain.close())
    const { after: wanted } = await translateNative(plain, source, model, 'AtoB', { tile: 200 })
    const { host, told } = hostOn('lost:5')
    const { after, tiles } = await translateNative(host, source, model, 'AtoB', { tile: 200 })
    expect(tiles).toBeGreaterThan(6)
    expect(after).toEqual(wanted)
    expect(told).toMatchObject([{ from: device, to: lastResort }])
  })

  it('says so where the photo in memory is no more what it was, and does it then', async () => {
    const photo = await piece(500, 300)
    const inPlace = (engine: EngineHost) =>
      translateNativeInPlace(engine, { name: 'a.jpg', pixels: structuredClone(photo) }, model, 'AtoB', {
        ...{ tile: 200, strength: 1 },
      })
    const plain = new EngineHost({ start: () => startChildProcess(workerFile) })
    closing.push(() => plain.close())
    const { pixels: wanted } = await inPlace(plain)
    const { host, told } = hostOn('lost:5')
    await expect(inPlace(host)).rejects.toMatchObject({ code: 'engine-stopped', subject: 'a.jpg' })
    expect((await inPlace(host)).pixels).toEqual(wanted)
    expect(told).toHaveLength(1)
  })

  it.each([
    ['guided', 'lost:3'],
    ['guided', 'black:2'],
    ['native', 'dies:3'],
  ] satisfies [Detail, string][])('loses no photo of a batch: %s, %s', async (detail, behaviour) => {
    const folder = await mkdtemp(join(home, 'batch-'))
    const { host, told } = hostOn(behaviour)
    const models = new ModelShelf({ builtIn: join(root, 'models'), own: join(folder, 'models') })
    const photos = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const path = join(folder, `photo-${index}.png`)
        const cut = sharp(join(root, 'samples/picosdeeuropa.jpg'))
        await cut.extract({ left: 100 * index, top: 300, width: 520, height: 200 }).toFile(path)
        return { path, relative: `photo-${index}.png` }
      }),
    )
    const run = async (engine: EngineHost, target: string): Promise<readonly Buffer[]> => {
      const store = new BatchStore(join(folder, `journal of ${target}`))
      const batch = plannedBatch({
        target: join(folder, target),
        styles: [{ model: 'summer-winter', modelId: 'summer-winter', direction: 'AtoB' }],
        settings: { ...defaultExportSettings, detail },
        photos,
      })
      await store.create(batch.record, batch.photos)
      const items = new BatchItems(batch.record, batch.photos, [])
      const hooks = { onItem: () => undefined, onProgress: () => undefined }
      await new BatchSession({ engine, models, store, version: '1' }, batch, items, hooks).run()
      expect(items.all.map(({ state }) => state)).toEqual(photos.map(() => 'done'))
      const files = (await readdir(join(folder, target))).toSorted()
      return Promise.all(
        files.map((file) =>
          sharp(join(folder, target, file))
            .raw()
            .toBuffer(),
        ),
      )
    }
    const plain = new EngineHost({ start: () => startChildProcess(workerFile) })
    closing.push(() => plain.close())
    expect(await run(host, 'with a device')).toEqual(await run(plain, 'without'))
    expect(told).toMatchObject([{ from: device, to: lastResort, lasting: true }])
  })
})
