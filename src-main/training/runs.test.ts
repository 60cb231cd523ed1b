import { describe, expect, it } from 'vitest'
import { thinned } from './runs.ts'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

describe('thinned', () => {
  it('leaves as many as there may be, in order, with the first and the last', () => {
    expect(thinned(upTo(5), 5)).toEqual([0, 1, 2, 3, 4])
    expect(thinned([], 5)).toEqual([])
    for (const count of [6, 7, 100, 2001, 12_345]) {
      const few = thinned(upTo(count), 5)
      expect(few).toHaveLength(5)
      expect([few[0], few[4]]).toEqual([0, count - 1])
      expect(new Set(few).size).toBe(5)
      expect(few).toEqual(few.toSorted((a, b) => a - b))
    }
  })

  it('takes them evenly', () => {
    const few = thinned(upTo(10_000), 2000)
    const gaps = few.slice(1).map((item, index) => item - few[index]!)
    expect(Math.min(...gaps)).toBe(5)
    expect(Math.max(...gaps)).toBe(6)
  })
})
