/** A style's change carried to full resolution: both halves of the guided filter, in the engine and beside it. */
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGenerator } from '../../src-main/engine/networks/generator.ts'
import type { LocalChange, Pixels, Tensor } from '../../src-main/engine/protocol.ts'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { largestDifference, linearCongruence } from '../../src-main/engine/testing/numbers.ts'
import { fitLocalChange } from '../../src-main/engine/translate/local-change.ts'
import { translateTensor } from '../../src-main/engine/translate/translate.ts'
import { toTensor } from '../../src-main/engine/translate/pixels.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { applyChange, applyChangeToRows } from '../../src-main/photos/apply-change.ts'
import { decodePhoto } from '../../src-main/photos/decode.ts'

const root = join(import.meta.dirname, '../..')

type Depth = 8 | 16
const fullRange = (depth: Depth): number => (depth === 16 ? 65535 : 255)

/** A photo whose every pixel follows from its place, R, G, B in 0…1. */
function paint(
  width: number,
  height: number,
  depth: Depth,
  colour: (x: number, y: number) => readonly [number, number, number],
  channels: 3 | 4 = 3,
): Pixels {
  const count = width * height * channels
  const data = depth === 16 ? new Uint16Array(count) : new Uint8Array(count)
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = colour(i % width, Math.floor(i / width))
    const alpha = (i % 7) / 7
    ;[r, g, b, alpha].slice(0, channels).forEach((value, channel) => {
      data[i * channels + channel] = Math.round(Math.min(1, Math.max(0, value)) * fullRange(depth))
    })
  }
  return { width, height, channels, data }
}

/** Means over squares of `factor` pixels, which must divide the size; as the network would see the photo. */
function reduce(photo: Pixels, factor: number): Tensor {
  const { shape, data } = toTensor(photo)
  const [width, height] = [photo.width / factor, photo.height / factor]
  const reduced = new Float32Array(3 * width * height)
  for (let i = 0; i < data.length; i++) {
    const [x, row] = [i % photo.width, Math.floor(i / photo.width)]
    const [y, channel] = [row % shape[2], Math.floor(row / shape[2])]
    const to = (channel * height + Math.floor(y / factor)) * width + Math.floor(x / factor)
    reduced[to] = (reduced[to] ?? 0) + (data[i] ?? 0) / factor ** 2
  }
  return { shape: [1, 3, height, width], data: reduced }
}

/** A style that does this to every value, in [−1, 1]. */
function styled({ shape, data }: Tensor, change: (value: number, channel: number) => number): Tensor {
  const plane = data.length / 3
  return { shape, data: data.map((value, i) => change(value, Math.floor(i / plane))) }
}

async function carried(photo: Pixels, change: LocalChange, strength = 1): Promise<Pixels> {
  const copy = { ...photo, data: photo.data.slice() }
  await applyChange(copy, change, { strength })
  return copy
}

/** Smooth regions, textures and single pixels. */
function texture(seed: number): (x: number, y: number) => readonly [number, number, number] {
  const next = linearCongruence(seed)
  return (x, y) => {
    const base = 0.4 + 0.25 * Math.sin(x / 9) * Math.cos(y / 13)
    return [base + 0.15 * next(), 0.9 * base + 0.15 * next(), 0.7 * base + 0.1 * next()]
  }
}

const photos = fc
  .record({
    columns: fc.integer({ min: 1, max: 12 }),
    rows: fc.integer({ min: 1, max: 12 }),
    factor: fc.integer({ min: 1, max: 6 }),
    depth: fc.constantFrom<Depth>(8, 16),
    channels: fc.constantFrom<3 | 4>(3, 4),
    seed: fc.nat(1000),
  })
  .map(({ columns, rows, factor, depth, channels, seed }) => {
    const photo = paint(columns * factor, rows * factor, depth, texture(seed), channels)
    return { photo, reduced: reduce(photo, factor) }
  })

describe('a change carried to full resolution', () => {
  it('is none where the style changes nothing, at any size and depth', async () => {
    await fc.assert(
      fc.asyncProperty(photos, async ({ photo, reduced }) => {
        expect(await carried(photo, fitLocalChange(reduced, reduced))).toEqual(photo)
      }),
    )
  })

  it('keeps alpha, and does nothing at strength 0', async () => {
    await fc.assert(
      fc.asyncProperty(photos, async ({ photo, reduced }) => {
        const change = fitLocalChange(
          reduced,
          styled(reduced, (value) => -value),
        )
        const alpha = ({ data, channels }: Pixels) => data.filter((_, i) => i % channels === 3)
        expect(alpha(await carried(photo, change))).toEqual(alpha(photo))
        expect(await carried(photo, change, 0)).toEqual(photo)
      }),
    )
  })

  it.each([8, 16] as const)('carries a shift of colour exactly, %i bit', async (depth) => {
    const photo = paint(96, 60, depth, texture(1))
    const shifts = [0.11, -0.06, 0.02]
    const reduced = reduce(photo, 6)
    const change = fitLocalChange(
      reduced,
      styled(reduced, (value, channel) => value + 2 * (shifts[channel] ?? 0)),
    )
    const { data } = await carried(photo, change)
    const full = fullRange(depth)
    const wanted = Array.from(photo.data, (value, i) => Math.min(full, value + (shifts[i % 3] ?? 0) * full))
    // Rounding, and in 16 bits the tensors' single precision.
    expect(largestDifference(data, wanted)).toBeLessThan(depth === 8 ? 0.501 : 0.52)
  })

  it('carries a gain of contrast within one step of 255', async () => {
    const photo = paint(120, 96, 16, texture(2))
    const reduced = reduce(photo, 6)
    for (const gain of [0.8, 1.15]) {
      const change = fitLocalChange(
        reduced,
        styled(reduced, (value) => gain * (value + 1) - 1),
      )
      const { data } = await carried(photo, change)
      const wanted = Array.from(photo.data, (value) => gain * value)
      expect(largestDifference(data, wanted) / 257).toBeLessThan(1)
    }
  })

  it('does not depend on how the photo is cut into rows', () => {
    const photo = paint(66, 54, 16, texture(3))
    const reduced = reduce(photo, 6)
    const next = linearCongruence(4)
    const change = fitLocalChange(
      reduced,
      styled(reduced, (value) => 0.7 * value + 0.2 * next()),
    )
    const inBands = (count: number) => {
      const data = photo.data.slice()
      for (let first = 0; first < photo.height; first += count) {
        const rows = data.subarray(first * 198, Math.min(photo.height, first + count) * 198)
        applyChangeToRows({ ...photo, first, data: rows }, change, 1)
      }
      return data
    }
    const whole = inBands(54)
    for (const count of [1, 7, 53]) expect(inBands(count)).toEqual(whole)
  })

  it('stops when it is cancelled', async () => {
    const photo = paint(8, 8, 8, texture(5))
    const change = fitLocalChange(reduce(photo, 1), reduce(photo, 1))
    const signal = AbortSignal.abort()
    await expect(applyChange(photo, change, { strength: 1, signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('what a brush paints', () => {
  const [factor, columns, rows] = [4, 60, 48]
  const photo = paint(columns * factor, rows * factor, 16, texture(7))
  const reduced = reduce(photo, factor)
  /** As strokes across the photo; nothing of it tells where they lie. */
  const painted = (pattern: (x: number, y: number) => number): Tensor => {
    const data = reduced.data.map((value, i) => {
      const pixel = i % (columns * rows)
      return 0.6 * value + 0.2 * pattern(pixel % columns, Math.floor(pixel / columns))
    })
    return { shape: reduced.shape, data }
  }
  const strokes = (x: number, y: number): number => Math.sin((x + 2 * y) / 3)

  /** How much of a pattern arrives: 1 all of it, 0 nothing. */
  const arrived = async (pattern: (x: number, y: number) => number, texture: boolean): Promise<number> => {
    const carry = async (after: Tensor) => {
      const change = fitLocalChange(reduced, after, { texture })
      return reduce(await carried(photo, change), factor).data
    }
    const [plain, patterned] = [await carry(painted(() => 0)), await carry(painted(pattern))]
    let [product, square] = [0, 0]
    patterned.forEach((value, i) => {
      const pixel = i % (columns * rows)
      const wanted = 0.2 * pattern(pixel % columns, Math.floor(pixel / columns))
      product += (value - (plain[i] ?? 0)) * wanted
      square += wanted * wanted
    })
    return product / square
  }

  it('is carried where that is wanted, and fades where it is not', async () => {
    expect(await arrived(strokes, true)).toBeGreaterThan(0.6)
    expect(await arrived(strokes, false)).toBeLessThan(0.3)
  })

  it('is no place for detail finer than the brush, but the photo’s colours stay', async () => {
    const { data } = await carried(photo, fitLocalChange(reduced, reduced, { texture: true }))
    const detail = (samples: Pixels['data']) => localContrast({ ...photo, data: samples })
    expect(detail(data) / detail(photo.data)).toBeLessThan(0.7)
    expect(detail(data) / detail(photo.data)).toBeGreaterThan(0.35)
    expect(largestDifference(reduce({ ...photo, data }, factor).data, reduced.data)).toBeLessThan(0.1)
  })

  it.each([
    [2, 0],
    [4, 0],
    [4, 1],
  ])('leaves behind the grid of %i pixels that networks paint, shifted by %i', async (period, shift) => {
    const wave = (place: number): number => Math.cos((2 * Math.PI * (place + shift)) / period)
    const grid = (x: number, y: number): number => wave(x) + wave(y)
    expect(Math.abs(await arrived(grid, true))).toBeLessThan(0.05)
  })
})

describe('where a style darkens one side of a hard edge and lightens the other', () => {
  const [width, height, factor] = [600, 120, 6]
  /** Within a pixel of the network's, so that one of its pixels lies on both sides. */
  const edge = 303

  it.each([
    [0.15, 0.02],
    [0.3, 0.02],
    [0.5, 0.02],
    [0.3, 0.06],
  ])(
    'the edge of contrast %d, with grain of %d, keeps its place and has no halo',
    async (contrast, grain) => {
      const next = linearCongruence(6)
      const photo = paint(width, height, 16, (x) => {
        const value = (x < edge ? 0.3 : 0.3 + contrast) + 3.46 * grain * (next() - 0.5)
        return [value, value, value]
      })
      const wanted = photo.data.map((value, i) => value + 65535 * ((i / 3) % width < edge ? -0.15 : 0.1))
      const change = fitLocalChange(reduce(photo, factor), reduce({ ...photo, data: wanted }, factor))
      const { data } = await carried(photo, change)
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (let y = 0; y < height; y++) {
          const i = (y * width + x) * 3
          sum += (data[i] ?? 0) - (wanted[i] ?? 0)
        }
        // In steps of 255; a change that leaked across would be off by up to 64.
        expect(Math.abs(sum / height / 257), `column ${x}`).toBeLessThan(3)
      }
    },
  )
})

describe('a ramp of 16 bits', () => {
  it('stays a ramp: no step back, no bands', async () => {
    const photo = paint(4096, 16, 16, (x) => {
      const value = 0.05 + (0.7 * x) / 4095
      return [value, value, 0.8 * value]
    })
    const reduced = reduce(photo, 4)
    // Darker shadows, a bluish tint: a curve, which no one straight line is.
    const change = fitLocalChange(
      reduced,
      styled(reduced, (value, channel) => 2 * ((value + 1) / 2) ** 1.3 - 1 + 0.03 * channel),
    )
    const { data } = await carried(photo, change)
    for (let channel = 0; channel < 3; channel++) {
      const row = Array.from({ length: 4096 }, (_, x) => data[x * 3 + channel] ?? 0)
      expect(row.every((value, x) => x === 0 || value >= (row[x - 1] ?? 0))).toBe(true)
      expect(new Set(row).size).toBeGreaterThan(3500)
    }
  })
})

/** Mean of |luminance − its mean over 7 × 7 pixels|, a row in three: how much fine detail a picture has. */
function localContrast({ width, height, channels, data }: Pixels): number {
  const luminance = Float64Array.from({ length: width * height }, (_, i) => {
    const at = i * channels
    return 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0)
  })
  let [sum, count] = [0, 0]
  for (let y = 3; y < height - 3; y += 3) {
    for (let x = 3; x < width - 3; x++) {
      let around = 0
      for (let dy = -3; dy <= 3; dy++) {
        for (let dx = -3; dx <= 3; dx++) around += luminance[(y + dy) * width + x + dx] ?? 0
      }
      sum += Math.abs((luminance[y * width + x] ?? 0) - around / 49)
      count++
    }
  }
  return sum / count
}

describe('the samples in the style that ships', () => {
  it.each(['picosdeeuropa', 'seeding', 'sunset'])('%s keeps its fine detail within a tenth', async (name) => {
    const model = await openModelFolder(join(root, 'models/summer-winter'), true)
    const program = await new OnnxRuntime().compile(
      buildGenerator(model.card.architecture),
      await model.weights('AtoB'),
    )
    const path = join(root, 'samples', `${name}.jpg`)
    const before = toTensor(await decodePhoto(path, { longSide: model.card.workingSize }))
    const change = fitLocalChange(before, await translateTensor(program, before))
    await program.release()
    const photo = await decodePhoto(path, {})
    const ratio = localContrast(await carried(photo, change)) / localContrast(photo)
    expect(ratio).toBeGreaterThan(0.9)
    expect(ratio).toBeLessThan(1.1)
  })
})
