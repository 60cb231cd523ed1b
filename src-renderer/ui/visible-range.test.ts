/** Drawing only what is on the screen. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsFor, scrollToShow, visibleRange } from './visible-range.ts'

describe('visibleRange', () => {
  it('covers the screen, stays inside the list and stays small', () => {
    const anything = fc.record({
      scroll: fc.integer({ min: -50, max: 1_000_000 }),
      viewport: fc.integer({ min: 0, max: 3000 }),
      itemSize: fc.integer({ min: 20, max: 400 }),
      count: fc.integer({ min: 1, max: 5000 }),
    })
    fc.assert(
      fc.property(anything, ({ scroll, viewport, itemSize, count }) => {
        const { start, end } = visibleRange(scroll, viewport, itemSize, count, 2)
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(count)
        expect(end - start).toBeLessThanOrEqual(viewport / itemSize + 6)
        const top = Math.max(0, scroll)
        for (let index = 0; index < count; index += 37) {
          const onScreen = (index + 1) * itemSize > top && index * itemSize < top + viewport
          if (onScreen) expect(index >= start && index < end).toBe(true)
        }
      }),
    )
  })

  it('is empty for an empty list', () =>
    expect(visibleRange(0, 500, 100, 0, 2)).toEqual({ start: 0, end: 0 }))
})

describe('columnsFor', () => {
  it('never overflows the row', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 80, max: 400 }))
    fc.assert(
      fc.property(sizes, ([width, wanted]) => {
        const { columns, cell } = columnsFor(width, wanted, 8)
        if (columns > 1) expect(cell).toBeGreaterThanOrEqual(wanted)
        expect(columns * cell + (columns - 1) * 8).toBeLessThanOrEqual(Math.max(width, 1))
      }),
    )
  })
})

describe('scrollToShow', () => {
  it('moves as little as possible', () => {
    expect(scrollToShow(100, 400, 50, 80)).toBe(50)
    expect(scrollToShow(100, 400, 480, 80)).toBe(160)
    expect(scrollToShow(100, 400, 200, 80)).toBe(100)
  })
})
