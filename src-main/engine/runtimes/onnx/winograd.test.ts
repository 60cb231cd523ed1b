import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addGradients } from '../../graph/gradient.ts'
import { GraphBuilder } from '../../graph/graph.ts'
import type { Values } from '../runtime.ts'
import { linearCongruence } from '../../testing/numbers.ts'
import { OnnxRuntime } from './runtime.ts'
import { lowerStep } from './lower.ts'

const runtime = new OnnxRuntime()

interface Sizes {
  readonly batch: number
  readonly into: number
  readonly out: number
  readonly height: number
  readonly width: number
}

/** A mirrored border and a convolution with their gradients; something between the two keeps them apart. */
function residualHalf({ batch, into, out, height, width }: Sizes, apart: boolean) {
  const graph = new GraphBuilder()
  const x = graph.input('x', [batch, into, height, width])
  const w = graph.input('w', [out, into, 3, 3])
  const b = graph.input('b', [out])
  const padded = graph.node('padded', { kind: 'reflection-pad', padding: 1 }, x)
  const source = apart ? graph.node('same', { kind: 'scale', factor: 1 }, padded) : padded
  const y = graph.node('y', { kind: 'convolution', stride: 1, padding: 0 }, source, w, b)
  const bent = graph.node('bent', { kind: 'tanh' }, y)
  const gradients = addGradients(graph, graph.node('loss', { kind: 'mean-squared-error', target: 1 }, bent), [
    x,
    w,
  ])
  return { graph: graph.build(y, ...gradients.values()), updates: new Map<string, string>() }
}

async function runOnce(
  step: ReturnType<typeof residualHalf>,
  inputs: Values,
): Promise<readonly Float32Array[]> {
  const program = await runtime.compileStep(step, {})
  try {
    const values = await program.run(inputs)
    return step.graph.outputs.map((name) => values[name]!)
  } finally {
    await program.release()
  }
}

function relativeDifference(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length)
  const most = b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0) / most
}

describe("Winograd's convolution", () => {
  const tiles = fc.integer({ min: 1, max: 4 }).map((count) => 4 * count)
  const channels = fc.integer({ min: 64, max: 80 })
  const sizes = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    into: channels,
    out: channels,
    height: tiles,
    width: tiles,
  })

  it('gives what the plain one gives, and the same gradients', () =>
    fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const { batch, into, out, height, width } = size
        const numbers = linearCongruence(5)
        const random = (count: number) => Float32Array.from({ length: count }, () => numbers() - 0.5)
        const inputs = {
          x: random(batch * into * height * width),
          w: random(out * into * 9).map((value) => value / 10),
          b: random(out),
        }
        const plain = await runOnce(residualHalf(size, true), inputs)
        const ours = await runOnce(residualHalf(size, false), inputs)
        ours.forEach((values, i) => expect(relativeDifference(values, plain[i]!)).toBeLessThan(3e-5))
      }),
      { numRuns: 15 },
    ))

  it('is taken for wide layers of whole tiles only', () => {
    const taken = (size: Sizes) =>
      Buffer.from(lowerStep(residualHalf(size, false))).includes('winograd.kernel')
    const wide = { batch: 1, into: 64, out: 64, height: 8, width: 8 }
    expect(taken(wide)).toBe(true)
    expect(taken({ ...wide, into: 63 })).toBe(false)
    expect(taken({ ...wide, width: 10 })).toBe(false)
  })
})
