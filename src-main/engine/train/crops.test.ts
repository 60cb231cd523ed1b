import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../protocol.ts'
import { randomAt } from '../random.ts'
import { cutCrops, drawCrop } from './crops.ts'

function picture(width: number, height: number, valueAt: (at: number) => number): Pixels {
  return {
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: 3 * width * height }, (_, at) => valueAt(at)),
  }
}

/** Numbers one after the other, over and over. */
const repeating = (...values: readonly number[]): (() => number) => {
  let drawn = 0
  return () => values[drawn++ % values.length]!
}

const almostOne = 1 - 2 ** -32

describe('drawCrop', () => {
  it('reaches every place where the square fits, and no other', () => {
    const size = { width: 7, height: 5 }
    expect(drawCrop(size, 4, true, repeating(0))).toEqual({ left: 0, top: 0, flipped: true })
    expect(drawCrop(size, 4, true, repeating(almostOne))).toEqual({ left: 3, top: 1, flipped: false })
    const seen = new Set<string>()
    const uniform = randomAt(1, 'crop', 1)
    for (let draw = 0; draw < 400; draw++) seen.add(Object.values(drawCrop(size, 4, true, uniform)).join())
    // Four places across, two down, mirrored or not.
    expect(seen.size).toBe(4 * 2 * 2)
  })

  it('has one place where the picture is as large as the crop', () => {
    expect(drawCrop({ width: 4, height: 4 }, 4, false, repeating(almostOne))).toEqual({
      left: 0,
      top: 0,
      flipped: false,
    })
  })

  it('mirrors one in two where it may, and none where it may not', () => {
    const uniform = randomAt(2, 'crop', 1)
    const flips = (flip: boolean): number =>
      Array.from({ length: 1000 }, () => drawCrop({ width: 8, height: 8 }, 4, flip, uniform)).filter(
        ({ flipped }) => flipped,
      ).length
    expect(flips(false)).toBe(0)
    expect(Math.abs(flips(true) - 500)).toBeLessThan(80)
  })

  it('takes as many random numbers with mirroring as without: the places stay', () => {
    const [one, other] = [randomAt(3, 'crop', 1), randomAt(3, 'crop', 1)]
    for (let draw = 0; draw < 50; draw++) {
      const { left, top } = drawCrop({ width: 90, height: 60 }, 32, true, one)
      expect(drawCrop({ width: 90, height: 60 }, 32, false, other)).toEqual({ left, top, flipped: false })
    }
  })

  it('refuses a picture that is too narrow or too low', () => {
    expect(() => drawCrop({ width: 31, height: 90 }, 32, true, () => 0)).toThrow(
      '32 pixels does not fit into 31 × 90',
    )
    expect(() => drawCrop({ width: 90, height: 31 }, 32, true, () => 0)).toThrow('90 × 31')
  })
})

describe('cutCrops', () => {
  it('makes −1 of 0 and 1 of 255, exactly, and all between in even steps', () => {
    const shades = picture(256, 1, (at) => Math.floor(at / 3))
    for (let shade = 0; shade < 256; shade++) {
      const [value] = cutCrops([shades], 1, [{ left: shade, top: 0, flipped: false }])
      expect(value).toBe(Math.fround(shade / 127.5 - 1))
    }
    const ends = picture(2, 1, (at) => (at < 3 ? 0 : 255))
    expect([
      ...cutCrops(
        [ends, ends],
        1,
        [0, 1].map((left) => ({ left, top: 0, flipped: false })),
      ),
    ]).toEqual([-1, -1, -1, 1, 1, 1])
  })

  it('takes every value from its place: batch, channel, row, column, mirrored or not', () => {
    const side = fc.integer({ min: 1, max: 12 })
    const uniform = fc.double({ min: 0, max: almostOne, noNaN: true })
    const batch = fc.array(
      fc.record({ width: side, height: side, draws: fc.tuple(uniform, uniform, uniform) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    fc.assert(
      fc.property(batch, fc.integer({ min: 1, max: 12 }), (sizes, wanted) => {
        const size = Math.min(wanted, ...sizes.flatMap(({ width, height }) => [width, height]))
        const pictures = sizes.map(({ width, height }, index) =>
          picture(width, height, (at) => (at * 89 + 31 * index) % 256),
        )
        const crops = sizes.map((one) => drawCrop(one, size, true, repeating(...one.draws)))
        const values = cutCrops(pictures, size, crops)
        expect(values).toHaveLength(pictures.length * 3 * size * size)
        values.forEach((value, at) => {
          const [x, y] = [at % size, Math.floor(at / size) % size]
          const [channel, index] = [Math.floor(at / size ** 2) % 3, Math.floor(at / (3 * size ** 2))]
          const [{ width, data }, { left, top, flipped }] = [pictures[index]!, crops[index]!]
          const column = flipped ? left + size - 1 - x : left + x
          const source = data[3 * ((top + y) * width + column) + channel]!
          expect(value).toBe(Math.fround(source / 127.5 - 1))
        })
      }),
    )
  })

  it('refuses what is not RGB of 8 bits, and a picture without a crop', () => {
    const place = { left: 0, top: 0, flipped: false }
    const rgba: Pixels = { width: 1, height: 1, channels: 4, data: new Uint8Array(4) }
    const deep: Pixels = { width: 1, height: 1, channels: 3, data: new Uint16Array(3) }
    for (const odd of [rgba, deep]) expect(() => cutCrops([odd], 1, [place])).toThrow('not RGB of 8 bits')
    expect(() => cutCrops([picture(1, 1, () => 0)], 1, [])).toThrow('more pictures than crops')
  })
})
