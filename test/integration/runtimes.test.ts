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
  type Verdict,
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

/** As it is without any device. */
const plain = new EngineHost({ start: () => startChildProcess(workerFile) })
let home = ''
const closing: (() => Promise<void> | void)[] = []
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-runtimes-'))
  return () => {
    plain.close()
    return rm(home, { recursive: true, force: true })
  }
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
  const lost = new Set<RuntimeName>()
  const host = new EngineHost({
    start,
    order: async () => [device, lastResort].filter((name) => !lost.has(name)),
    onFallback: (fallback) => {
      told.push(fallback)
      if (fallback.lasting) lost.add(fallback.from)
    },
    ...options,
  })
  closing.push(() => host.close())
  return { host, started, told }
}

async function piece(width: number, height: number): Promise<Pixels> {
  const cut = sharp(join(root, 'samples/picosdeeuropa.jpg')).extract({ left: 500, top: 600, width, height })
  return { width, height, channels: 3, data: new Uint8Array(await cut.raw().toBuffer()) }
}

async function expected(photo: Pixels): Promise<Pixels> {
  return (await plain.translate(network, photo)).pixels
}

describe('the examination of a runtime', () => {
  const cases: readonly [string, Purpose, Verdict['outcome'], RegExp | null][] = [
    ['right', 'translation', 'right', null],
    ['right', 'training', 'right', null],
    ['lies', 'translation', 'wrong', /differs by 0\.1/],
    ['lies', 'training', 'wrong', /differs by 0\.1/],
    ['black:2', 'translation', 'wrong', /one colour|differs by/],
    ['missing', 'translation', 'absent', /not there/],
    ['dies', 'translation', 'failed', /SIGABRT/],
    ['hangs', 'translation', 'failed', /no answer in 3 s/],
    ['lost', 'training', 'failed', /device is lost/],
  ]

  it.each(cases)('of one that is %s, for %s: %s', async (behaviour, purpose, outcome, reason) => {
    const { start } = fakes(behaviour)
    const limitMs = behaviour === 'hangs' ? 3000 : 60_000
    const { verdict } = await examineRuntime(device, purpose, { start, limitMs })
    expect(verdict.outcome).toBe(outcome)
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
      translation: { outcome: 'failed', reason: expect.stringContaining('SIGABRT') as string },
      training: null,
    })
  })

  it('tries tomorrow what failed today, and keeps what is wrong', async () => {
    files++
    let now = 1_000_000
    const today = choiceOn('dies', { now: () => now })
    await today.choice.order('translation')
    await today.choice.close()
    now += 3_600_000
    const later = choiceOn('quick', { now: () => now })
    expect(await later.choice.order('translation')).toEqual([lastResort])
    expect(later.started).toEqual([])
    await later.choice.close()
    now += 24 * 3_600_000
    const tomorrow = choiceOn('lies', { now: () => now })
    expect(await tomorrow.choice.order('translation')).toEqual([lastResort])
    expect(tomorrow.started).toEqual([device])
    await tomorrow.choice.close()
    now += 48 * 3_600_000
    const wrong = choiceOn('quick', { now: () => now })
    expect(await wrong.choice.order('translation')).toEqual([lastResort])
    expect(wrong.started).toEqual([])
  })

  it('examines once, however many ask at once', async () => {
    files++
    const { choice, started } = choiceOn('lies')
    await Promise.all([choice.examineMissing(), choice.examineMissing(), choice.order('training')])
    expect(started).toEqual([device, device])
  })

  it('leaves out what failed at work, until it is tried or chosen again', async () => {
    files++
    const { choice } = choiceOn('quick')
    await choice.order('translation')
    choice.leaveOut(device)
    expect(await choice.order('translation')).toEqual([lastResort])
    expect(choice.get()).toMatchObject({ failed: [device], chosen: { translation: lastResort } })
    choice.pin(device)
    expect(await choice.order('translation')).toEqual([device, lastResort])
  })

  it('lets go who no longer waits', async () => {
    files++
    const { choice } = choiceOn('hangs')
    const stop = new AbortController()
    const first = choice.order('translation').catch(() => null)
    const second = choice.order('training', stop.signal)
    stop.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    await choice.close()
    await first
  })

  it('never takes one that lies, however fast', async () => {
    files++
    const { choice } = choiceOn('lies')
    expect(await choice.order('translation')).toEqual([lastResort])
    expect(choice.get().chosen).toEqual({ translation: lastResort, training: lastResort })
  })

  it('takes another for a pinned one that lies, unless it must be that one', async () => {
    files++
    const { choice, started } = choiceOn('lies')
    choice.pin(lastResort)
    expect(await choice.order('training')).toEqual([lastResort])
    expect(started).toEqual([])
    choice.pin(device)
    expect(await choice.order('translation')).toEqual([lastResort])
    const unfit = { code: 'runtime-unfit', subject: device }
    await expect(choice.expectPinned('translation')).rejects.toMatchObject(unfit)
  })

  it('knows what was found although the processor is pinned', async () => {
    files++
    const first = choiceOn('quick')
    await first.choice.examineAll()
    await first.choice.close()
    const second = choiceOn('quick')
    second.choice.pin(lastResort)
    await second.choice.open()
    expect(await second.choice.order('translation')).toEqual([lastResort])
    expect(second.choice.get()).toMatchObject({
      cards: ['a card, driver 1'],
      reports: [{ translation: { outcome: 'right' } }, { translation: { outcome: 'right' } }],
    })
  })
})

describe('a device that fails in mid-work', () => {
  it.each([
    ['lost:2', /device is lost/],
    ['dies:2', /SIGABRT/],
    ['hangs:2', /no answer in 3 s/],
    ['black:2', /one colour/],
  ])('is replaced, and the photo done again: %s', async (behaviour, reason) => {
    const photo = await piece(96, 64)
    const wanted = await expected(photo)
    const patience = behaviour.startsWith('hangs') ? { patienceMs: 3000 } : {}
    const { host, started, told } = hostOn(behaviour, patience)
    for (let i = 0; i < 3; i++) expect((await host.translate(network, photo)).pixels).toEqual(wanted)
    expect(told).toEqual([
      { from: device, to: lastResort, lasting: true, reason: expect.stringMatching(reason) as string },
    ])
    expect(started).toEqual([device, lastResort])
  })

  it('is not blamed for what the processor cannot do either', async () => {
    const broken = { ...network, key: 'broken', weights: async () => ({}) }
    const { host, told } = hostOn('right')
    await expect(host.translate(broken, await piece(64, 64))).rejects.toMatchObject({ code: 'engine-failed' })
    expect(told).toEqual([])
  })

  it('goes on with the device after a photo that was too large for it, and spares it others as large', async () => {
    const [large, small] = [await piece(96, 64), await piece(48, 32)]
    const [wanted, wantedSmall] = [await expected(large), await expected(small)]
    const { host, started, told } = hostOn('full:2')
    expect((await host.translate(network, small)).pixels).toEqual(wantedSmall)
    for (let i = 0; i < 3; i++) expect((await host.translate(network, large)).pixels).toEqual(wanted)
    expect((await host.translate(network, small)).pixels).toEqual(wantedSmall)
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
    await expect(host.change(network, photo, { subject: 'a.jpg', texture: false })).rejects.toMatchObject(
      failure,
    )
  })

  it('does a photo in tiles again from its beginning', async () => {
    const photo = await piece(500, 300)
    const source = { name: 'a.jpg', pixels: photo }
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
    const { pixels: wanted } = await inPlace(plain)
    const { host, told } = hostOn('lost:5')
    await expect(inPlace(host)).rejects.toMatchObject({ code: 'engine-replaced', subject: 'a.jpg' })
    expect((await inPlace(host)).pixels).toEqual(wanted)
    expect(told).toHaveLength(1)
  })

  it.each([
    ['guided', 'lost:3'],
    ['guided', 'black:2'],
    ['native', 'dies:3'],
  ] satisfies [Detail, string][])('loses no photo of a batch: %s, %s', async (detail, behaviour) => {
    // Longer than the working size: smaller ones would go through whole.
    const folder = await mkdtemp(join(home, 'batch-'))
    const { host, told } = hostOn(behaviour)
    const models = new ModelShelf({ builtIn: join(root, 'models'), own: join(folder, 'models') })
    const photos = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const path = join(folder, `photo-${index}.png`)
        const cut = sharp(join(root, 'samples/picosdeeuropa.jpg'))
        await cut.extract({ left: 60 * index, top: 300 + 90 * index, width: 1040, height: 88 }).toFile(path)
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
    expect(await run(host, 'with a device')).toEqual(await run(plain, 'without'))
    expect(told).toMatchObject([{ from: device, to: lastResort, lasting: true }])
  })
})
