/**
 * Trains in an engine's process of its own, so that a photo that is converted meanwhile has another, and the end of one
 * is not the end of the other. What the process held is gone when it dies: the caller goes on from what it has read.
 */
import { constants, setPriority } from 'node:os'
import { Failure } from '../contract/errors.ts'
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

export type { StartEngineProcess }

/**
 * All calls are made one after the other; each throws `engine-stopped` if the process dies or has died before,
 * `out-of-memory` or `engine-failed` if it cannot do what is asked, `cancelled` after `close`.
 */
export class TrainingHost {
  readonly #link: EngineLink
  #lost: Failure | null = null
  #prioritised: number | undefined
  #nextSeq = 1
  #closed = false

  constructor({ start }: { readonly start: StartEngineProcess }) {
    this.#link = new EngineLink(start, (reason) => {
      this.#lost = new Failure('engine-stopped', undefined, reason)
    })
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
    const answer = await this.#link.exchange(this.#nextSeq++, request, () => undefined)
    if (answer.kind === 'error') throw failureOf(answer)
    return answer.result as TrainingResults[Request['kind']]
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
