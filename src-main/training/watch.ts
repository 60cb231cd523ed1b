/** Notices a training that learns nothing any more, from its losses alone. */
import { Failure } from '../contract/errors.ts'
import type { Losses } from '../contract/training.ts'

/** As many steps in a row must look stuck; a training that is alive crosses these bounds all the time. */
const patience = 500
/**
 * A discriminator that is never wrong leaves the generators nothing to go by. A quarter of a per cent of what guessing
 * costs (¼ for least squares, ln 2 for the log loss), for the two sides of its loss together.
 */
const alwaysRight = 0.0025
/** A dead one says the same to every picture: its loss does not move. */
const unmoved = 1e-6

const discriminators = ['D_A', 'D_B'] as const

export class CollapseWatch {
  readonly #guessing: number
  readonly #right = { D_A: 0, D_B: 0 }
  readonly #still = { D_A: 0, D_B: 0 }
  readonly #last = { D_A: Number.NaN, D_B: Number.NaN }

  constructor(gan: 'lsgan' | 'vanilla' | 'none') {
    this.#guessing = gan === 'vanilla' ? Math.LN2 : 1 / 4
  }

  /**
   * The losses of one step. Throws `training-diverged` where one is not finite, `training-collapsed` where a
   * discriminator has been stuck for long.
   */
  see(losses: Losses, name: string): void {
    for (const [loss, value] of Object.entries(losses)) {
      if (!Number.isFinite(value)) throw new Failure('training-diverged', name, `${loss} is ${value}`)
    }
    for (const loss of discriminators) {
      const value = losses[loss]
      if (value === undefined) continue
      this.#right[loss] = value < alwaysRight * this.#guessing ? this.#right[loss] + 1 : 0
      this.#still[loss] = Math.abs(value - this.#last[loss]) < unmoved ? this.#still[loss] + 1 : 0
      this.#last[loss] = value
      const detail = `${loss} has been ${value.toPrecision(2)} for ${patience} steps`
      if (Math.max(this.#right[loss], this.#still[loss]) >= patience)
        throw new Failure('training-collapsed', name, detail)
    }
  }
}
