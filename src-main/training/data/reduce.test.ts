import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lumaOf, reduce } from './reduce.ts'

const side = fc.integer({ min: 1, max: 80 })

describe('reduce', () => {
  it('weighs the pixels that lie between two cells by area', () => {
    const picture = { width: 3, height: 1, data: new Uint8Array([0, 0, 0, 90, 60, 30, 30, 30, 30]) }
    // Two cells of 1½ pixels: (0 + ½ · 90) / 1½, (½ · 90 + 30) / 1½; the one row serves both rows of cells.
    const row = [30, 20, 10, 50, 40, 30]
    expect([...reduce(picture, 2)].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([...row, ...row])
  })

  it('keeps the mean', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 40 }), (width, height, cells) => {
        const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251)
        const mean = (values: ArrayLike<number>) =>
          Array.from(values).reduce((a, b) => a + b, 0) / values.length
        expect(mean(reduce({ width, height, data }, cells))).toBeCloseTo(mean(data), 6)
      }),
    )
  })
})

it('weighs the colours as the eye does', () => {
  expect([...lumaOf(Float64Array.from([255, 255, 255, 100, 0, 0, 0, 100, 0]))]).toEqual([
    expect.closeTo(255),
    expect.closeTo(21.26),
    expect.closeTo(71.52),
  ])
})
