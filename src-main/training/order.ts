/** Which pictures each step sees: the larger folder's in shuffled order, the other's beside them; B at random. */
import { below, randomAt, shuffled } from '../engine/random.ts'

export interface OrderSettings {
  readonly seed: number
  readonly batch: number
  /** How many pictures each side has. */
  readonly a: number
  readonly b: number
  /** How many steps an epoch has. */
  readonly epochSteps: number
}

/** Places in the folders' lists, `batch` a side. */
export interface Chosen {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/**
 * As in the reference implementation: an epoch goes through as many places as the larger folder has pictures, shuffled;
 * a smaller A is gone through again and again, B is drawn at random, so that no fixed pairs are learnt.
 */
export class PictureOrder {
  readonly #settings: OrderSettings
  #epoch = -1
  #order: readonly number[] = []

  constructor(settings: OrderSettings) {
    this.#settings = settings
  }

  /** The pictures of step number `step`, from 1 on: the same whenever it is asked. */
  at(step: number): Chosen {
    const { seed, batch, a, b, epochSteps } = this.#settings
    const epoch = Math.floor((step - 1) / epochSteps)
    if (epoch !== this.#epoch) {
      this.#order = shuffled(Math.max(a, b), randomAt(seed, 'order', epoch))
      this.#epoch = epoch
    }
    const begin = ((step - 1) % epochSteps) * batch
    const partner = randomAt(seed, 'partner', step)
    return {
      a: Array.from(
        { length: batch },
        (_, index) => (this.#order[(begin + index) % this.#order.length] ?? 0) % a,
      ),
      b: Array.from({ length: batch }, () => below(b, partner)),
    }
  }
}

/** `count` different places of a folder, or all where it has fewer: pictures that show how a training gets on. */
export function samplePlaces(
  seed: number,
  side: 'a' | 'b',
  pictures: number,
  count: number,
): readonly number[] {
  return shuffled(pictures, randomAt(seed, 'samples', side === 'a' ? 0 : 1)).slice(0, count)
}
