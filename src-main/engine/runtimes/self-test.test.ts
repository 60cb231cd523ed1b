import { describe, expect, it } from 'vitest'
import { OnnxRuntime } from './onnx/runtime.ts'
import type { Runtime } from './runtime.ts'
import { selfTest, tolerance } from './self-test.ts'

const runtime = new OnnxRuntime()

/** A runtime whose every value is off by so much. */
function skewed(by: number): Runtime {
  return {
    name: 'skewed',
    version: async () => '1',
    compile: async (graph, weights) => {
      const program = await runtime.compile(graph, weights)
      return {
        run: async (input) => {
          const { shape, data } = await program.run(input)
          return { shape, data: data.map((value) => value + by) }
        },
        release: () => program.release(),
      }
    },
  }
}

describe('the self-test', () => {
  it('finds that ONNX Runtime computes as PyTorch does', async () => {
    expect(await selfTest(runtime)).toBeLessThan(1e-5)
  })

  it('finds out a runtime that computes wrongly', async () => {
    expect(await selfTest(skewed(1e-3))).toBeGreaterThan(tolerance)
    expect(await selfTest(skewed(Number.NaN))).toBeNaN()
  })
})
