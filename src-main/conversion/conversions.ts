/**
 * The window's conversions: each photo, model, direction and size once. What is finished is kept on disk and shown
 * again without computing; what is under way reports progress and can be cancelled.
 */
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { basename } from 'node:path'
import PQueue from 'p-queue'
import { Failure } from '../contract/errors.ts'
import type { Conversion, Direction, Progress } from '../contract/schemas.ts'
import type { EngineHost } from '../engine/host.ts'
import type { Library } from '../library/library.ts'
import { paintsStrokes } from '../models/card.ts'
import type { Model, ModelShelf } from '../models/shelf.ts'
import { decodePhoto } from '../photos/decode.ts'
import type { ResultRecord, ResultStore } from './result-store.ts'
import { networkOf, opposite, showPhoto, shownSide } from './translate-photo.ts'

/** The engine takes one photo at a time; the second place decodes the next one meanwhile. */
const placesInWork = 2

interface ConversionsEvents {
  changed: [conversion: Conversion]
  removed: [ids: readonly string[]]
}

interface Services {
  readonly engine: EngineHost
  readonly library: Library
  readonly models: ModelShelf
  readonly store: ResultStore
}

type Wanted = Pick<Conversion, 'modelId' | 'direction'>
type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }
type Entry = Mutable<Conversion>

export class Conversions extends EventEmitter<ConversionsEvents> {
  readonly #services: Services
  readonly #entries = new Map<string, Entry>()
  readonly #records = new Map<string, ResultRecord>()
  readonly #stops = new Map<string, AbortController>()
  /** What photos were going through when they were taken off the shelf, should they be put back. */
  readonly #cutOff = new Map<string, readonly Wanted[]>()
  #damaged: readonly string[] = []
  readonly #queue = new PQueue({ concurrency: placesInWork })

  constructor(services: Services) {
    super()
    this.#services = services
    services.library.on('removed', (photoIds) => this.#cancelWorkOf(photoIds))
    services.library.on('restored', (photoIds) => this.#startAgain(photoIds))
  }

  /** Finds finished conversions again. Call it after the library is open; results of forgotten photos go. */
  async open(): Promise<void> {
    const { library, store } = this.#services
    const { records, damaged } = await store.load()
    this.#damaged = damaged
    for (const record of records) {
      if (library.has(record.photoId)) {
        this.#records.set(record.id, record)
        this.#entries.set(record.id, entryOf(record))
      } else if (library.isWhole) await store.remove(record.id)
    }
  }

  /** Where those results lie now that could not be read at the start. */
  get damaged(): readonly string[] {
    return this.#damaged
  }

  async close(): Promise<void> {
    this.cancel([...this.#stops.keys()])
    await this.#queue.onIdle()
  }

  list(): Conversion[] {
    return [...this.#entries.values()]
      .filter(({ photoId }) => this.#services.library.has(photoId))
      .map(snapshot)
  }

  /** The finished conversion's record. Throws `bad-request` where there is none. */
  finished(id: string): ResultRecord {
    const record = this.#records.get(id)
    if (record === undefined) throw new Failure('bad-request', undefined, 'no such result')
    return record
  }

  /** Starts what is not there yet; returns all that was asked for. Photos that are gone meanwhile are passed over. */
  async start(photoIds: readonly string[], modelId: string, direction: Direction): Promise<Conversion[]> {
    const { library, models } = this.#services
    const model = await models.open(modelId)
    networkOf(model, direction)
    const size = model.card.workingSize
    const started: Entry[] = []
    for (const photoId of photoIds) {
      if (!library.has(photoId)) continue
      const fingerprint = await library.fingerprint(photoId)
      if (!library.has(photoId)) continue
      const shown = size < shownSide ? [shownSide, ...(paintsStrokes(model.card) ? ['strokes'] : [])] : []
      const id = conversionId([
        ...[photoId, fingerprint, model.card.id, model.key(direction), direction, size],
        ...shown,
      ])
      let entry = this.#entries.get(id)
      if (entry === undefined || this.#isOver(entry)) {
        entry = newEntry(id, photoId, model.card.id, direction, size)
        this.#begin(entry, library.pathOf(photoId), model)
      }
      started.push(entry)
    }
    return started.map(snapshot)
  }

  /** Computes the way back of a finished conversion, unless it is known or under way. */
  async startCycle(id: string): Promise<void> {
    const record = this.finished(id)
    const entry = this.#entries.get(id)
    if (entry === undefined || ['waiting', 'running', 'done'].includes(entry.cycle.state)) return
    const model = await this.#services.models.open(record.modelId)
    networkOf(model, opposite(record.direction))
    entry.cycle = { state: 'waiting', progress: null }
    this.#tell(entry)
    // Somebody looks at it and waits, while the others are a batch.
    this.#work(id, 1, (signal) => this.#cycle(entry, record, model, signal))
  }

  cancel(ids: readonly string[]): void {
    for (const id of ids) {
      this.#stops.get(id)?.abort()
      const entry = this.#entries.get(id)
      // What runs says itself when it has stopped; what only waits is cancelled with the word.
      if (entry?.state === 'waiting') entry.state = 'cancelled'
      else if (entry?.cycle.state === 'waiting') entry.cycle = { state: 'cancelled', progress: null }
      else continue
      this.#tell(entry)
    }
  }

  /** Removes all results of a style that is no more. */
  async forgetModel(modelId: string): Promise<void> {
    const gone = [...this.#entries.values()].filter((entry) => entry.modelId === modelId).map(({ id }) => id)
    this.cancel(gone)
    await this.#forget(gone)
  }

  async #forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#entries.delete(id)
      this.#records.delete(id)
    }
    if (ids.length > 0) this.emit('removed', ids)
    for (const id of ids) await this.#services.store.remove(id)
  }

  /** Failed, cancelled, or told to stop and about to: it can be started anew. */
  #isOver({ id, state }: Entry): boolean {
    if (state === 'done') return false
    return state === 'failed' || state === 'cancelled' || this.#stops.get(id)?.signal.aborted === true
  }

  #begin(entry: Entry, path: string, model: Model): void {
    this.#entries.set(entry.id, entry)
    this.#tell(entry)
    this.#work(entry.id, 0, (signal) => this.#translate(entry, path, model, signal))
  }

  #work(id: string, priority: number, run: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController()
    this.#stops.set(id, stop)
    const work = async (): Promise<void> => {
      if (!stop.signal.aborted) await run(stop.signal)
      if (this.#stops.get(id) === stop) this.#stops.delete(id)
    }
    void this.#queue.add(work, { priority })
  }

  async #translate(entry: Entry, path: string, model: Model, signal: AbortSignal): Promise<void> {
    try {
      entry.state = 'running'
      this.#tell(entry)
      const { engine, store } = this.#services
      const onProgress = (progress: Progress): void => {
        entry.progress = progress
        this.#tell(entry)
      }
      const result = await showPhoto(engine, path, model, entry.direction, {
        longSide: entry.size,
        signal,
        onProgress,
      })
      const { width, height } = result.after
      const record: ResultRecord = {
        format: 1,
        id: entry.id,
        photoId: entry.photoId,
        modelId: entry.modelId,
        direction: entry.direction,
        size: entry.size,
        width,
        height,
        seconds: result.seconds,
        cycle: null,
      }
      await store.add(record, result.before, result.after)
      if (this.#entries.get(entry.id) !== entry) {
        // Its style was removed while the result was being written.
        await store.remove(entry.id)
        return
      }
      this.#records.set(entry.id, record)
      await this.#dropOlder(entry)
      Object.assign(entry, { state: 'done', width, height, seconds: result.seconds } satisfies Partial<Entry>)
    } catch (thrown) {
      const failure = signal.aborted
        ? new Failure('cancelled', basename(path))
        : Failure.from(thrown, basename(path))
      entry.state = failure.code === 'cancelled' ? 'cancelled' : 'failed'
      entry.failure = failure.toData()
    }
    entry.progress = null
    this.#tell(entry)
  }

  /** Results of the same photo as it was before it changed, or of the same style with other weights. */
  async #dropOlder({ id, photoId, modelId, direction }: Entry): Promise<void> {
    const older = [...this.#records.values()].filter(
      (other) =>
        other.id !== id &&
        other.photoId === photoId &&
        other.modelId === modelId &&
        other.direction === direction,
    )
    await this.#forget(older.map((record) => record.id))
  }

  async #cycle(entry: Entry, record: ResultRecord, model: Model, signal: AbortSignal): Promise<void> {
    const { engine, store, library } = this.#services
    const subject = library.has(entry.photoId) ? basename(library.pathOf(entry.photoId)) : model.card.id
    try {
      entry.cycle = { state: 'running', progress: null }
      this.#tell(entry)
      const before = await decodePhoto(store.pictureFile(entry.id, 'before'), {
        longSide: record.size,
        signal,
      })
      const result = await engine.cycle(
        networkOf(model, entry.direction),
        networkOf(model, opposite(entry.direction)),
        before,
        {
          signal,
          subject,
          onProgress: (progress) => {
            entry.cycle = { state: 'running', progress }
            this.#tell(entry)
          },
        },
      )
      const withCycle = { ...record, cycle: result.metrics }
      await store.addCycle(withCycle, result.reconstructed, result.difference)
      this.#records.set(entry.id, withCycle)
      entry.cycle = { state: 'done', progress: null, result: result.metrics }
    } catch (thrown) {
      const failure = signal.aborted ? new Failure('cancelled', subject) : Failure.from(thrown, subject)
      const state = failure.code === 'cancelled' ? 'cancelled' : 'failed'
      entry.cycle = { state, progress: null, failure: failure.toData() }
    }
    this.#tell(entry)
  }

  #cancelWorkOf(photoIds: readonly string[]): void {
    for (const photoId of photoIds) {
      const underWay = [...this.#entries.values()].filter(
        (entry) => entry.photoId === photoId && !this.#isOver(entry) && entry.state !== 'done',
      )
      if (underWay.length > 0) this.#cutOff.set(photoId, underWay)
    }
    const gone = new Set(photoIds)
    for (const entry of this.#entries.values()) if (gone.has(entry.photoId)) this.cancel([entry.id])
  }

  #startAgain(photoIds: readonly string[]): void {
    for (const photoId of photoIds) {
      const wanted = this.#cutOff.get(photoId) ?? []
      this.#cutOff.delete(photoId)
      for (const { modelId, direction } of wanted) {
        // A style that was removed meanwhile is no longer wanted.
        void this.start([photoId], modelId, direction).catch(() => undefined)
      }
    }
  }

  /** A cancelled entry that was started anew has nothing more to say. */
  #tell(entry: Entry): void {
    if (this.#entries.get(entry.id) !== entry) return
    this.emit('changed', snapshot(entry))
  }
}

const snapshot = (entry: Entry): Conversion => structuredClone(entry)

/** The same work has the same id, in every run of the program. */
function conversionId(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}

function newEntry(id: string, photoId: string, modelId: string, direction: Direction, size: number): Entry {
  return {
    id,
    photoId,
    modelId,
    direction,
    size,
    state: 'waiting',
    progress: null,
    width: 0,
    height: 0,
    seconds: 0,
    cycle: { state: 'none', progress: null },
  }
}

function entryOf(record: ResultRecord): Entry {
  const { id, photoId, modelId, direction, size, width, height, seconds, cycle } = record
  return {
    ...newEntry(id, photoId, modelId, direction, size),
    state: 'done',
    width,
    height,
    seconds,
    cycle:
      cycle === null ? { state: 'none', progress: null } : { state: 'done', progress: null, result: cycle },
  }
}
