import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGenerator } from '../networks/generator.ts'
import type { Pixels, Tensor } from '../protocol.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import type { Program } from '../runtimes/runtime.ts'
import { linearCongruence, numberedTensor, numberedWeights } from '../testing/numbers.ts'
import { NoPicture } from './expect-picture.ts'
import { addMargin, crop, padReflect } from './pad.ts'
import { toPixels, toTensor } from './pixels.ts'
import { changePicture, cyclePicture, translatePicture } from './translate.ts'

const rule = { multipleOf: 4, atLeast: 8 }
const size = fc.integer({ min: 1, max: 13 })
const pictures = fc
  .record({
    width: size,
    height: size,
    channels: fc.constantFrom(3 as const, 4 as const),
    deep: fc.boolean(),
  })
  .chain(({ width, height, channels, deep }) => {
    const length = width * height * channels
    const of = { minLength: length, maxLength: length }
    return (deep ? fc.uint16Array(of) : fc.uint8Array(of)).map((data): Pixels => ({
      width,
      height,
      channels,
      data,
    }))
  })

/** A program that does this to each value. */
function eachValue(change: (value: number) => number): Program {
  return {
    run: async ({ shape, data }) => ({ shape, data: data.map(change) }),
    release: async () => {},
  }
}

describe('pixels and tensors', () => {
  it('spread the range over [−1, 1], channel after channel', () => {
    const pixels: Pixels = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 255, 255, 102, 0) }
    const { shape, data } = toTensor(pixels)
    expect(shape).toEqual([1, 3, 1, 2])
    ;[-1, 1, -0.6, -0.2, 1, -1].forEach((value, i) => expect(data[i]).toBeCloseTo(value, 6))
  })

  it('come back exactly, 8 and 16 bit, with alpha', () => {
    fc.assert(
      fc.property(pictures, (pixels) => {
        expect(toPixels(toTensor(pixels), pixels)).toEqual(pixels)
      }),
    )
  })

  it('are rounded and clamped', () => {
    const like: Pixels = { width: 1, height: 1, channels: 4, data: Uint8Array.of(9, 9, 9, 77) }
    const tensor: Tensor = { shape: [1, 3, 1, 1], data: Float32Array.of(-1.5, 0.001, 1.5) }
    expect([...toPixels(tensor, like).data]).toEqual([0, 128, 255, 77])
    expect([...toPixels(tensor, { ...like, data: Uint16Array.of(0, 0, 0, 7) }).data]).toEqual([
      0, 32800, 65535, 7,
    ])
  })

  it('refuse what does not fit, and what is no number', () => {
    const like: Pixels = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) }
    expect(() => toTensor({ ...like, width: 2 })).toThrow('3 of 6 samples')
    expect(() => toPixels({ shape: [1, 3, 1, 2], data: new Float32Array(6) }, like)).toThrow(
      'should be [1, 3, 1, 1]',
    )
    const pixel = (...values: readonly number[]): Tensor => ({
      shape: [1, 3, 1, 1],
      data: Float32Array.from(values),
    })
    for (const broken of [pixel(0, Number.NaN, 0), pixel(0, 0)]) {
      expect(() => toPixels(broken, like)).toThrow(NoPicture)
    }
  })
})

describe('padding by reflection', () => {
  const row = (...values: readonly number[]): Tensor => ({
    shape: [1, 1, 1, values.length],
    data: Float32Array.from(values),
  })

  it('does not repeat the edge, and reflects again where the picture is smaller than its margin', () => {
    const first = (tensor: Tensor) => [...padReflect(tensor, rule).data.subarray(0, 8)]
    expect(first(row(1, 2, 3, 4, 5, 6))).toEqual([1, 2, 3, 4, 5, 6, 5, 4])
    expect(first(row(1, 2, 3))).toEqual([1, 2, 3, 2, 1, 2, 3, 2])
    expect(first(row(1, 2))).toEqual([1, 2, 1, 2, 1, 2, 1, 2])
    expect(first(row(7))).toEqual([7, 7, 7, 7, 7, 7, 7, 7])
  })

  it('gives a multiple of 4 of at least 8, and is undone by a crop', () => {
    fc.assert(
      fc.property(pictures, (pixels) => {
        const tensor = toTensor(pixels)
        const padded = padReflect(tensor, rule)
        const [, , height, width] = padded.shape
        expect([height % 4, width % 4]).toEqual([0, 0])
        expect([Math.min(height, width) >= 8, height - pixels.height < 8, width - pixels.width < 8]).toEqual([
          true,
          true,
          true,
        ])
        expect(crop(padded, pixels.height, pixels.width)).toEqual(tensor)
      }),
    )
  })
})

describe('a picture through a network', () => {
  const graph = buildGenerator({ ngf: 4, blocks: 2 })
  const compiled = (seed: number) =>
    new OnnxRuntime().compile(graph, numberedWeights(graph.parameters, linearCongruence(seed)))

  it('keeps size, depth and alpha, down to a single pixel', async () => {
    const program = await compiled(1)
    await fc.assert(
      fc.asyncProperty(pictures, async (pixels) => {
        const { data, ...rest } = await translatePicture(program, pixels)
        expect(rest).toEqual({ width: pixels.width, height: pixels.height, channels: pixels.channels })
        expect(data.constructor).toBe(pixels.data.constructor)
        const alpha = (samples: Pixels['data']) => samples.filter((_, i) => i % pixels.channels === 3)
        expect(alpha(data)).toEqual(alpha(pixels.data))
      }),
      { numRuns: 40 },
    )
    await program.release()
  })

  it('is what the network gives for its values', async () => {
    const pixels: Pixels = {
      width: 8,
      height: 8,
      channels: 3,
      data: Uint8Array.from({ length: 192 }, (_, i) => i),
    }
    const translated = await translatePicture(
      eachValue((value) => -value),
      pixels,
    )
    expect([...translated.data]).toEqual([...pixels.data].map((value) => 255 - value))
  })
})

describe('a cycle', () => {
  const { data } = numberedTensor([1, 3, 9, 14], linearCongruence(6))
  const pixels: Pixels = {
    width: 14,
    height: 9,
    channels: 3,
    data: Uint8Array.from(data, (value) => (value + 0.5) * 255),
  }

  it('finds no difference where the way back undoes the way there', async () => {
    const negative = eachValue((value) => -value)
    const { reconstructed, difference, metrics } = await cyclePicture(negative, negative, pixels)
    expect(reconstructed).toEqual(pixels)
    expect(difference).toEqual({ width: 14, height: 9, channels: 3, data: new Uint8Array(14 * 9 * 3) })
    expect(metrics).toEqual({ l1: 0, psnr: null, ssim: 1 })
  })

  it('hands on what the first network gave, not the rounded picture', async () => {
    // The whole of G(x) lies within two steps of 8 bits: rounded, it would be lost.
    const fine = 2 / 255
    const { translated, metrics } = await cyclePicture(
      eachValue((value) => value * fine),
      eachValue((value) => value / fine),
      pixels,
    )
    expect(new Set(translated.data).size).toBeLessThanOrEqual(3)
    expect(metrics.l1).toBeLessThan(1e-6)
  })

  it('tells after each pass, and stops when it is told to', async () => {
    const passes: number[] = []
    const same = eachValue((value) => value)
    await cyclePicture(same, same, pixels, { onPass: (done) => void passes.push(done) })
    expect(passes).toEqual([1, 2])
    const never: Program = { ...same, run: () => Promise.reject(new Error('ran')) }
    const stop = { onPass: () => Promise.reject(new Error('stopped')) }
    await expect(cyclePicture(same, never, pixels, stop)).rejects.toThrow('stopped')
  })
})

describe('a change that is carried to full size', () => {
  it('has a margin that mirrors the picture on all sides, and leaves nothing of it', () => {
    fc.assert(
      fc.property(pictures, fc.integer({ min: 0, max: 30 }), (pixels, margin) => {
        const x = toTensor(pixels)
        const { width, height } = pixels
        const around = addMargin(x, margin)
        expect(around.shape).toEqual([1, 3, height + 2 * margin, width + 2 * margin])
        expect(crop(around, height, width, margin)).toEqual(x)
        if (margin === 0 || width === 1) return
        const row = margin * (width + 2 * margin)
        expect(around.data[row + margin - 1]).toBe(around.data[row + margin + 1])
      }),
    )
  })

  // Lines along the edges of skies, a few pixels of the working size from them.
  it('shows nothing of what a network does at its borders', async () => {
    const ring = 16
    const program: Program = {
      run: async ({ shape, data }) => {
        const [, , height, width] = shape
        const inside = (place: number, length: number) => place >= ring && place < length - ring
        return {
          shape,
          data: data.map((value, i) =>
            inside(i % width, width) && inside(Math.floor(i / width) % height, height) ? value : -value,
          ),
        }
      },
      release: async () => {},
    }
    const next = linearCongruence(3)
    const data = Uint8Array.from({ length: 40 * 30 * 3 }, () => 255 * next())
    for (const texture of [false, true]) {
      const pixels: Pixels = { width: 40, height: 30, channels: 3, data }
      const { coefficients } = await changePicture(program, pixels, { texture })
      const { coefficients: none } = await changePicture(
        eachValue((value) => value),
        pixels,
        { texture },
      )
      expect(coefficients).toEqual(none)
    }
  })
})
