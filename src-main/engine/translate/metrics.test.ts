import { describe, expect, it } from 'vitest'
import type { Tensor } from '../protocol.ts'
import { linearCongruence } from '../testing/numbers.ts'
import { differenceFullScale } from '../../contract/heat-map.ts'
import { colourOf, differenceMap } from './difference-map.ts'
import { compare } from './metrics.ts'

/** A smooth picture, and the same with less contrast and noise. */
function pair(height: number, width: number): readonly [Tensor, Tensor] {
  const next = linearCongruence(7)
  const shape = [1, 3, height, width] as const
  const smooth = Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
    return Math.sin(x / 3 + channel) * Math.cos(y / 4) * 0.7
  })
  return [
    { shape, data: smooth },
    { shape, data: smooth.map((value) => value * 0.9 + (next() - 0.5) * 0.4) },
  ]
}

const flat = (value: number, side = 16): Tensor => ({
  shape: [1, 3, side, side],
  data: new Float32Array(3 * side * side).fill(value),
})

describe('the metrics', () => {
  // Computed in numpy from the definitions, each window on its own.
  it.each([
    [24, 31, 0.05115619, 24.41690133, 0.88858067],
    [7, 40, 0.05307678, 24.19420959, 0.89912583],
    [1, 1, 0.0382727, 27.24944068, 0.9997932],
  ])('of a picture of %i × %i are those of numpy', (height, width, l1, psnr, ssim) => {
    const metrics = compare(...pair(height, width))
    expect(metrics.l1).toBeCloseTo(l1, 6)
    expect(metrics.psnr).toBeCloseTo(psnr, 4)
    expect(metrics.ssim).toBeCloseTo(ssim, 6)
  })

  it('of a picture with itself are perfect', () => {
    const [picture] = pair(20, 20)
    expect(compare(picture, picture)).toEqual({ l1: 0, psnr: null, ssim: 1 })
  })

  it('of black and white are the worst of errors', () => {
    const { l1, psnr, ssim } = compare(flat(-1), flat(1))
    expect([l1, psnr]).toEqual([1, 0])
    // Without variance only the term of the means is left: c1 / (1 + c1).
    expect(ssim).toBeCloseTo(0.0001 / 1.0001, 10)
  })

  it('are refused for pictures of two sizes', () => {
    expect(() => compare(flat(0, 4), flat(0, 8))).toThrow('cannot be compared')
  })
})

describe('the difference map', () => {
  it('is black where nothing differs and brightest from the full scale on', () => {
    const brightest = [...colourOf(1)]
    expect([...differenceMap(flat(0.3, 2), flat(0.3, 2)).data]).toEqual(new Array(12).fill(0))
    const apart = differenceMap(flat(0, 2), flat(2 * differenceFullScale, 2))
    expect([...apart.data.subarray(0, 3)]).toEqual(brightest)
    expect([...differenceMap(flat(-1, 2), flat(1, 2)).data.subarray(9)]).toEqual(brightest)
  })

  it('takes the mean over the channels', () => {
    const a: Tensor = { shape: [1, 3, 1, 1], data: Float32Array.of(0, 0, 0) }
    const b: Tensor = { shape: [1, 3, 1, 1], data: Float32Array.of(0.3, -0.3, 0) }
    expect([...differenceMap(a, b).data]).toEqual([...colourOf(0.1 / differenceFullScale)])
  })

  it('grows lighter with every step, in CIE lightness', () => {
    const linear = (value: number) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
    const luminance = ([r, g, b]: readonly number[]) =>
      0.2126 * linear(r ?? 0) + 0.7152 * linear(g ?? 0) + 0.0722 * linear(b ?? 0)
    const steps = Array.from({ length: 101 }, (_, i) => luminance(colourOf(i / 100)))
    expect(steps.every((value, i) => i === 0 || value > (steps[i - 1] ?? 0))).toBe(true)
    expect(steps.at(-1)).toBeGreaterThan(0.85)
  })
})
