/** Whose turn it is at a job: the best runtime that has not failed at it, nor has too little memory for it. */
import type { Failure } from '../contract/errors.ts'
import { lastResort, type Fallback, type RuntimeName } from '../contract/runtimes.ts'

export interface Attempted {
  /** In multiply-accumulates. */
  readonly work: number
  /** What has failed at it, and how. */
  readonly failures: ReadonlyMap<RuntimeName, Failure>
}

/** A job failed in the engine's process, and not for want of its network or its photo. */
export class AttemptFailed extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

export const reasonOf = ({ detail, code }: Failure): string => detail ?? code

export class RuntimeTurns {
  /** For each runtime the least work that was too much for its memory. */
  readonly #tooMuch = new Map<RuntimeName, number>()

  next(order: readonly RuntimeName[], job: Attempted | undefined): RuntimeName {
    const canDo = (name: RuntimeName): boolean =>
      job?.failures.has(name) !== true && (job?.work ?? 0) < (this.#tooMuch.get(name) ?? Infinity)
    return order.find(canDo) ?? lastResort
  }

  /**
   * What to tell of a job that `to` has done or will do. A photo too large for a device's memory says nothing of smaller
   * ones, and of the first such photo alone is told.
   */
  fallbacks({ work, failures }: Attempted, to: RuntimeName): readonly Fallback[] {
    return [...failures].flatMap(([from, failure]) => {
      const lasting = failure.code !== 'out-of-memory'
      const known = this.#tooMuch.get(from)
      if (!lasting) this.#tooMuch.set(from, Math.min(work, known ?? Infinity))
      if (!lasting && known !== undefined) return []
      return [{ from, to: to === from ? lastResort : to, reason: reasonOf(failure), lasting }]
    })
  }
}
