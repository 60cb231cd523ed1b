/** The fetches that a window asks for: one after another, each with its state, which it tells whenever it changes. */
import { EventEmitter } from 'node:events'
import PQueue from 'p-queue'
import type { Fetchable } from '../../contract/catalogue.ts'
import { Failure, type ErrorCode } from '../../contract/errors.ts'
import type { Progress } from '../../contract/schemas.ts'
import { readCatalogue, styleNamed, type CatalogueStyle } from '../catalogue.ts'
import type { Model } from '../shelf.ts'
import { fetchStyle, importStyleFile, keptBytes, type FetchPlaces } from './fetch-style.ts'

export interface StyleFetchesParts extends FetchPlaces {
  /** The catalogue's file. */
  readonly catalogue: string
}

interface Events {
  changed: [style: Fetchable]
  /** A style has come onto the shelf. */
  fetched: []
}

/** A fetch that waits or runs. */
interface Running {
  readonly style: CatalogueStyle
  readonly stop: AbortController
  readonly state: 'waiting' | 'fetching' | 'checking'
  readonly progress: Progress | null
}

/** What ends a fetch without being told: the user's wish, and that it is here already. */
const noFailure: ReadonlySet<ErrorCode> = new Set(['cancelled', 'model-exists'])

export class StyleFetches extends EventEmitter<Events> {
  readonly #parts: StyleFetchesParts
  readonly #queue = new PQueue({ concurrency: 1 })
  readonly #running = new Map<string, Running>()
  readonly #failures = new Map<string, Failure>()
  /** What is told, and asked for, is looked at and sent in order: the last word is the latest. */
  #order: Promise<unknown> = Promise.resolve()

  constructor(parts: StyleFetchesParts) {
    super()
    this.#parts = parts
  }

  /** Whether anything is being fetched or waits for it. */
  get isFetching(): boolean {
    return this.#running.size > 0
  }

  /** All styles of the catalogue. Throws what `readCatalogue` throws. */
  async list(): Promise<Fetchable[]> {
    const styles = await this.#catalogue()
    return this.#inOrder(() => Promise.all(styles.map((style) => this.#seen(style))))
  }

  /**
   * Begins to fetch a style, or goes on with it; nothing where that is under way. One that was cancelled and has not
   * stopped yet is waited for. Throws `model-not-found`.
   */
  async start(task: string): Promise<void> {
    const style = styleNamed(await this.#catalogue(), task)
    if (this.#running.get(task)?.stop.signal.aborted === false) return
    const stop = new AbortController()
    this.#failures.delete(task)
    this.#running.set(task, { style, stop, state: 'waiting', progress: null })
    await this.#tell(style)
    void this.#queue.add(() => this.#fetch(style, stop))
  }

  /** Stops fetching a style; what has come waits. */
  cancel(task: string): void {
    const running = this.#running.get(task)
    if (running === undefined) return
    running.stop.abort()
    // One that runs tells by itself when it has stopped.
    if (running.state !== 'waiting') return
    this.#running.delete(task)
    void this.#tell(running.style)
  }

  /** Imports a file that the user has fetched. Throws `model-not-found`, `download-busy`, what importing throws. */
  async importFile(task: string, path: string): Promise<Model> {
    const style = styleNamed(await this.#catalogue(), task)
    if (this.#running.has(task)) throw new Failure('download-busy', task)
    const model = await importStyleFile(style, path, this.#parts)
    this.#failures.delete(task)
    this.emit('fetched')
    await this.#tell(style)
    return model
  }

  /** Throws `model-not-found`. */
  async addressOf(task: string): Promise<string> {
    return styleNamed(await this.#catalogue(), task).address
  }

  /** Stops all; resolves when nothing is written any more. */
  async close(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort()
    await this.#queue.onIdle()
  }

  #catalogue(): Promise<readonly CatalogueStyle[]> {
    return readCatalogue(this.#parts.catalogue)
  }

  async #fetch(style: CatalogueStyle, stop: AbortController): Promise<void> {
    if (stop.signal.aborted) return
    const isOwn = (): boolean => this.#running.get(style.task)?.stop === stop
    const become = (state: Running['state'], progress: Progress | null): void => {
      // Cancelled, and asked for again: what is told is that the next one waits.
      if (!isOwn()) return
      this.#running.set(style.task, { style, stop, state, progress })
      void this.#tell(style)
    }
    let last: Progress | null = null
    try {
      become('fetching', null)
      await fetchStyle(style, this.#parts, {
        signal: stop.signal,
        onProgress: (progress) => become('fetching', (last = progress)),
        onChecking: () => become('checking', last),
      })
      this.emit('fetched')
    } catch (thrown) {
      const failure = Failure.from(thrown, style.task)
      if (isOwn() && !noFailure.has(failure.code)) this.#failures.set(style.task, failure)
    }
    if (isOwn()) this.#running.delete(style.task)
    await this.#tell(style)
  }

  #tell(style: CatalogueStyle): Promise<void> {
    return this.#inOrder(async () => {
      this.emit('changed', await this.#seen(style))
    })
  }

  #inOrder<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#order.then(work)
    this.#order = result.catch(() => undefined)
    return result
  }

  async #seen(style: CatalogueStyle): Promise<Fetchable> {
    const { task, id, name, category, description, from, to, bytes, exactBytes, licence, address } = style
    const plain = { task, name, category, description, from, to, bytes, exactBytes, licence, address }
    const fetchable = { ...plain, modelId: id }
    // Told many times a second: of one that runs, nothing is looked up on the disk.
    const running = this.#running.get(task)
    if (running !== undefined) return { ...fetchable, state: running.state, progress: running.progress }
    const kept = await keptBytes(style, this.#parts.downloads)
    const failure = this.#failures.get(task)
    if (await this.#parts.models.has(id)) return { ...fetchable, state: 'here', progress: null }
    const progress = kept === 0 ? null : { done: kept, total: Math.max(bytes, kept), etaSeconds: null }
    if (failure !== undefined) return { ...fetchable, state: 'failed', progress, failure: failure.toData() }
    return { ...fetchable, state: kept === 0 ? 'available' : 'stopped', progress }
  }
}
