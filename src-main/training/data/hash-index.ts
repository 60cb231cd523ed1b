/**
 * Finds hashes that differ in few bits without comparing each with each: multi-index hashing (M. Norouzi, A. Punjani
 * and D. J. Fleet, Fast Search in Hamming Space with Multi-Index Hashing, CVPR 2012). Of 64 bits in four parts of 16, two
 * hashes within distance d agree in at least one part up to ⌊d / 4⌋ bits; only those who do are compared.
 */
import { hammingDistance, type PerceptualHash } from './perceptual-hash.ts'

const parts = 4
const partBits = 16

interface Entry<Item> {
  readonly hash: PerceptualHash
  readonly item: Item
}

export class HashIndex<Item> {
  readonly #distance: number
  /** All changes of one part by so few bits that a near hash must show one of them. */
  readonly #changes: readonly number[]
  readonly #tables: readonly Map<number, Entry<Item>[]>[]

  /** `distance`: how many bits may differ. */
  constructor(distance: number) {
    this.#distance = distance
    this.#changes = changesOf(Math.floor(distance / parts))
    this.#tables = Array.from({ length: parts }, () => new Map<number, Entry<Item>[]>())
  }

  add(hash: PerceptualHash, item: Item): void {
    partsOf(hash).forEach((part, index) => {
      const table = this.#tables[index]
      const entries = table?.get(part)
      if (entries === undefined) table?.set(part, [{ hash, item }])
      else entries.push({ hash, item })
    })
  }

  /** All items within the distance, each at least once, in no particular order. */
  *near(hash: PerceptualHash): Generator<Item, void, undefined> {
    for (const [index, part] of partsOf(hash).entries())
      for (const change of this.#changes)
        for (const entry of this.#tables[index]?.get(part ^ change) ?? [])
          if (hammingDistance(entry.hash, hash) <= this.#distance) yield entry.item
  }
}

function partsOf({ high, low }: PerceptualHash): readonly number[] {
  return [high >>> partBits, high & 0xffff, low >>> partBits, low & 0xffff]
}

/** Every mask of 16 bits with at most `bits` of them set. */
function changesOf(bits: number): readonly number[] {
  let masks: readonly number[] = [0]
  for (let round = 0; round < bits; round++) {
    const wider = masks.flatMap((mask) => Array.from({ length: partBits }, (_, bit) => mask | (1 << bit)))
    masks = [...new Set([...masks, ...wider])]
  }
  return masks
}
