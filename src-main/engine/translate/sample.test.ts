import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rect, Tensor } from '../protocol.ts'
import { linearCongruence } from '../testing/numbers.ts'
import { calibrate, Look, sampleBands, sampleCrops } from './sample.ts'

const sizes = fc.record({
  width: fc.integer({ min: 2, max: 1500 }).map((n) => 4 * n),
  height: fc.integer({ min: 2, max: 1500 }).map((n) => 4 * n),
})
const area = ({ left, top, right, bottom }: Rect) => (right - left) * (bottom - top)

describe('crops', () => {
  it('lie in the photo, on the network’s grid, and are no more than allowed', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 100_000, max: 2_000_000 }), (size, most) => {
        const crops = sampleCrops(size, most, linearCongruence(1))
        for (const { rect, interior } of crops) {
          for (const { left, top, right, bottom } of [rect, interior]) {
            expect([left, top, right, bottom].every((place) => place % 4 === 0 && place >= 0)).toBe(true)
            expect([right <= size.width, bottom <= size.height, right > left, bottom > top]).not.toContain(
              false,
            )
          }
          expect(rect.left <= interior.left && rect.right >= interior.right).toBe(true)
        }
        expect(crops.reduce((sum, { rect }) => sum + area(rect), 0)).toBeLessThan(1.5 * most)
      }),
    )
  })

  it('of a panorama are no more than allowed, either', () => {
    const most = 100_000
    const crops = sampleCrops({ width: 20_000, height: 300 }, most, linearCongruence(1))
    expect(crops.reduce((sum, { rect }) => sum + area(rect), 0)).toBeLessThan(1.5 * most)
  })

  it('are at other places for another seed', () => {
    const places = (seed: number) => sampleCrops({ width: 2000, height: 1600 }, 1e6, linearCongruence(seed))
    expect(places(1)).toEqual(places(1))
    expect(places(1)).not.toEqual(places(2))
  })
})

it('bands are spread over the photo, and all of a small one', () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const bands = sampleBands(size, 2 ** 20)
      bands.forEach(({ top, bottom }, i) => {
        expect([top >= (bands[i - 1]?.bottom ?? 0), bottom <= size.height, bottom > top]).not.toContain(false)
      })
      expect(size.height - bands.at(-1)!.bottom).toBeLessThanOrEqual(size.height / bands.length)
    }),
  )
  expect(sampleBands({ width: 100, height: 160 }, 1e6).reduce((sum, band) => sum + area(band), 0)).toBe(
    16_000,
  )
})

describe('weights of crops', () => {
  it('make up for what the crops have too much of', () => {
    const next = linearCongruence(4)
    // Anything that follows from the look is met better, such as this of brightness and contrast.
    const places = Array.from({ length: 400 }, () => Array.from({ length: 10 }, () => next() ** 2))
    const worth = (look: readonly number[]) => 3 * look[0]! - look[6]! + 0.2 * look[1]! * look[1]!
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const photo = places[0]!.map((_, k) => mean(places.map((look) => look[k]!)))
    const crops = places.filter((look, i) => i % 4 === 0 || look[0]! > 0.8)
    const weights = calibrate(crops, photo)
    expect(Math.min(...weights)).toBeGreaterThan(0)
    const total = weights.reduce((a, b) => a + b, 0)
    const weighted = crops.reduce((sum, look, i) => sum + worth(look) * weights[i]!, 0) / total
    const truth = mean(places.map(worth))
    expect(Math.abs(weighted - truth)).toBeLessThan(0.2 * Math.abs(mean(crops.map(worth)) - truth))
  })

  it('are all the same for a few crops, and for crops that look like the photo', () => {
    const look = Array.from({ length: 10 }, (_, k) => k / 10)
    expect(
      calibrate(
        [look, look],
        look.map(() => 0.5),
      ),
    ).toEqual([1, 1])
    calibrate(
      Array.from({ length: 30 }, () => look),
      look,
    ).forEach((weight) => expect(weight).toBeCloseTo(1, 9))
  })

  it('come from means of colours, contrast and sharpness', () => {
    const grey: Tensor = { shape: [1, 3, 2, 2], data: new Float32Array(12).fill(0.5) }
    const look = new Look()
    look.add(grey, { left: 0, top: 0, right: 2, bottom: 2 })
    expect(look.means()).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0, 0, 0, 3.375])
    const edge: Tensor = { shape: [1, 3, 1, 2], data: Float32Array.of(0, 1, 0, 1, 0, 1) }
    const sharp = new Look()
    sharp.add(edge, { left: 0, top: 0, right: 2, bottom: 1 })
    expect(sharp.means()).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5, 4.5, 9, 13.5])
  })
})
