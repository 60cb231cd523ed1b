/** The window's exports: batches one after another, remembered between starts, each of them to be paused and gone on with. */
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { basename, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Batch, BatchState, ExportItem, ExportSettings } from '../contract/export.ts'
import type { Progress } from '../contract/schemas.ts'
import { BatchItems } from './batch-items.ts'
import { BatchSession, type BatchServices } from './batch-session.ts'
import type { BatchPhoto, BatchRecord, JournalEntry, StoredBatch } from './batch-store.ts'

/** Batches with nothing left to do are forgotten beyond these; their pictures stay. */
const batchesKept = 20
/** Changes of photos are told together. */
const tellEveryMs = 100

interface ExportsEvents {
  changed: [batch: Batch]
  items: [id: string, items: readonly ExportItem[]]
  removed: [id: string]
  /** No batch runs or waits any more. */
  idle: []
}

interface Entry {
  batch: StoredBatch
  readonly items: BatchItems
  session: BatchSession | null
  progress: Progress | null
}

export interface NewBatch {
  readonly target: string
  readonly styles: BatchRecord['styles']
  readonly settings: ExportSettings
  readonly photos: readonly Omit<BatchPhoto, 'style'>[]
}

/** A batch's record and photos: each photo in each style, side by side. */
export function plannedBatch({ target, styles, settings, photos }: NewBatch): StoredBatch {
  const record: BatchRecord = {
    format: 1,
    id: randomBytes(12).toString('base64url'),
    created: new Date().toISOString(),
    ...{ target, styles, settings, state: 'waiting', failure: null },
  }
  const all = photos.flatMap((photo) => styles.map((_, style) => ({ ...photo, style })))
  return { record, photos: all, entries: [] }
}

const isOver = (state: BatchState): boolean => state === 'done' || state === 'cancelled'

export class Exports extends EventEmitter<ExportsEvents> {
  readonly #services: BatchServices
  readonly #entries = new Map<string, Entry>()
  readonly #changedItems = new Map<string, Map<number, ExportItem>>()
  #timer: NodeJS.Timeout | undefined
  #active: { readonly id: string; readonly over: Promise<void> } | null = null
  #closed = false
  readonly #damaged: string[] = []

  constructor(services: BatchServices) {
    super()
    this.#services = services
  }

  /** Finds batches again; those in whose midst the program ended are `interrupted`. */
  async open(): Promise<void> {
    const { store } = this.#services
    const { records, damaged } = await store.survey()
    const unusable = [...damaged]
    const over = records.filter(({ state }) => isOver(state))
    for (const { id } of over.slice(batchesKept)) await store.remove(id)
    const forgotten = new Set(over.slice(batchesKept).map(({ id }) => id))
    for (const { id } of records.filter((record) => !forgotten.has(record.id))) {
      const batch = await store.load(id).catch((thrown: unknown) => Failure.from(thrown))
      if (batch instanceof Failure) {
        if (batch.code === 'batch-invalid') unusable.push(id)
        continue
      }
      const entry = this.#keep(batch)
      const { state } = batch.record
      const wasActive = state === 'running' || state === 'waiting'
      // Photos were to be tried again, and then the record could not be written.
      const hasMore = isOver(state) && entry.items.nextWaiting() !== undefined
      if (wasActive || hasMore) entry.batch = { ...batch, record: { ...batch.record, state: 'interrupted' } }
    }
    for (const id of unusable) this.#damaged.push(await store.setAside(id).catch(() => store.folderOf(id)))
  }

  /** Where those batches lie now that could not be understood at the start. */
  get damaged(): readonly string[] {
    return this.#damaged
  }

  /** Ends what runs, so that it can go on at the next start. */
  async close(): Promise<void> {
    this.#closed = true
    const active = this.#active
    if (active === null) return
    this.#find(active.id).session?.stop()
    await active.over
  }

  get isExporting(): boolean {
    return this.#active !== null
  }

  /** Newest first. */
  list(): Batch[] {
    return [...this.#entries.values()]
      .map(shown)
      .toSorted((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0))
  }

  items(id: string): readonly ExportItem[] {
    return this.#find(id).items.all
  }

  /** The progress of the batch under way. */
  get current(): Batch | null {
    return this.#active === null ? null : shown(this.#find(this.#active.id))
  }

  /** Throws `disk-full`, `cannot-write` where its journal cannot be kept. */
  async start(planned: NewBatch): Promise<Batch> {
    const batch = plannedBatch(planned)
    await this.#services.store.create(batch.record, batch.photos)
    const entry = this.#keep(batch)
    this.emit('changed', shown(entry))
    this.#startNext()
    return shown(entry)
  }

  async pause(id: string): Promise<void> {
    const entry = this.#find(id)
    if (entry.session !== null) entry.session.pause()
    else if (entry.batch.record.state === 'waiting') await this.#save(entry, { state: 'paused' })
  }

  /** Goes on with what waits. Throws `disk-full`, `cannot-write`; then it can be asked again. */
  async resume(id: string): Promise<void> {
    const entry = this.#find(id)
    const before = entry.batch.record
    if (entry.session !== null || before.state === 'waiting') return
    const saved = this.#save(entry, { state: 'waiting' })
    const asked = entry.batch.record
    try {
      await saved
    } catch (thrown) {
      // Unless it was paused or begun meanwhile. What is over but has photos to try again must offer to go on with them.
      const state = isOver(before.state) && entry.items.nextWaiting() !== undefined ? 'paused' : before.state
      if (entry.batch.record === asked) this.#put(entry, { ...before, state })
      throw thrown
    }
    this.#startNext()
  }

  /** Some photos, or all that are not finished, and with them the batch. */
  async cancel(id: string, indices: readonly number[] | null): Promise<void> {
    const entry = this.#find(id)
    const asked = indices ?? entry.items.all.map(({ index }) => index)
    const waiting = asked.filter((index) => entry.items.get(index)?.state === 'waiting')
    await this.#note(
      entry,
      waiting.map((item) => ({ kind: 'cancelled', item })),
    )
    for (const index of asked) entry.session?.cancel(index)
    if (entry.session === null && entry.items.nextWaiting() === undefined)
      await this.#save(entry, { state: this.#endOf(entry) })
    else this.emit('changed', shown(entry))
  }

  /** Failed and cancelled photos, or some of them, are tried again. */
  async retry(id: string, indices: readonly number[] | null): Promise<void> {
    const entry = this.#find(id)
    const asked = indices ?? entry.items.all.map(({ index }) => index)
    const again = asked.filter((index) => {
      const state = entry.items.get(index)?.state
      return state === 'failed' || state === 'cancelled'
    })
    await this.#note(
      entry,
      again.map((item) => ({ kind: 'again', item })),
    )
    this.emit('changed', shown(entry))
    await this.resume(id)
  }

  /** Throws `export-busy` while it runs. */
  async remove(id: string): Promise<void> {
    const entry = this.#find(id)
    if (entry.session !== null) throw new Failure('export-busy', basename(entry.batch.record.target))
    this.#entries.delete(id)
    this.emit('removed', id)
    await this.#services.store.remove(id)
  }

  /** The photo as it was, or what became of it. Throws `bad-request` where there is none. */
  pictureFile(id: string, index: number, of: 'before' | 'after'): string {
    const { batch, items } = this.#find(id)
    const before = batch.photos[index]?.path
    const output = items.get(index)?.output ?? undefined
    const file = of === 'before' ? before : output && join(batch.record.target, output)
    if (file === undefined) throw new Failure('bad-request', undefined, 'no such picture')
    return file
  }

  targetOf(id: string): string {
    return this.#find(id).batch.record.target
  }

  #keep(batch: StoredBatch): Entry {
    const items = new BatchItems(batch.record, batch.photos, batch.entries)
    const entry: Entry = { batch, items, session: null, progress: null }
    this.#entries.set(batch.record.id, entry)
    return entry
  }

  #startNext(): void {
    if (this.#active !== null || this.#closed) return
    const next = [...this.#entries.values()].find(({ batch }) => batch.record.state === 'waiting')
    if (next === undefined) return
    const { id } = next.batch.record
    const over = this.#run(next).finally(() => {
      this.#active = null
      this.#tellItems()
      this.emit('changed', shown(next))
      this.#startNext()
      if (!this.isExporting) this.emit('idle')
    })
    this.#active = { id, over }
  }

  async #run(entry: Entry): Promise<void> {
    const { id } = entry.batch.record
    const session = new BatchSession(this.#services, entry.batch, entry.items, {
      onItem: (item) => this.#changed(id, item),
      onProgress: (progress) => {
        entry.progress = progress
        this.emit('changed', shown(entry))
      },
    })
    entry.session = session
    try {
      await this.#save(entry, { state: 'running' })
      const end = await session.run()
      entry.session = null
      // Stopped by the end of the program: it stays `running` on the disk, and is `interrupted` at the next start.
      if (this.#closed && end === 'stopped') return
      await this.#save(entry, { state: end === 'done' ? this.#endOf(entry) : 'paused' })
    } catch (thrown) {
      entry.session = null
      const failure = Failure.from(thrown).toData()
      await this.#save(entry, { state: 'failed', failure }).catch(() => {
        this.#put(entry, { state: 'failed', failure })
      })
    } finally {
      entry.progress = null
    }
  }

  #endOf({ items }: Entry): BatchState {
    const { done, failed, skipped, cancelled } = items.counts()
    return cancelled > 0 && done + failed + skipped === 0 ? 'cancelled' : 'done'
  }

  async #note(entry: Entry, entries: readonly JournalEntry[]): Promise<void> {
    const { id } = entry.batch.record
    await this.#services.store.journal(id).append(...entries)
    for (const one of entries) {
      const item = entry.items.apply(one)
      if (item !== null) this.#changed(id, item)
    }
  }

  async #save(entry: Entry, change: Partial<BatchRecord>): Promise<void> {
    this.#put(entry, { failure: null, ...change })
    await this.#services.store.save(entry.batch.record)
  }

  #put(entry: Entry, change: Partial<BatchRecord>): void {
    entry.batch = { ...entry.batch, record: { ...entry.batch.record, ...change } }
    this.emit('changed', shown(entry))
  }

  #changed(id: string, item: ExportItem): void {
    const changed = this.#changedItems.get(id) ?? new Map<number, ExportItem>()
    this.#changedItems.set(id, changed.set(item.index, item))
    this.#timer ??= setTimeout(() => this.#tellItems(), tellEveryMs)
  }

  #tellItems(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const [id, items] of this.#changedItems) this.emit('items', id, [...items.values()])
    this.#changedItems.clear()
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Failure('batch-not-found', id)
    return entry
  }
}

function shown({ batch, items, progress }: Entry): Batch {
  const { id, created, state, target, styles, settings, failure } = batch.record
  return {
    ...{ id, created, state, settings, progress },
    target: basename(target),
    styles: styles.map(({ modelId, direction }) => ({ modelId, direction })),
    counts: items.counts(),
    ...(failure && { failure }),
  }
}
