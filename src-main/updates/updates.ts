/**
 * Newer versions of Solstice: looked for when the user asks, or once a day where he wished so; fetched when he says so;
 * installed when the program ends. A copy without a feed does none of this.
 */
import { EventEmitter } from 'node:events'
import { z } from 'zod'
import { Failure } from '../contract/errors.ts'
import type { UpdatesState } from '../contract/updates.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { NewVersion, Updater } from './updater.ts'

const dayMs = 24 * 60 * 60 * 1000
/** So long the feed may take to say which version is the newest. */
const longestLookMs = 60_000
const lookedSchema = z.object({
  /** When it was last looked, whatever came of it; ms since 1970. */
  lookedAt: z.number().nonnegative(),
})

interface Feed {
  readonly host: string
  /** Loads what looks; nothing of it is in memory before. */
  readonly open: () => Promise<Updater>
}

interface Options {
  /** Where it is kept when it was last looked. */
  readonly path: string
  readonly feed: Feed | null
  readonly now?: () => number
}

export class Updates extends EventEmitter<{ changed: [state: UpdatesState] }> {
  readonly #feed: Feed | null
  readonly #file: JsonFile<typeof lookedSchema>
  readonly #now: () => number
  #lookedAt: number | null = null
  #updater: Promise<Updater> | undefined
  #fetching: AbortController | null = null
  #working: Promise<void> = Promise.resolve()
  #state: UpdatesState
  #restart = false

  constructor({ path, feed, now = Date.now }: Options) {
    super()
    this.#feed = feed
    this.#file = new JsonFile(path, lookedSchema)
    this.#now = now
    const state = feed === null ? 'absent' : 'idle'
    this.#state = { state, host: feed?.host ?? null, version: null, notes: '', progress: null }
  }

  async open(): Promise<void> {
    if (this.#feed !== null) this.#lookedAt = (await this.#file.read())?.lookedAt ?? null
  }

  get(): UpdatesState {
    return this.#state
  }

  /** Looks now; resolves when it is known, or has failed. */
  async look(): Promise<void> {
    const { state } = this.#state
    if (this.#feed === null || state === 'looking' || state === 'fetching' || state === 'ready') return
    this.#lookedAt = this.#now()
    this.#file.write(() => ({ lookedAt: this.#lookedAt ?? 0 }))
    const before = this.#state
    this.#change({ state: 'looking' })
    try {
      const found = await this.#look(this.#feed)
      if (found === null) this.#change({ state: 'newest', version: null, notes: '' })
      else this.#change({ state: 'found', version: found.version, notes: found.notes })
    } catch (thrown) {
      this.#change({ state: before.state, failure: Failure.from(thrown).toData() })
    }
  }

  /** Looks where a day has gone by since the last time, or the clock was set back. */
  async lookIfDue(): Promise<void> {
    const since = this.#now() - (this.#lookedAt ?? -Infinity)
    if (since < 0 || since >= dayMs) await this.look()
  }

  /** Begins to fetch what was found; `changed` tells how far it is. */
  fetch(): void {
    if (this.#feed === null || this.#state.state !== 'found') return
    this.#working = this.#fetch(this.#feed)
  }

  /** Nothing of it is kept. */
  cancel(): void {
    this.#fetching?.abort()
  }

  /** Has what is ready started in the program's place, once it ends. Throws `bad-request` where nothing is ready. */
  wantRestart(): void {
    if (this.#state.state !== 'ready') throw new Failure('bad-request', undefined, 'no version is ready')
    this.#restart = true
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#working
    await this.#file.flush()
  }

  /**
   * To be called when all else is closed. What is ready is installed when the program ends; where a restart is wanted,
   * it is installed now, after `letGo`, and started.
   */
  async end(letGo: () => void): Promise<void> {
    if (this.#state.state !== 'ready' || this.#updater === undefined) return
    const updater = await this.#updater
    if (!(await updater.mayInstall()) || !this.#restart) return
    letGo()
    updater.install()
  }

  /** A server that takes the connection and says nothing is one that is out of reach. */
  async #look(feed: Feed): Promise<NewVersion | null> {
    const controller = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const failure = new Failure('update-unreachable', 'Solstice', 'nothing came in time')
        controller.abort(failure)
        reject(failure)
      }, longestLookMs)
    })
    const looking = this.#open(feed).then((updater) => updater.look(controller.signal))
    try {
      return await Promise.race([looking, late])
    } finally {
      clearTimeout(timer)
    }
  }

  async #fetch(feed: Feed): Promise<void> {
    const controller = new AbortController()
    this.#fetching = controller
    this.#change({ state: 'fetching' })
    try {
      const updater = await this.#open(feed)
      controller.signal.throwIfAborted()
      await updater.fetch((progress) => this.#change({ progress }), controller.signal)
      this.#change({ state: 'ready' })
    } catch (thrown) {
      const failure = Failure.from(thrown)
      this.#change({ state: 'found', ...(failure.code !== 'cancelled' && { failure: failure.toData() }) })
    } finally {
      this.#fetching = null
    }
  }

  #open(feed: Feed): Promise<Updater> {
    this.#updater ??= feed.open().catch((thrown: unknown) => {
      this.#updater = undefined
      throw thrown
    })
    return this.#updater
  }

  /** A failure and a progress are those of the last change. */
  #change(change: Partial<UpdatesState>): void {
    const { host, state, version, notes } = this.#state
    this.#state = { host, state, version, notes, progress: null, ...change }
    this.emit('changed', this.#state)
  }
}
