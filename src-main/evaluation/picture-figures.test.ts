import { describe, expect, it } from 'vitest'
import { meanDifference } from './picture-figures.ts'

describe('the mean difference of two pictures', () => {
  const size = { width: 2, height: 1 }

  it('is a share of the full range, at either depth, without alpha', () => {
    const eight = { ...size, channels: 3 as const }
    const [a, b] = [Uint8Array.of(0, 0, 0, 255, 255, 255), Uint8Array.of(51, 0, 0, 255, 204, 255)]
    expect(meanDifference({ ...eight, data: a }, { ...eight, data: b })).toBeCloseTo(0.4 / 6, 12)
    const deep = { ...size, channels: 4 as const }
    const [c, d] = [Uint16Array.of(0, 0, 0, 9, 0, 0, 0, 9), Uint16Array.of(65535, 0, 0, 500, 0, 0, 0, 0)]
    expect(meanDifference({ ...deep, data: c }, { ...deep, data: d })).toBeCloseTo(1 / 6, 12)
  })
})
