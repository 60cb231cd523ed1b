import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HashIndex } from './hash-index.ts'
import { hammingDistance, type PerceptualHash } from './perceptual-hash.ts'

const unsigned = fc.integer({ min: 0, max: 0xffff_ffff })
const hash = fc.record({ high: unsigned, low: unsigned })
/** A hash with some bits of another one turned over. */
const flips = fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 14 })

function turned({ high, low }: PerceptualHash, bits: readonly number[]): PerceptualHash {
  for (const bit of new Set(bits)) {
    if (bit < 32) high ^= 1 << bit
    else low ^= 1 << (bit - 32)
  }
  return { high: high >>> 0, low: low >>> 0 }
}

it('finds exactly those that a comparison with each finds', () => {
  fc.assert(
    fc.property(hash, fc.array(flips, { maxLength: 30 }), fc.array(hash), (wanted, changes, others) => {
      const all = [...changes.map((bits) => turned(wanted, bits)), ...others]
      for (const distance of [0, 3, 4, 7, 10]) {
        const index = new HashIndex<number>(distance)
        all.forEach((each, place) => index.add(each, place))
        const near = all.flatMap((each, place) => (hammingDistance(each, wanted) <= distance ? [place] : []))
        expect([...new Set(index.near(wanted))].toSorted((a, b) => a - b)).toEqual(near)
      }
    }),
  )
})
