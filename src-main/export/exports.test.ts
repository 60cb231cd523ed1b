/** What the window can ask of exports while they work: pause and cancel before a photo is begun, go on after a full disk. */
import { mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deferred } from '../../test/integration/deferred.ts'
import { defaultExportSettings, type BatchState, type ExportItemState } from '../contract/export.ts'
import { EngineHost } from '../engine/host.ts'
import type { EngineResults } from '../engine/protocol.ts'
import { ScriptedEngine } from '../engine/testing/scripted-engine.ts'
import { ModelShelf } from '../models/shelf.ts'
import type { BatchServices } from './batch-session.ts'
import { BatchStore } from './batch-store.ts'
import { Exports } from './exports.ts'

const builtIn = join(import.meta.dirname, '../../models')
const side = 16
const photoCount = 4

/** A style that changes nothing, as soon as it is told to. */
class HeldEngine extends EngineHost {
  /** The first photo that it was asked for. */
  readonly asked = deferred<string | undefined>()
  readonly hold = deferred<null>()

  constructor() {
    super({ start: new ScriptedEngine(() => 'works').start })
  }

  override async translate(
    ...[, pixels, options]: Parameters<EngineHost['translate']>
  ): Promise<EngineResults['translate']> {
    this.asked.resolve(options?.subject)
    await this.hold.promise
    return { pixels, seconds: 0 }
  }
}

let home: string
let store: BatchStore
let engine: HeldEngine
let services: BatchServices
let exports: Exports
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-exports-'))
  store = new BatchStore(join(home, 'exports'))
  engine = new HeldEngine()
  const models = new ModelShelf({ builtIn, own: join(home, 'own') })
  // Room for one photo.
  services = { engine, models, store, version: '1', pixelsInWork: side * side }
  exports = new Exports(services)
  for (let index = 0; index < photoCount; index++)
    await sharp({ create: { width: side, height: side, channels: 3, background: '#579' } })
      .png()
      .toFile(join(home, `${index}.png`))
})
afterEach(async () => {
  engine.hold.resolve(null)
  await exports.close()
  engine.close()
  await rm(home, { recursive: true, force: true })
})

async function start(): Promise<string> {
  const metadata = { camera: false, place: false, captions: false, copyright: false }
  const { id } = await exports.start({
    target: join(home, 'out'),
    styles: [{ model: 'summer-winter', modelId: 'summer-winter', direction: 'AtoB' }],
    settings: { ...defaultExportSettings, metadata, note: false },
    photos: Array.from({ length: photoCount }, (_, index) => ({
      path: join(home, `${index}.png`),
      relative: `${index}.png`,
    })),
  })
  return id
}

const itemStates = (id: string): ExportItemState[] => exports.items(id).map(({ state }) => state)
const stateOf = (id: string): BatchState | undefined => exports.list().find((batch) => batch.id === id)?.state

/** Resolves when what `holds` says is so; asked at each word to the window. */
function told(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (holds()) resolve()
    }
    exports.on('changed', look).on('items', look).on('idle', look)
    look()
  })
}

const idle = (): Promise<void> => told(() => !exports.isExporting)

/** Starts a batch whose first photo is with the engine, while all others wait for its memory; tells those. */
async function startFull(): Promise<{ readonly id: string; readonly others: readonly number[] }> {
  const id = await start()
  const inWork = await engine.asked.promise
  await told(() => itemStates(id).every((state) => state === 'running'))
  const others = exports.items(id).filter(({ name }) => name !== inWork)
  return { id, others: others.map(({ index }) => index) }
}

const allAre = (id: string, indices: readonly number[], state: ExportItemState): Promise<void> =>
  told(() => indices.every((index) => exports.items(id)[index]?.state === state))

const allDone = Array.from({ length: photoCount }, () => 'done')

describe('while a photo waits for memory', () => {
  it('a pause does not convert it first: it waits again, and nothing of it is in the journal', async () => {
    const { id, others } = await startFull()
    await exports.pause(id)
    await allAre(id, others, 'waiting')
    expect(stateOf(id)).toBe('running')
    // Photos that wait again are not counted as finished: nothing is known of the time left.
    expect(exports.current?.progress?.etaSeconds).toBeNull()
    engine.hold.resolve(null)
    await idle()
    expect(stateOf(id)).toBe('paused')
    expect(itemStates(id).toSorted()).toEqual(['done', 'waiting', 'waiting', 'waiting'])
    const { entries } = await store.load(id)
    expect(entries.map(({ kind }) => kind)).toEqual(['begun', 'placing', 'done'])

    await exports.resume(id)
    await idle()
    expect(itemStates(id)).toEqual(allDone)
  })

  it('a cancel is heard before the photo in work ends', async () => {
    const { id, others } = await startFull()
    await exports.cancel(id, others)
    await allAre(id, others, 'cancelled')
    expect(itemStates(id).toSorted()).toEqual(['cancelled', 'cancelled', 'cancelled', 'running'])
  })
})

describe('where the record cannot be written', () => {
  /** A folder stands where the record is to be. */
  async function blockRecord(id: string): Promise<() => Promise<void>> {
    const file = join(store.folderOf(id), 'batch.json')
    await rename(file, `${file}.kept`)
    await mkdir(file)
    return async () => {
      await rmdir(file)
      await rename(`${file}.kept`, file)
    }
  }

  it('resume does not leave the batch waiting for nobody: it stays paused, and can be resumed again', async () => {
    const { id } = await startFull()
    await exports.pause(id)
    engine.hold.resolve(null)
    await idle()
    const unblock = await blockRecord(id)
    const states: BatchState[] = []
    exports.on('changed', ({ state }) => states.push(state))
    await expect(exports.resume(id)).rejects.toMatchObject({ code: 'cannot-write' })
    expect(states).toEqual(['waiting', 'paused'])
    expect(stateOf(id)).toBe('paused')

    await unblock()
    await exports.resume(id)
    await idle()
    expect([stateOf(id), itemStates(id)]).toEqual(['done', allDone])
  })

  it('retry of a batch that is over leaves it paused, so that it can be gone on with', async () => {
    const { id, others } = await startFull()
    await exports.cancel(id, others)
    engine.hold.resolve(null)
    await idle()
    expect(stateOf(id)).toBe('done')
    const unblock = await blockRecord(id)
    await expect(exports.retry(id, null)).rejects.toMatchObject({ code: 'cannot-write' })
    expect(stateOf(id)).toBe('paused')

    await unblock()
    await exports.resume(id)
    await idle()
    expect([stateOf(id), itemStates(id)]).toEqual(['done', allDone])
  })

  it('a retry that was refused is offered again by the next start, though the record says that all is done', async () => {
    const { id, others } = await startFull()
    await exports.cancel(id, others)
    engine.hold.resolve(null)
    await idle()
    const unblock = await blockRecord(id)
    await expect(exports.retry(id, null)).rejects.toMatchObject({ code: 'cannot-write' })
    await unblock()
    expect((await store.load(id)).record.state).toBe('done')

    await exports.close()
    exports = new Exports(services)
    await exports.open()
    expect(stateOf(id)).toBe('interrupted')
    await exports.resume(id)
    await idle()
    expect([stateOf(id), itemStates(id)]).toEqual(['done', allDone])
  })
})
