import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import { largestDifference, linearCongruence, numberedTensor } from '../../testing/numbers.ts'
import { convolve } from '../../testing/reference.ts'
import { lowerStep } from './lower.ts'
import { OnnxRuntime } from './runtime.ts'

describe("a convolution's channels", () => {
  const runtime = new OnnxRuntime()

  it.each([
    [6, 4, true],
    [9, 8, true],
    [15, 4, true],
    [3, 4, false],
    [12, 4, false],
    [6, 5, false],
    [7, 8, false],
  ])('%i to %i are filled up where WebGPU needs it, and the result stays', async (into, out, filled) => {
    const numbers = linearCongruence(into)
    const x = numberedTensor([2, into, 5, 7], numbers)
    const w = numberedTensor([out, into, 3, 3], numbers)
    const b = { shape: [out], data: Float32Array.from({ length: out }, numbers) }
    const graph = new GraphBuilder()
    const inputs = Object.entries({ x, w, b }).map(([name, { shape }]) => graph.input(name, shape))
    const y = graph.node('y', { kind: 'convolution', stride: 1, padding: 1 }, ...inputs)
    const step = { graph: graph.build(y), updates: new Map<string, string>() }
    expect(Buffer.from(lowerStep(step)).includes('by-fours')).toBe(filled)
    const program = await runtime.compileStep(step, {})
    const { y: values } = await program.run({ x: x.data, w: w.data, b: b.data })
    expect(largestDifference(values!, convolve(x, w, b, 1, 1).data)).toBeLessThan(2e-5)
    await program.release()
  })
})
