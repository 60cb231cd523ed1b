/**
 * Newer versions of Solstice: looked for when the user asks, or once a day where he wished so; fetched when he says so;
 * installed when the program ends. A copy without a feed does none of this.
 */
import { EventEmitter } from 'node:events'
import { z } from 'zod'
import { Failure } from '../contract/errors.ts'
import type { Progress } from '../contract/schemas.ts'
import type { UpdatesState } from '../contract/updates.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { NewVersion, Updater } from './updater.ts'

const dayMs = 24 * 60 * 60 * 1000
/** So long the feed may say nothing. */
const longestSilenceMs = 60_000
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

  async #look(feed: Feed): Promise<NewVersion | null> {
    const patience = new Patience()
    const looking = this.#open(feed).then((updater) => updater.look(patience.signal))
    try {
      return await Promise.race([looking, patience.lost])
    } finally {
      patience.end()
    }
  }

  async #fetch(feed: Feed): Promise<void> {
    const controller = new AbortController()
    this.#fetching = controller
    this.#change({ state: 'fetching' })
    const patience = new Patience()
    try {
      const updater = await this.#open(feed)
      controller.signal.throwIfAborted()
      const onProgress = (progress: Progress): void => {
        // What has come as a whole is checked, which may take its time.
        if (progress.done < progress.total) patience.renew()
        else patience.end()
        this.#change({ progress })
      }
      const fetching = updater.fetch(onProgress, AbortSignal.any([controller.signal, patience.signal]))
      await Promise.race([fetching, patience.lost])
      this.#change({ state: 'ready' })
    } catch (thrown) {
      const failure = Failure.from(thrown)
      this.#change({ state: 'found', ...(failure.code !== 'cancelled' && { failure: failure.toData() }) })
    } finally {
      patience.end()
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

/** A server that takes the connection and says nothing is one that is out of reach. */
class Patience {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  /** Rejects when nothing came in time. */
  readonly lost: Promise<never>
  #lose: (failure: Failure) => void = () => undefined

  constructor() {
    this.lost = new Promise((_, reject) => (this.#lose = reject))
    // Where nobody waits for it any more, it concerns nobody.
    this.lost.catch(() => undefined)
    this.renew()
  }

  /** Aborted then. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Something came. */
  renew(): void {
    this.end()
    this.#timer = setTimeout(() => {
      const failure = new Failure('update-unreachable', 'Solstice', 'nothing came in time')
      // First, so that it is the reason that is told: who is aborted fails, too.
      this.#lose(failure)
      this.#controller.abort(failure)
    }, longestSilenceMs)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
