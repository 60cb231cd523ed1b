import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawKinds, drawOrder, needed } from './draw-round.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const trials = fc.integer({ min: 12, max: 100 })
const count = (kinds: readonly string[], kind: string): number => kinds.filter((each) => each === kind).length

describe('a round', () => {
  it('is balanced, in the practice and behind it, and as long as it was asked to be', () => {
    fc.assert(
      fc.property(trials, seeds, (length, seed) => {
        const kinds = drawKinds(length, seed)
        expect(kinds).toHaveLength(length)
        expect(count(kinds.slice(0, 10), 'real')).toBe(5)
        const [real, translated] = [count(kinds.slice(10), 'real'), count(kinds.slice(10), 'translated')]
        expect(translated - real).toBe(length % 2)
        expect(needed(length)).toEqual({ real: count(kinds, 'real'), translated: count(kinds, 'translated') })
      }),
    )
  })

  it('tries each picture of a folder once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), seeds, (length, seed) => {
        const order = drawOrder(length, 'real', seed)
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i))
      }),
    )
  })

  it('is the same for the same seed, and another for another, for each kind', () => {
    expect(drawKinds(50, 7)).toEqual(drawKinds(50, 7))
    expect(drawKinds(50, 7)).not.toEqual(drawKinds(50, 8))
    expect(drawOrder(50, 'real', 7)).not.toEqual(drawOrder(50, 'real', 8))
    expect(drawOrder(50, 'real', 7)).not.toEqual(drawOrder(50, 'translated', 7))
  })

  it('has no place that is one kind more often than the other', () => {
    const rounds = Array.from({ length: 2000 }, (_, seed) => drawKinds(30, seed))
    for (let place = 0; place < 30; place++) {
      const real = rounds.filter((kinds) => kinds[place] === 'real').length
      // Five standard deviations of 2,000 throws of a coin.
      expect(Math.abs(real - 1000)).toBeLessThan(5 * Math.sqrt(500))
    }
  })
})
