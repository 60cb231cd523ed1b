/**
 * A batch of JPEGs as an export runs it, from files to files: how much of the time the engine is busy, and whether memory
 * stays flat. The photos are pieces of one sample, in the size that is asked for.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultExportSettings, type Detail } from '../../src-main/contract/export.ts'
import { EngineHost } from '../../src-main/engine/host.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { BatchItems } from '../../src-main/export/batch-items.ts'
import { BatchSession } from '../../src-main/export/batch-session.ts'
import { BatchStore } from '../../src-main/export/batch-store.ts'
import { plannedBatch } from '../../src-main/export/exports.ts'
import { ModelShelf } from '../../src-main/models/shelf.ts'
import { loadSharp } from '../../src-main/photos/sharp.ts'
import { closePhotos } from '../../src-main/photos/exiftool.ts'

export interface BatchBenchSettings {
  readonly photos: number
  readonly megapixels: number
  readonly model: string
  readonly detail: Detail
  /** Of the built program. */
  readonly folders: { readonly models: string; readonly worker: string; readonly samples: string }
}

export interface BatchBenchResult {
  readonly photos: number
  readonly megapixels: number
  readonly seconds: number
  readonly secondsPerPhoto: number
  /** 0…1: of the time between the first request to the engine and the last answer. */
  readonly engineBusy: number
  /** Of both processes together, after a tenth of the photos, at the end, and at the most. */
  readonly rssMiB: { readonly early: number; readonly end: number; readonly peak: number }
}

/** Tells how long at least one request was under way. */
class WatchedEngine extends EngineHost {
  busyMs = 0
  firstAt = 0
  lastAt = 0
  #underWay = 0
  #since = 0

  override change(...args: Parameters<EngineHost['change']>): ReturnType<EngineHost['change']> {
    return this.#watch(() => super.change(...args))
  }

  override translate(...args: Parameters<EngineHost['translate']>): ReturnType<EngineHost['translate']> {
    return this.#watch(() => super.translate(...args))
  }

  async #watch<Result>(ask: () => Promise<Result>): Promise<Result> {
    if (this.#underWay++ === 0) this.#since = performance.now()
    this.firstAt ||= this.#since
    try {
      return await ask()
    } finally {
      this.lastAt = performance.now()
      if (--this.#underWay === 0) this.busyMs += this.lastAt - this.#since
    }
  }
}

export async function benchBatch(settings: BatchBenchSettings): Promise<BatchBenchResult> {
  const { photos, megapixels, folders } = settings
  const home = await mkdtemp(join(tmpdir(), 'solstice-bench-'))
  const engine = new WatchedEngine({ start: () => startChildProcess(folders.worker) })
  try {
    const paths = await writePhotos(home, join(folders.samples, 'sunset.jpg'), photos, megapixels)
    const models = new ModelShelf({ builtIn: folders.models, own: join(home, 'models') })
    const model = await models.open(settings.model)
    const [direction = 'AtoB'] = model.directions
    const store = new BatchStore(join(home, 'exports'))
    const batch = plannedBatch({
      target: join(home, 'out'),
      styles: [{ model: settings.model, modelId: model.card.id, direction }],
      settings: { ...defaultExportSettings, detail: settings.detail },
      photos: paths,
    })
    await store.create(batch.record, batch.photos)
    const items = new BatchItems(batch.record, batch.photos, [])
    const rss: number[] = []
    const curve: number[] = []
    const session = new BatchSession({ engine, models, store, version: 'bench' }, batch, items, {
      onItem: ({ state }) => {
        if (state === 'done') curve.push(rss.at(-1) ?? 0)
      },
      onProgress: () => undefined,
    })
    const started = performance.now()
    const watch = setInterval(() => void bothRss(engine).then((bytes) => rss.push(bytes)), 100)
    await session.run().finally(() => clearInterval(watch))
    const seconds = (performance.now() - started) / 1000
    const failed = items.all.find(({ state }) => state !== 'done')
    if (failed) throw new Error(`${failed.name}: ${failed.state} ${failed.failure?.code ?? ''}`)
    const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20)
    return {
      ...{ photos, megapixels, seconds, secondsPerPhoto: seconds / photos },
      engineBusy: engine.busyMs / (engine.lastAt - engine.firstAt),
      rssMiB: {
        early: mebibytes(curve[Math.floor(photos / 10)] ?? 0),
        end: mebibytes(curve.at(-1) ?? 0),
        peak: mebibytes(Math.max(...rss)),
      },
    }
  } finally {
    engine.close()
    await closePhotos()
    await rm(home, { recursive: true, force: true })
  }
}

/** Ten different ones, again and again: what is measured is reading and writing, not the pictures. */
async function writePhotos(home: string, sample: string, count: number, megapixels: number) {
  const folder = join(home, 'in')
  await mkdir(folder)
  const sharp = await loadSharp()
  const width = Math.round(Math.sqrt(megapixels * 1e6 * 1.5))
  const height = Math.round(width / 1.5)
  const made: Buffer[] = []
  for (let index = 0; index < Math.min(10, count); index++) {
    const piece = { left: 10 * index, top: 5 * index, width: 1900, height: 1266 }
    made.push(await sharp(sample).extract(piece).resize(width, height).jpeg({ quality: 92 }).toBuffer())
  }
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const name = `photo-${String(index).padStart(4, '0')}.jpg`
      const path = join(folder, name)
      await writeFile(path, made[index % made.length] ?? Buffer.alloc(0))
      return { path, relative: name }
    }),
  )
}

/** Linux tells it in /proc; elsewhere only this process is seen. */
async function bothRss(engine: EngineHost): Promise<number> {
  const own = process.memoryUsage.rss()
  if (engine.pid === undefined) return own
  const text = await readFile(`/proc/${engine.pid}/statm`, 'utf8').catch(() => '')
  const pageBytes = 4096
  return own + Number(text.split(' ')[1] ?? 0) * pageBytes
}
