/**
 * One stretch of a batch: from where the journal ends to a pause, the end, or a reason to stop. Neighbours are decoded
 * and written while the engine has a photo; each photo is told to the journal before and after its file gets its name.
 */
import { createHash } from 'node:crypto'
import { createReadStream, constants } from 'node:fs'
import { access, readdir, realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../contract/errors.ts'
import type { ExportItem } from '../contract/export.ts'
import type { Progress } from '../contract/schemas.ts'
import type { EngineHost } from '../engine/host.ts'
import type { Model, ModelShelf } from '../models/shelf.ts'
import { writeFailure } from '../photos/failures.ts'
import { temporaryPrefix } from '../photos/place.ts'
import { lockFolder } from '../storage/lock.ts'
import type { BatchItems, Placing } from './batch-items.ts'
import type { BatchStore, JournalEntry, StoredBatch } from './batch-store.ts'
import { convertPhoto, keyOf, type Converted } from './convert-photo.ts'
import { parseTemplate, type NameTemplate } from './name-template.ts'
import { makeFolder } from './write-photo.ts'
import { WorkBudget } from './work-budget.ts'

/** While the engine has one photo, others are decoded and written. */
const placesInWork = 4
const defaultPixelsInWork = 120e6

export interface BatchServices {
  readonly engine: EngineHost
  readonly models: ModelShelf
  readonly store: BatchStore
  /** Solstice's, for the note in a picture. */
  readonly version: string
  /** Pixels that may be in memory at once, over all places; the largest photos are taken one by one. */
  readonly pixelsInWork?: number
}

export interface SessionListeners {
  readonly onItem: (item: ExportItem) => void
  readonly onProgress: (progress: Progress) => void
}

export class BatchSession {
  readonly #services: BatchServices
  readonly #batch: StoredBatch
  readonly #listeners: SessionListeners
  readonly #stop = new AbortController()
  readonly #stops = new Map<number, AbortController>()
  readonly #shares = new Map<number, number>()
  readonly #budget: WorkBudget
  /** Names that this batch has given, as `keyOf` has them: no photo of it writes over another's result. */
  readonly #names = new Set<string>()
  readonly #journal: ReturnType<BatchStore['journal']>
  readonly items: BatchItems
  #finished = 0
  #began = 0
  #paused = false
  #fatal: Failure | null = null

  constructor(services: BatchServices, batch: StoredBatch, items: BatchItems, listeners: SessionListeners) {
    this.#services = services
    this.#batch = batch
    this.#listeners = listeners
    this.#budget = new WorkBudget(services.pixelsInWork ?? defaultPixelsInWork)
    this.#journal = services.store.journal(batch.record.id)
    this.items = items
  }

  /** The photos in hand are finished, no other is begun: those that wait for memory wait for their turn again. */
  pause(): void {
    this.#paused = true
    this.#budget.close()
  }

  /** Ends at once; the photos in hand wait again. */
  stop(): void {
    this.#stop.abort()
  }

  /** Of those under way; whether it was. */
  cancel(index: number): boolean {
    const stop = this.#stops.get(index)
    stop?.abort()
    return stop !== undefined
  }

  /**
   * Resolves when nothing is left to do (`done`) or it was told to stop. Throws what stops a batch as a whole:
   * `export-busy`, `disk-full`, `cannot-write` for the target folder, the failures of opening a model.
   */
  async run(): Promise<'done' | 'stopped'> {
    const { store, models } = this.#services
    const { record } = this.#batch
    const template = templateOf(record.settings.name)
    await makeFolder(record.target)
    await expectWritable(record.target)
    const lock = await lockFolder(store.folderOf(record.id), 'export-busy').catch((thrown: unknown) => {
      const failure = Failure.from(thrown)
      // The lock's folder is called by the batch's id.
      throw failure.code === 'export-busy' ? new Failure('export-busy', basename(record.target)) : failure
    })
    try {
      await this.#recover()
      const opened = await Promise.all(record.styles.map(({ model }) => models.open(model)))
      const sources = await this.#sources()
      this.#began = performance.now()
      this.#tell('')
      const work = { models: opened, template, sources }
      for (;;) {
        await Promise.all(Array.from({ length: placesInWork }, () => this.#takePlace(work)))
        // Something may have been told to be tried again after the other places had nothing more to do.
        if (this.#isEnding || this.items.nextWaiting() === undefined) break
      }
    } finally {
      await lock.release()
    }
    if (this.#fatal !== null) throw this.#fatal
    return this.items.nextWaiting() === undefined ? 'done' : 'stopped'
  }

  get #isEnding(): boolean {
    return this.#paused || this.#stop.signal.aborted || this.#fatal !== null
  }

  async #takePlace(work: Work): Promise<void> {
    while (!this.#isEnding) {
      const index = this.items.nextWaiting()
      if (index === undefined) return
      await this.#take(index, work)
    }
  }

  async #take(index: number, work: Work): Promise<void> {
    const stop = new AbortController()
    this.#stops.set(index, stop)
    this.#mark(index, 'running')
    try {
      const signal = AbortSignal.any([stop.signal, this.#stop.signal])
      const entry = await this.#convert(index, work, signal).catch((thrown: unknown) =>
        this.#failed(index, thrown, stop.signal.aborted),
      )
      if (entry === null) this.#mark(index, 'waiting')
      else {
        await this.#note(entry)
        this.#finished += 1
      }
    } catch (thrown) {
      // The journal itself cannot be written.
      this.#giveUp(Failure.from(thrown))
      this.#mark(index, 'waiting')
    } finally {
      this.#stops.delete(index)
      this.#shares.delete(index)
    }
    this.#tell(this.items.get(index)?.name ?? '')
  }

  async #convert(index: number, work: Work, signal: AbortSignal): Promise<JournalEntry> {
    const { record, photos } = this.#batch
    const photo = photos[index]
    const model = photo && work.models[photo.style]
    const style = photo && record.styles[photo.style]
    if (photo === undefined || model === undefined || style === undefined)
      throw new Failure('batch-invalid', record.id)
    const task = {
      source: photo.path,
      model,
      direction: style.direction,
      settings: record.settings,
      target: record.target,
      folder: dirname(photo.relative),
      template: work.template,
      // Counted in photos: the pictures of one photo in several styles bear the same number.
      number: Math.floor(index / record.styles.length) + 1,
    }
    const inTarget = (path: string): string => relative(record.target, path)
    const attempt = (): Promise<Converted | null> =>
      convertPhoto(this.#services, task, {
        signal,
        budget: this.#budget,
        names: this.#names,
        sources: work.sources,
        mark: record.id,
        onProgress: ({ done, total }) => {
          this.#shares.set(index, done / total)
          this.#tell(photo.relative)
        },
        onBegun: (folder) => this.#note({ kind: 'begun', item: index, folder: inTarget(folder) }),
        onPlacing: async (temporary, converted) => {
          const fields = { item: index, ...entryFields(converted, inTarget) }
          await this.#note({ kind: 'placing', ...fields, ...(await fingerprint(temporary)) })
        },
      })
    const converted = await persistently(attempt, signal)
    if (converted === null) return { kind: 'skipped', item: index }
    return { kind: 'done', item: index, ...entryFields(converted, inTarget) }
  }

  /** What to note of a photo that was not written; null: it waits again. */
  async #failed(index: number, thrown: unknown, wasCancelled: boolean): Promise<JournalEntry | null> {
    if (wasCancelled) return { kind: 'cancelled', item: index }
    if (this.#stop.signal.aborted) return null
    const { target } = this.#batch.record
    const failure = Failure.from(thrown, this.items.get(index)?.name)
    // Nobody cancelled it: it was still waiting for memory.
    if (this.#isEnding && failure.code === 'cancelled') return null
    const concernsAll =
      failure.code === 'disk-full' || (failure.code === 'cannot-write' && !(await isWritable(target)))
    if (!concernsAll) return { kind: 'failed', item: index, failure: failure.toData() }
    this.#giveUp(new Failure(failure.code, basename(target), failure.detail))
    return null
  }

  /** As a pause, with a reason. */
  #giveUp(failure: Failure): void {
    this.#fatal ??= failure
    this.#budget.close()
  }

  async #note(entry: JournalEntry): Promise<void> {
    await this.#journal.append(entry)
    this.#apply(entry)
  }

  #apply(entry: JournalEntry): void {
    const item = this.items.apply(entry)
    if (item !== null) this.#listeners.onItem(item)
  }

  #mark(index: number, state: 'running' | 'waiting'): void {
    const item = this.items.mark(index, state)
    if (item !== null) this.#listeners.onItem(item)
  }

  #tell(detail: string): void {
    const { total, done, failed, skipped, cancelled } = this.items.counts()
    const inWork = [...this.#shares.values()].reduce((sum, share) => sum + share, 0)
    const over = done + failed + skipped + cancelled
    const own = this.#finished + inWork
    const elapsed = (performance.now() - this.#began) / 1000
    const etaSeconds = own > 0.2 ? (elapsed / own) * (total - over - inWork) : null
    this.#listeners.onProgress({ done: over, total: Math.max(1, total), etaSeconds, detail })
  }

  /** A file that got its name just before the end is not made again; temporary files of ours go. */
  async #recover(): Promise<void> {
    const { target, id } = this.#batch.record
    for (const { output } of this.items.all) if (output !== null) this.#names.add(keyOf(output))
    const placed = [...this.items.placing.values()].filter(
      ({ item }) => this.items.get(item)?.state === 'waiting',
    )
    for (const { item, output, width, height, seconds, metadataKept, ...content } of placed) {
      if (!(await hasContent(join(target, output), content))) continue
      await this.#note({ kind: 'done', item, output, width, height, seconds, metadataKept })
      this.#names.add(keyOf(output))
    }
    for (const folder of new Set(this.items.begun.values())) {
      await removeTemporaries(join(target, folder), temporaryPrefix(id))
    }
  }

  /** Where results may write over files, no photo of the batch is among these. */
  async #sources(): Promise<ReadonlySet<string>> {
    const { record, photos } = this.#batch
    if (record.settings.onConflict !== 'overwrite') return new Set()
    const paths = new Set(photos.map(({ path }) => path))
    const real = await Promise.all([...paths].map((path) => realpath(path).catch(() => path)))
    return new Set(real)
  }
}

/** What the places of a session share. */
interface Work {
  /** One for each style of the batch. */
  readonly models: readonly Model[]
  readonly template: NameTemplate
  readonly sources: ReadonlySet<string>
}

function templateOf(text: string): NameTemplate {
  const { template, problem } = parseTemplate(text)
  if (template === null) throw new Failure('bad-request', undefined, `${problem.kind}: ${problem.text}`)
  return template
}

function entryFields(converted: Converted, inTarget: (path: string) => string) {
  const { path, width, height, seconds, metadataKept } = converted
  return { output: inTarget(path), width, height, seconds, metadataKept }
}

const isWritable = (folder: string): Promise<boolean> =>
  expectWritable(folder).then(
    () => true,
    () => false,
  )

async function expectWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((thrown: unknown) => {
    throw writeFailure(thrown, folder)
  })
}

async function fingerprint(path: string): Promise<Pick<Placing, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}

async function hasContent(
  path: string,
  { bytes, sha256 }: Pick<Placing, 'bytes' | 'sha256'>,
): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() !== true || found.size !== bytes) return false
  return (await fingerprint(path)).sha256 === sha256
}

async function removeTemporaries(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.startsWith(prefix)) await rm(join(folder, name), { force: true }).catch(() => undefined)
  }
}

/** Again where what computed was replaced, and once where it crashed: that may have been another photo's doing. */
async function persistently<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let crashes = 0; ;) {
    try {
      return await attempt()
    } catch (thrown) {
      const code = thrown instanceof Failure && !signal.aborted ? thrown.code : null
      if (code === 'engine-stopped') crashes++
      if ((code !== 'engine-stopped' && code !== 'engine-replaced') || crashes > 1) throw thrown
    }
  }
}
