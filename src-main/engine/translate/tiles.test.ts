import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Tensor } from '../protocol.ts'
import { largestDifference } from '../testing/numbers.ts'
import { blendTiles, cut, paste } from './blend-tiles.ts'
import { pixelsInTiles, smallestTile, tileGrid } from './tiles.ts'
import type { TileSpan } from './tiles.ts'

const overlaps = fc.record({
  margin: fc.integer({ min: 1, max: 8 }).map((n) => 4 * n),
  blend: fc.integer({ min: 2, max: 6 }).map((n) => 4 * n),
})
const cases = overlaps.chain((overlap) =>
  fc.record({
    overlap: fc.constant(overlap),
    tile: fc.integer({ min: 0, max: 30 }).map((n) => smallestTile(overlap) + 4 * n),
    width: fc.integer({ min: 2, max: 150 }).map((n) => 4 * n),
    height: fc.integer({ min: 2, max: 60 }).map((n) => 4 * n),
  }),
)

it('tiles are of one size, no larger than asked, overlap by enough, and their own parts are the whole', () => {
  fc.assert(
    fc.property(cases, ({ overlap: { margin, blend }, tile, width }) => {
      const { columns } = tileGrid({ width, height: 8 }, tile, { margin, blend })
      expect([columns[0]!.start, columns.at(-1)!.end]).toEqual([0, width])
      expect(new Set(columns.map(({ start, end }) => end - start)).size).toBe(1)
      expect(columns[0]!.end).toBeLessThanOrEqual(tile)
      const places = columns.flatMap((span) => Object.values(span) as number[])
      expect(places.every((place) => place % 4 === 0)).toBe(true)
      columns.reduce((before: TileSpan, span) => {
        expect(span.ownStart).toBe(before.ownEnd)
        // Neither tile is used nearer to its border than the margin, all along the fade.
        expect(span.ownStart - span.start).toBeGreaterThanOrEqual(margin)
        expect(before.end - (before.ownEnd + blend)).toBeGreaterThanOrEqual(margin)
        // One fade has ended before the next begins.
        expect(span.ownEnd - span.ownStart).toBeGreaterThanOrEqual(blend)
        return span
      })
      expect([columns[0]!.ownStart, columns.at(-1)!.ownEnd]).toEqual([0, width])
    }),
  )
})

it('refuses tiles that are all overlap', () => {
  expect(() => tileGrid({ width: 400, height: 400 }, 100, { margin: 24, blend: 16 })).toThrow('too small')
})

it('counts overlaps as often as they are computed', () => {
  const grid = tileGrid({ width: 200, height: 40 }, 112, { margin: 24, blend: 16 })
  expect(grid.columns.map(({ start, end }) => [start, end])).toEqual([
    [0, 112],
    [44, 156],
    [88, 200],
  ])
  expect(pixelsInTiles(grid)).toBe(3 * 112 * 40)
})

it('tiles that agree are put together to what they were cut from, whatever they have in their margins', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ overlap, tile, width, height }) => {
      const data = Float32Array.from({ length: 3 * width * height }, (_, i) => Math.sin(i))
      const picture: Tensor = { shape: [1, 3, height, width], data }
      const result: Tensor = { shape: [1, 3, height, width], data: new Float32Array(data.length).fill(NaN) }
      const grid = tileGrid({ width, height }, tile, overlap)
      await blendTiles(
        grid,
        async (rect) => {
          const values = cut(picture, rect)
          const [, , rows, columns] = values.shape
          // A network sees nothing beyond a tile's border: what it makes there is worth nothing.
          const spoilt = (place: number, length: number, from: number, to: number, size: number) =>
            (from > 0 && place < overlap.margin) || (to < size && place >= length - overlap.margin)
          for (let i = 0; i < values.data.length; i++) {
            const [x, y] = [i % columns, Math.floor(i / columns) % rows]
            const isSpoilt =
              spoilt(x, columns, rect.left, rect.right, width) ||
              spoilt(y, rows, rect.top, rect.bottom, height)
            if (isSpoilt) values.data[i] = 1000
          }
          return values
        },
        ({ left, top }, values) => paste(values, left, top, result),
      )
      expect(largestDifference(result.data, data)).toBeLessThan(1e-6)
    }),
    { numRuns: 20 },
  )
})
