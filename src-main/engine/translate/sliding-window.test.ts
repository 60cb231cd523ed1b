import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SlidingWindow } from './sliding-window.ts'

const pictures = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    count: fc.integer({ min: 1, max: 3 }),
    radius: fc.integer({ min: 0, max: 5 }),
  })
  .chain((sizes) => {
    const length = sizes.width * sizes.height * sizes.count
    return fc
      .array(fc.integer({ min: -50, max: 50 }), { minLength: length, maxLength: length })
      .map((values) => ({ ...sizes, values }))
  })

it('gives the mean over each window, cut off at the edges', () => {
  fc.assert(
    fc.property(pictures, ({ width, height, count, radius, values }) => {
      const window = new SlidingWindow(width, radius, count)
      const means = new Float64Array(width * count)
      const rowSize = width * count
      for (let entering = 0; entering < height + radius; entering++) {
        const rowValues = values.slice(entering * rowSize, (entering + 1) * rowSize)
        window.advance(entering < height ? (row) => row.set(rowValues) : undefined)
        if (entering < radius) continue
        window.means(means)
        const y = entering - radius
        means.forEach((mean, i) => {
          const x = Math.floor(i / count)
          const inside = values.filter((_, at) => {
            const [column, row] = [Math.floor(at / count) % width, Math.floor(at / rowSize)]
            return at % count === i % count && Math.abs(column - x) <= radius && Math.abs(row - y) <= radius
          })
          expect(mean).toBeCloseTo(inside.reduce((a, b) => a + b, 0) / inside.length, 9)
        })
      }
    }),
  )
})
