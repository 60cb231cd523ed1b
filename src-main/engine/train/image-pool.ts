/**
 * The image pool (Shrivastava et al., CVPR 2017): the discriminators see some of the fakes of earlier steps, too, so
 * that they do not forget what the generators did. As in the reference implementation: until the pool is full, it
 * keeps and returns what comes; then, one time in two, it returns a random old fake and puts the new one in its place.
 */
import type { WeightTensor } from '../protocol.ts'

/** What becomes of each picture of a batch; a place is where it is kept, if it is. */
export interface PoolPlan {
  /** [batch, 3, size, size]: the old fakes that are taken; zeros where none is. */
  readonly old: Float32Array
  /** [batch, 1, 1, 1]: 1 where the old fake is taken. */
  readonly take: Float32Array
  readonly places: readonly (number | null)[]
}

export class ImagePool {
  readonly #capacity: number
  readonly #size: number
  readonly #values: Float32Array<ArrayBuffer>
  #count = 0

  /** Room for `capacity` fakes of size². `kept` is what `read` gave. Throws an Error if that does not fit. */
  constructor(capacity: number, size: number, kept?: WeightTensor) {
    this.#capacity = capacity
    this.#size = size
    this.#values = new Float32Array(capacity * this.#picture)
    if (kept === undefined) return
    const [count = 0, ...rest] = kept.shape
    const fits = count <= capacity && rest.join() === [3, size, size].join()
    if (kept.dtype !== 'F32' || !fits || kept.data.length !== count * this.#picture)
      throw new Error(`A pool of [${kept.shape.join(', ')}] does not fit`)
    this.#values.set(kept.data)
    this.#count = count
  }

  get shape(): readonly number[] {
    return [this.#count, 3, this.#size, this.#size]
  }

  /** [count, 3, size, size], a copy. */
  read(): WeightTensor {
    return { dtype: 'F32', shape: this.shape, data: this.#values.slice(0, this.#count * this.#picture) }
  }

  /**
   * What the discriminators see of the next batch, which is not there yet. (Two pictures of one batch may draw the same
   * place; both take the fake that lay there, and the later one stays.)
   */
  plan(batch: number, uniform: () => number): PoolPlan {
    const old = new Float32Array(batch * this.#picture)
    const take = new Float32Array(batch)
    const free = this.#capacity - this.#count
    const places = Array.from({ length: batch }, (_, index) => {
      if (index < free) return this.#count + index
      if (this.#count === 0 || uniform() < 1 / 2) return null
      const place = Math.floor(uniform() * this.#count)
      old.set(this.#at(place), index * this.#picture)
      take[index] = 1
      return place
    })
    return { old, take, places }
  }

  /** Keeps the fakes of the batch, [batch, 3, size, size], where the plan has a place for them. */
  keep({ places }: PoolPlan, fakes: Float32Array): void {
    places.forEach((place, index) => {
      if (place === null) return
      this.#at(place).set(fakes.subarray(index * this.#picture, (index + 1) * this.#picture))
      this.#count = Math.max(this.#count, place + 1)
    })
  }

  get #picture(): number {
    return 3 * this.#size * this.#size
  }

  #at(place: number): Float32Array {
    return this.#values.subarray(place * this.#picture, (place + 1) * this.#picture)
  }
}
