import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import type { Range, Ranges } from '../../protocol.ts'
import { linearCongruence, numberedTensor } from '../../testing/numbers.ts'
import { convolve } from '../../testing/reference.ts'
import { OnnxRuntime } from './runtime.ts'

const runtime = new OnnxRuntime()
const [into, out] = [5, 4]
const plane = 9 * 11

/** A convolution of 3×3 whose channels are of very different strengths, in single precision and in 8 bits. */
async function both(seed: number, shift: number) {
  const numbers = linearCongruence(seed)
  const x = numberedTensor([1, into, 9, 11], numbers)
  const w = numberedTensor([out, into, 3, 3], numbers)
  w.data.forEach((value, i) => {
    w.data[i] = value * 10 ** -Math.floor(i / (9 * into))
  })
  const b = { shape: [out], data: Float32Array.from({ length: out }, () => numbers() - 0.5 + shift) }
  const { data: exact } = convolve(x, w, b, 1, 1)
  const given = Array.from({ length: out }, (_, c) => rangeOf(exact.subarray(c * plane, (c + 1) * plane)))
  const ranges: Ranges = { y: { taken: rangeOf(x.data), given } }
  const graph = new GraphBuilder()
  const inputs = [
    graph.input('x', x.shape),
    graph.parameter('w', w.shape),
    graph.parameter('b', b.shape),
  ] as const
  const y = graph.node('y', { kind: 'convolution', stride: 1, padding: 1 }, ...inputs)
  const weights = { w: { dtype: 'F32', ...w }, b: { dtype: 'F32', ...b } } as const
  const program = await runtime.compile(graph.build(y), weights, ranges)
  const { data: rounded } = await program.run(x)
  await program.release()
  return { x, w, exact, rounded, ranges }
}

function rangeOf(numbers: Float32Array): Range {
  return { min: Math.min(...numbers), max: Math.max(...numbers) }
}

/** The width of one of 256 levels. */
const step = ({ min, max }: Range): number => (Math.max(0, max) - Math.min(0, min)) / 255

const absolute = (sum: number, value: number): number => sum + Math.abs(value)

describe('a convolution in 8 bits', () => {
  it('is as near as the widths of the levels allow, each channel by its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: -2, max: 2, noNaN: true }),
        async (seed, shift) => {
          const { w, exact, rounded, ranges } = await both(seed, shift)
          const { taken, given } = ranges['y']!
          given.forEach((range, c) => {
            const kernel = w.data.subarray(c * into * 9, (c + 1) * into * 9)
            const coarse = Math.max(...kernel.map(Math.abs)) / 64
            const most =
              0.51 * step(range) +
              0.51 * step(taken) * kernel.reduce(absolute, 0) +
              0.51 * coarse * into * 9 * 0.5 +
              // The zero points are whole, too.
              step(range) +
              step(taken) * kernel.reduce(absolute, 0)
            for (let i = c * plane; i < (c + 1) * plane; i++)
              expect(Math.abs((rounded[i] ?? 0) - (exact[i] ?? 0))).toBeLessThan(most)
          })
        },
      ),
      { numRuns: 20 },
    )
  })

  it('gives no more than 256 numbers in a channel', async () => {
    const { exact, rounded } = await both(3, 0)
    expect(rounded).not.toEqual(exact)
    const levels = new Set(rounded.subarray(0, plane)).size
    expect(levels).toBeLessThan(new Set(exact.subarray(0, plane)).size)
    expect(levels).toBeGreaterThan(30)
  })

  it('cuts off what lies beyond the ranges', async () => {
    const { x, w, exact, ranges } = await both(5, 0)
    const graph = new GraphBuilder()
    const inputs = [graph.input('x', x.shape), graph.parameter('w', w.shape)] as const
    const y = graph.node('y', { kind: 'convolution', stride: 1, padding: 1 }, ...inputs)
    const half = ranges['y']!.given.map(({ min, max }) => ({ min: min / 2, max: max / 2 }))
    const program = await runtime.compile(
      graph.build(y),
      { w: { dtype: 'F32', ...w } },
      { y: { ...ranges['y']!, given: half } },
    )
    const { data } = await program.run(x)
    await program.release()
    expect(Math.max(...data.subarray(0, plane))).toBeLessThanOrEqual(half[0]!.max + 1e-6)
    expect(Math.max(...exact.subarray(0, plane))).toBeGreaterThan(half[0]!.max)
  })
})
