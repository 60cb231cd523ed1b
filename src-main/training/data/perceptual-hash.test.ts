import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitCount, hammingDistance, perceptualHash } from './perceptual-hash.ts'
import { cellsEachWay } from './reduce.ts'

const unsigned = fc.integer({ min: 0, max: 0xffff_ffff })

/** 32 × 32 samples of a sum of cosines, given by their frequencies (rows, columns) and heights. */
function waves(...parts: readonly (readonly [v: number, u: number, height: number])[]): Float64Array {
  const cosine = (k: number, n: number) => Math.cos((Math.PI * (2 * n + 1) * k) / (2 * cellsEachWay))
  return Float64Array.from({ length: cellsEachWay ** 2 }, (_, at) => {
    const [y, x] = [Math.floor(at / cellsEachWay), at % cellsEachWay]
    return parts.reduce((sum, [v, u, height]) => sum + height * cosine(v, y) * cosine(u, x), 0)
  })
}

it('counts bits', () => {
  fc.assert(
    fc.property(unsigned, (bits) => {
      expect(bitCount(bits)).toBe(bits.toString(2).replaceAll('0', '').length)
    }),
  )
})

describe('perceptualHash', () => {
  it('sets the bit of each frequency that is stronger than the median, row by row', () => {
    // 64 frequencies with the heights 1…64 in reading order: the later half lies above the median.
    const rising = Array.from({ length: 64 }, (_, i) => [1 + Math.floor(i / 8), 1 + (i % 8), i + 1] as const)
    expect(perceptualHash(waves(...rising))).toEqual({ high: 0, low: 0xffff_ffff })
    const falling = rising.map(([v, u, height]) => [v, u, -height] as const)
    expect(perceptualHash(waves(...falling))).toEqual({ high: 0xffff_ffff, low: 0 })
  })

  it('does not see brightness, contrast, nor frequencies above the eighth', () => {
    const picture = Array.from(
      { length: 64 },
      (_, i) => [1 + Math.floor(i / 8), 1 + (i % 8), Math.sin(i * i)] as const,
    )
    const hash = perceptualHash(waves(...picture))
    const changed = waves(...picture, [0, 0, 40], [0, 3, 5], [9, 2, 7], [20, 20, 3]).map(
      (value) => value * 1.7,
    )
    expect(hammingDistance(hash, perceptualHash(changed))).toBe(0)
  })
})
