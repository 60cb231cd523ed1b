/** A bound on what is in memory at once: who wants to work waits until there is room, in the order of asking. */
import { Failure } from '../contract/errors.ts'

interface Waiting {
  readonly weight: number
  readonly start: () => void
  readonly reject: (failure: Failure) => void
}

export class WorkBudget {
  readonly #total: number
  #waiting: Waiting[] = []
  #used = 0
  #closed = false

  /** `total` in any unit. */
  constructor(total: number) {
    this.#total = total
  }

  /**
   * Runs the work when there is room for its weight; heavier work than there is room for in all runs alone. Throws what
   * the work throws, and `cancelled` where the signal aborts or the budget is closed before it begins; from then on the
   * signal is the work's own affair.
   */
  async run<Result>(weight: number, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const own = Math.min(weight, this.#total)
    await this.#room(own, signal)
    try {
      return await work()
    } finally {
      this.#used -= own
      this.#startNext()
    }
  }

  /** Sends away those that wait and those that will ask, as `cancelled`; what has begun goes on. */
  close(): void {
    this.#closed = true
    const sentAway = this.#waiting
    this.#waiting = []
    for (const { reject } of sentAway) reject(new Failure('cancelled'))
  }

  async #room(weight: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#closed || signal?.aborted === true) throw new Failure('cancelled')
    let leave = (): void => undefined
    try {
      await new Promise<void>((start, reject) => {
        const own: Waiting = { weight, start, reject }
        leave = () => {
          const place = this.#waiting.indexOf(own)
          // It may have been let in a moment ago; then it has its room to give back.
          if (place < 0) return
          this.#waiting.splice(place, 1)
          reject(new Failure('cancelled'))
          this.#startNext()
        }
        signal?.addEventListener('abort', leave, { once: true })
        this.#waiting.push(own)
        this.#startNext()
      })
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#used + next.weight > this.#total) return
      this.#used += next.weight
      this.#waiting.shift()
      next.start()
    }
  }
}
