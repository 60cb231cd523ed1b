/** Zoom and pan: properties that hold for every picture and pane. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  actualSize,
  bestColumns,
  canPan,
  fitMargin,
  fitted,
  panned,
  placement,
  scaleOf,
  visibleSpan,
  wheelFactor,
  zoomed,
  type Point,
  type Size,
} from './viewport.ts'

const pane: Size = { width: 800, height: 600 }
const image: Size = { width: 1600, height: 1000 }
const middle: Point = { x: 400, y: 300 }

const underPointer = (place: { x: number; y: number; scale: number }, point: Point): Point => ({
  x: (point.x - place.x) / place.scale,
  y: (point.y - place.y) / place.scale,
})

describe('fit', () => {
  it('shows the whole picture, centred, with a margin', () => {
    const place = placement(fitted(image), image, pane, 1)
    expect(place.scale).toBeCloseTo((800 - 2 * fitMargin) / 1600)
    expect(place.x).toBe(fitMargin)
    expect(Math.abs(place.y + (1000 * place.scale) / 2 - 300)).toBeLessThanOrEqual(0.5)
    expect(canPan(fitted(image), image, pane)).toBe(false)
  })
})

describe('zoom', () => {
  it('keeps the point under the pointer where it is while the picture covers the pane', () => {
    const close = zoomed(fitted(image), image, pane, 1, 6, middle)
    const points = fc.record({
      x: fc.integer({ min: 0, max: pane.width }),
      y: fc.integer({ min: 0, max: pane.height }),
      factor: fc.double({ min: 1, max: 4, noNaN: true }),
    })
    fc.assert(
      fc.property(points, ({ x, y, factor }) => {
        const before = underPointer(placement(close, image, pane, 1), { x, y })
        const after = underPointer(
          placement(zoomed(close, image, pane, 1, factor, { x, y }), image, pane, 1),
          {
            x,
            y,
          },
        )
        // A placement is rounded to a device pixel, twice.
        expect(Math.abs(after.x - before.x)).toBeLessThan(1)
        expect(Math.abs(after.y - before.y)).toBeLessThan(1)
      }),
    )
  })

  it('comes back to fit, and not below it', () => {
    const closer = zoomed(fitted(image), image, pane, 1, 3, { x: 10, y: 10 })
    expect(zoomed(closer, image, pane, 1, 1 / 100, middle)).toEqual(fitted(image))
  })

  it('ends at sixteen device pixels for one', () => {
    const view = zoomed(fitted(image), image, pane, 2, 1e6, middle)
    expect(scaleOf(view, image, pane)).toBe(8)
  })

  it('100 % is one device pixel for each pixel', () => {
    expect(scaleOf(actualSize(fitted(image), image, pane, 1, middle), image, pane)).toBeCloseTo(1)
    expect(scaleOf(actualSize(fitted(image), image, pane, 2, middle), image, pane)).toBeCloseTo(0.5)
  })
})

describe('pan', () => {
  it('never lets the surround in while there is picture left', () => {
    const close = actualSize(fitted(image), image, pane, 1, middle)
    const steps = fc.array(
      fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -900, max: 900 }) }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(steps, (moves) => {
        const place = placement(
          moves.reduce((view, by) => panned(view, image, pane, by), close),
          image,
          pane,
          1,
        )
        expect(place.x).toBeLessThanOrEqual(0)
        expect(place.y).toBeLessThanOrEqual(0)
        expect(place.x + image.width * place.scale).toBeGreaterThanOrEqual(pane.width)
        expect(place.y + image.height * place.scale).toBeGreaterThanOrEqual(pane.height)
      }),
    )
  })

  it('shows the same point at the centre of panes of different sizes', () => {
    const close = actualSize(fitted(image), image, pane, 1, { x: 500, y: 200 })
    const small: Size = { width: 400, height: 300 }
    const large = underPointer(placement(close, image, pane, 1), middle)
    const inSmall = underPointer(placement(close, image, small, 1), { x: 200, y: 150 })
    expect(inSmall.x).toBeCloseTo(large.x, 0)
    expect(inSmall.y).toBeCloseTo(large.y, 0)
  })

  it('lies on whole device pixels', () => {
    const view = panned(actualSize(fitted(image), image, pane, 1.5, middle), image, pane, { x: 0.4, y: 0.3 })
    const place = placement(view, image, pane, 1.5)
    expect(place.x * 1.5).toBeCloseTo(Math.round(place.x * 1.5), 9)
  })
})

describe('visibleSpan', () => {
  it('is the picture at fit and the pane when zoomed in', () => {
    const tall: Size = { width: 500, height: 1000 }
    const atFit = placement(fitted(tall), tall, pane, 1)
    expect(visibleSpan(atFit, tall, pane)).toEqual({ left: atFit.x, right: atFit.x + 500 * atFit.scale })
    const close = placement(zoomed(fitted(image), image, pane, 1, 5, middle), image, pane, 1)
    expect(visibleSpan(close, image, pane)).toEqual({ left: 0, right: 800 })
  })
})

describe('wheelFactor', () => {
  it('is undone by the opposite turn and bounded for wild ones', () => {
    expect(wheelFactor(120, 0, false) * wheelFactor(-120, 0, false)).toBeCloseTo(1)
    expect(wheelFactor(-1e6, 0, false)).toBeLessThan(2)
    expect(wheelFactor(-3, 1, false)).toBeGreaterThan(1)
  })
})

describe('bestColumns', () => {
  it('puts four wide pictures two by two and four tall ones side by side', () => {
    expect(bestColumns(4, { width: 1500, height: 1000 }, { width: 1000, height: 700 })).toBe(2)
    expect(bestColumns(4, { width: 600, height: 1000 }, { width: 1200, height: 500 })).toBe(4)
  })
})
