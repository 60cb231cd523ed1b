/**
 * Trains in an engine's process of its own, so that a photo that is converted meanwhile has another, and the end of one
 * is not the end of the other. What the process held is gone when it dies: the caller goes on from what it has read.
 */
import { constants, setPriority } from 'node:os'
import { Failure } from '../contract/errors.ts'
import { lastResort, type RuntimeName } from '../contract/runtimes.ts'
import type { StartEngineProcess } from './engine-process.ts'
import { failureOf } from './failure-of.ts'
import { EngineLink } from './link.ts'
import type {
  Pixels,
  StateEntry,
  TrainerSettings,
  TrainerStart,
  TrainingRequest,
  TrainingResults,
  Weights,
} from './protocol.ts'
import { patienceFor, unwatched, watchSilence } from './silence.ts'
import type { Watch } from './silence.ts'

export type { StartEngineProcess }

export interface TrainingHostOptions {
  readonly start: StartEngineProcess
  readonly runtime?: RuntimeName
  /** A device that says nothing for so long is given up, and no step follows. */
  readonly patienceMs?: number
}

/**
 * All calls are made one after the other; each throws `engine-stopped` if the process dies or has died before,
 * `out-of-memory` or `engine-failed` if it cannot do what is asked, `cancelled` after `close`.
 */
export class TrainingHost {
  readonly #link: EngineLink
  /** Null: as long as it takes. */
  readonly #patienceMs: number | null
  #lost: Failure | null = null
  #prioritised: number | undefined
  #nextSeq = 1
  #closed = false

  constructor({ start, runtime = lastResort, patienceMs }: TrainingHostOptions) {
    this.#patienceMs = runtime === lastResort ? null : patienceFor(null, patienceMs)
    this.#link = new EngineLink(
      () => start(runtime),
      (reason) => {
        this.#lost = new Failure('engine-stopped', undefined, reason)
      },
    )
  }

  /** The engine's process, for those who watch it; undefined while there is none. */
  get pid(): number | undefined {
    return this.#link.pid
  }

  /** Begins a training, or goes on with one. `state` comes in parts, none larger than a message should be. */
  async begin(
    settings: TrainerSettings,
    start: TrainerStart,
    state: AsyncIterable<Weights> | Iterable<Weights>,
  ): Promise<void> {
    for await (const part of state) await this.#ask({ kind: 'train-load', state: part })
    await this.#ask({ kind: 'train-begin', settings, start })
  }

  async step(
    step: number,
    a: readonly Pixels[],
    b: readonly Pixels[],
  ): Promise<TrainingResults['train-step']> {
    return this.#ask({ kind: 'train-step', step, a, b })
  }

  /** What must be kept to go on later; read it before the next step. */
  async entries(): Promise<readonly StateEntry[]> {
    return this.#ask({ kind: 'train-entries' })
  }

  async read(names: readonly string[]): Promise<Weights> {
    return this.#ask({ kind: 'train-read', names })
  }

  /** G(x) and F(G(x)) for pictures of A, and the other way round for those of B. */
  async sample(a: readonly Pixels[], b: readonly Pixels[]): Promise<TrainingResults['train-sample']> {
    return this.#ask({ kind: 'train-sample', a, b })
  }

  /** Seconds that a step takes here, once the engine is warm. */
  async measure(settings: TrainerSettings): Promise<number> {
    return (await this.#ask({ kind: 'train-measure', settings })).seconds
  }

  /** Ends the process, in mid-step if need be. */
  close(): void {
    this.#closed = true
    this.#link.drop(new Failure('cancelled'))
  }

  async #ask<Request extends TrainingRequest>(request: Request): Promise<TrainingResults[Request['kind']]> {
    if (this.#closed) throw new Failure('cancelled')
    // Another process would know nothing of the training, or only the rest of its state.
    if (this.#lost !== null) throw this.#lost
    await this.#link.ready()
    this.#stepBack()
    const watch = this.#watch()
    try {
      const answer = await this.#link.exchange(this.#nextSeq++, request, () => undefined)
      if (answer.kind === 'error') throw failureOf(answer)
      return answer.result as TrainingResults[Request['kind']]
    } finally {
      watch.stop()
    }
  }

  #watch(): Watch {
    if (this.#patienceMs === null) return unwatched
    return watchSilence(this.#patienceMs, (failure) => {
      this.#lost = failure
      this.#link.drop(failure)
    })
  }

  /** Training takes hours: whatever else the user does goes first. */
  #stepBack(): void {
    const { pid } = this.#link
    if (pid === undefined || pid === this.#prioritised) return
    this.#prioritised = pid
    try {
      setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch {
      // Where that is not allowed, it trains all the same.
    }
  }
}
