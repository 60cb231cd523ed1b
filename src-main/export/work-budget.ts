/** A bound on what is in memory at once: who wants to work waits until there is room, in the order of asking. */

export class WorkBudget {
  readonly #total: number
  readonly #waiting: { readonly weight: number; readonly start: () => void }[] = []
  #used = 0

  /** `total` in any unit. */
  constructor(total: number) {
    this.#total = total
  }

  /**
   * Runs the work when there is room for its weight; heavier work than there is room for in all runs alone. Throws what
   * the work throws.
   */
  async run<Result>(weight: number, work: () => Promise<Result>): Promise<Result> {
    const own = Math.min(weight, this.#total)
    await new Promise<void>((start) => {
      this.#waiting.push({ weight: own, start })
      this.#startNext()
    })
    try {
      return await work()
    } finally {
      this.#used -= own
      this.#startNext()
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
