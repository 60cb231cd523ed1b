import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildGenerator } from '../networks/generator.ts'
import { partOf, putPart } from '../picture-parts.ts'
import type { Pixels, Weights } from '../protocol.ts'
import { randomAt } from '../random.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import type { Program, StageRuntime } from '../runtimes/runtime.ts'
import { largestDifference, linearCongruence, numberedWeights } from '../testing/numbers.ts'
import { translateNative } from './native.ts'
import type { NativeOptions, NativeNetwork } from './native.ts'
import type { PhotoParts } from './photo-source.ts'
import { translatePicture } from './translate.ts'

const runtime = new OnnxRuntime()
const graph = buildGenerator({ ngf: 4, blocks: 2 })
let network: NativeNetwork
/** The network in a single pass. */
let single: Program

beforeAll(async () => {
  const weights = numberedWeights(graph.parameters, linearCongruence(5))
  network = { graph, weights }
  single = await runtime.compile(graph, weights)
})

/** 16 bits deep, so that the picture shows differences of a 65,535th of the range; shapes, and noise on them. */
function picture(width: number, height: number, channels: 3 | 4 = 3, seed = 1): Pixels {
  const noise = linearCongruence(seed)
  const data = Uint16Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    const shape = Math.sin(x / 9 + seed) * Math.cos(y / 13) + (x > y ? 0.5 : -0.5)
    return 32768 + 15000 * shape + 8000 * (noise() - 0.5)
  })
  return { width, height, channels, data }
}

interface Outcome {
  readonly result: Pixels
  readonly report: Awaited<ReturnType<typeof translateNative>>
  readonly written: number
}

async function translate(
  pixels: Pixels,
  options: Partial<NativeOptions> & { tile: number },
  on: {
    readonly runtime?: StageRuntime
    readonly photo?: Partial<PhotoParts>
  } = {},
): Promise<Outcome> {
  const result: Pixels = { ...pixels, data: pixels.data.slice().fill(0) }
  let written = 0
  const photo: PhotoParts = {
    ...{ width: pixels.width, height: pixels.height },
    read: async (rect) => partOf(pixels, rect),
    write: (rect, part) => {
      expect([part.width, part.height]).toEqual([rect.right - rect.left, rect.bottom - rect.top])
      putPart(result, rect, part)
      written += part.width * part.height
    },
    ...on.photo,
  }
  const report = await translateNative(on.runtime ?? runtime, network, photo, {
    whole: options.tile ** 2,
    statistics: 'exact',
    random: randomAt(0, 'measured-crops', 0),
    onWork: () => undefined,
    ...options,
  })
  return { result, report, written }
}

/** In shares of the full range. */
const apart = (a: Pixels, b: Pixels): number => largestDifference(a.data, b.data) / 65535

describe('a photo at its own size', () => {
  it('is what a single pass gives when norms are measured on all of it, whatever the tiles', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 260 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 6, max: 60 }),
        fc.constantFrom(3 as const, 4 as const),
        async (width, height, step, channels) => {
          const pixels = picture(width, height, channels)
          const { result, written } = await translate(pixels, { tile: 4 * step })
          expect(written).toBe(width * height)
          expect(apart(result, await translatePicture(single, pixels))).toBeLessThan(5e-4)
        },
      ),
      {
        numRuns: 15,
        examples: [
          [1, 500, 10, 3],
          [261, 3, 25, 4],
          [97, 203, 24, 3],
          [64, 64, 16, 3],
        ],
      },
    )
  })

  it('passes through the network at once, if it fits', async () => {
    const pixels = picture(61, 40)
    const { result, report } = await translate(pixels, { tile: 64, statistics: 'sampled' })
    expect(result).toEqual(await translatePicture(single, pixels))
    expect(report).toEqual({ tile: 64, tiles: 1, halvings: 0 })
  })

  it('makes no noise of a photo of one colour', async () => {
    const [width, height] = [800, 600]
    const data = new Uint16Array(width * height * 3).fill(49_000)
    const { result } = await translate(
      { width, height, channels: 3, data },
      { tile: 200, statistics: 'sampled' },
    )
    const inside = Array.from({ length: 300 }, (_, x) => result.data[(300 * width + 250 + x) * 3] ?? 0)
    expect((Math.max(...inside) - Math.min(...inside)) / 65535).toBeLessThan(2e-3)
  })

  it('makes no noise of a photo of one colour in 8 bits either', async () => {
    const [width, height] = [400, 300]
    const data = new Uint16Array(width * height * 3).fill(49_000)
    const pixels: Pixels = { width, height, channels: 3, data }
    const { result, report } = await translate(pixels, { tile: 120, statistics: 'sampled', draft: true })
    expect(report.tiles).toBeGreaterThan(4)
    const inside = Array.from({ length: 200 }, (_, x) => result.data[(150 * width + 100 + x) * 3] ?? 0)
    expect((Math.max(...inside) - Math.min(...inside)) / 65535).toBeLessThan(1 / 255)
  })

  it('is near to itself in 8 bits, also with exact statistics', async () => {
    const pixels = picture(300, 220)
    for (const statistics of ['sampled', 'exact'] as const) {
      const [full, draft] = [
        await translate(pixels, { tile: 120, statistics }),
        await translate(pixels, { tile: 120, statistics, draft: true }),
      ]
      expect(draft.report).toEqual(full.report)
      expect(draft.result).not.toEqual(full.result)
      // A network of random weights enlarges what is rounded; one that has learned does not.
      let sum = 0
      full.result.data.forEach((value, i) => (sum += Math.abs(value - (draft.result.data[i] ?? 0))))
      expect(sum / full.result.data.length / 65535).toBeLessThan(0.02)
    }
  })

  it('keeps depth and alpha', async () => {
    const deep = picture(150, 170, 4)
    const data = Uint8Array.from(deep.data, (value) => value >> 8)
    for (const pixels of [deep, { ...deep, data }]) {
      const { result, report } = await translate(pixels, { tile: 112, statistics: 'sampled' })
      expect(report.tiles).toBeGreaterThan(3)
      expect(result.data.constructor).toBe(pixels.data.constructor)
      const alpha = (samples: Pixels['data']) => samples.filter((_, i) => i % 4 === 3)
      expect(alpha(result.data)).toEqual(alpha(pixels.data))
    }
  })

  it('comes out the same each time', async () => {
    const once = () => translate(picture(300, 200), { tile: 112, statistics: 'sampled' })
    expect((await once()).result).toEqual((await once()).result)
  })
})

describe('a photo in tiles', () => {
  /** A machine whose memory holds so many pixels at once. */
  function small(most: number): { runtime: StageRuntime; sizes: number[] } {
    const sizes: number[] = []
    const limited = (program: Program): Program => ({
      run: async (input) => {
        const pixels = input.shape[2] * input.shape[3]
        sizes.push(pixels)
        if (pixels > most)
          throw new Error('Failed to allocate memory for requested buffer of size 1073741824')
        return program.run(input)
      },
      release: () => program.release(),
    })
    return {
      runtime: {
        name: 'small',
        version: () => runtime.version(),
        compile: async (...args) => limited(await runtime.compile(...args)),
        compileStage: (...args) => runtime.compileStage(...args),
      },
      sizes,
    }
  }

  it('has them halved when memory is short, goes on from the tile that failed, and says so', async () => {
    const mostPixels = 160 * 160
    const pixels = picture(700, 300)
    const machine = small(mostPixels)
    const whole: number[] = []
    const { result, report, written } = await translate(
      pixels,
      { tile: 600, onWork: (_, __, tile) => void whole.push(tile) },
      machine,
    )
    expect(written).toBe(700 * 300)
    expect(report.halvings).toBeGreaterThan(1)
    expect(report.tile).toBeLessThan(160)
    expect(whole.at(-1)).toBe(report.tile)
    // After the halvings nothing is tried again that did not fit.
    const lastRefused = machine.sizes.findLastIndex((size) => size > mostPixels)
    expect(lastRefused).toBe(report.halvings - 1)
    expect(apart(result, await translatePicture(single, pixels))).toBeLessThan(5e-4)
  })

  it('gives up where even small ones do not fit', async () => {
    await expect(translate(picture(700, 300), { tile: 400 }, small(1000))).rejects.toThrow(
      'Failed to allocate',
    )
  })

  it('tells after each of them how far it is, and stops when it is told to', async () => {
    const shares: number[] = []
    const pixels = picture(400, 300)
    const { report } = await translate(pixels, {
      ...{ tile: 116, statistics: 'sampled' },
      onWork: (done, total) => void shares.push(done / total),
    })
    expect(shares.length).toBeGreaterThan(report.tiles)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBeCloseTo(1, 6)

    let tiles = 0
    const stopped = translate(
      pixels,
      {
        ...{ tile: 116, statistics: 'sampled' },
        onWork: (done, total) => {
          if (done / total > 0.6) throw new Error('stopped')
        },
      },
      { photo: { write: () => (tiles += 1) } },
    )
    await expect(stopped).rejects.toThrow('stopped')
    expect(tiles).toBeLessThan(report.tiles)
  })

  it('reads no part larger than a tile, and none outside the photo', async () => {
    const pixels = picture(501, 203)
    await translate(
      pixels,
      { tile: 112, statistics: 'sampled' },
      {
        photo: {
          read: async (rect) => {
            expect(Math.min(rect.left, rect.top)).toBeGreaterThanOrEqual(0)
            expect([rect.right <= 501, rect.bottom <= 203, rect.right > rect.left]).toEqual([
              true,
              true,
              true,
            ])
            return partOf(pixels, rect)
          },
        },
      },
    )
  })
})

describe('weights', () => {
  it('of a network taken to pieces are not touched', async () => {
    const before: Weights = structuredClone(network.weights)
    await translate(picture(200, 200), { tile: 100 })
    expect(network.weights).toEqual(before)
  })
})
