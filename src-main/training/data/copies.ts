/** Which pictures of a folder repeat others, and which are in both folders. */
import { HashIndex } from './hash-index.ts'
import { isNearlySame, nearBits, type Look } from './look.ts'

/** `index` is nearly (or exactly) the same picture as `of`. */
export interface Copy {
  readonly index: number
  readonly of: number
  readonly isExact: boolean
}

/**
 * The pictures that an earlier one makes superfluous, in order. Each is compared with those that repeat nothing
 * themselves, so a series that changes little by little is not one chain of copies, and `of` is never a copy.
 */
export function findCopies(looks: readonly Look[]): readonly Copy[] {
  const firsts = new Finder(looks)
  const copies: Copy[] = []
  looks.forEach((look, index) => {
    const of = firsts.find(look)
    if (of === null) firsts.add(index)
    else copies.push({ index, ...of })
  })
  return copies
}

/** The pictures of `looks` that are among `others`, too; `of` is a place in `others`. */
export function findShared(looks: readonly Look[], others: readonly Look[]): readonly Copy[] {
  const finder = new Finder(others)
  others.forEach((_, index) => finder.add(index))
  return looks.flatMap((look, index) => {
    const of = finder.find(look)
    return of === null ? [] : [{ index, ...of }]
  })
}

class Finder {
  readonly #looks: readonly Look[]
  readonly #exact = new Map<string, number>()
  readonly #near = new HashIndex<number>(nearBits)

  constructor(looks: readonly Look[]) {
    this.#looks = looks
  }

  add(index: number): void {
    const look = this.#looks[index]
    if (look === undefined || this.#exact.has(look.digest)) return
    this.#exact.set(look.digest, index)
    this.#near.add(look.hash, index)
  }

  find(look: Look): Omit<Copy, 'index'> | null {
    const exact = this.#exact.get(look.digest)
    if (exact !== undefined) return { of: exact, isExact: true }
    for (const of of this.#near.near(look.hash)) {
      const candidate = this.#looks[of]
      if (candidate !== undefined && isNearlySame(look, candidate)) return { of, isExact: false }
    }
    return null
  }
}
