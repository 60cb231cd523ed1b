import { describe, expect, it } from 'vitest'
import { spread } from './spread.ts'

describe('spread', () => {
  it.each([
    [10, 3, [1, 5, 8]],
    [3, 10, [0, 1, 2]],
    [0, 5, []],
    [7, 0, []],
  ])('of %i takes %i places evenly', (length, count, places) => {
    expect(spread(length, count)).toEqual(places)
  })
})
