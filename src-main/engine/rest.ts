/** Notices that something has not been used for a while. */

export class Rest {
  readonly #afterMs: number | undefined
  readonly #onRest: () => void
  #timer: NodeJS.Timeout | undefined

  /** `onRest` is called so many milliseconds after `begin`, unless there is a `stop` before; never without `afterMs`. */
  constructor(afterMs: number | undefined, onRest: () => void) {
    this.#afterMs = afterMs
    this.#onRest = onRest
  }

  /** From now on it is not used; anew, where that was so already. */
  begin(): void {
    this.stop()
    if (this.#afterMs !== undefined) this.#timer = setTimeout(this.#onRest, this.#afterMs).unref()
  }

  /** It is used. */
  stop(): void {
    clearTimeout(this.#timer)
  }
}
