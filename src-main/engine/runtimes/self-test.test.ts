import { describe, expect, it } from 'vitest'
import { OnnxRuntime } from './onnx/runtime.ts'
import type { Runtime } from './runtime.ts'
import { examineRuntime, selfTest } from './self-test.ts'

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
    const { difference, passed } = await selfTest(runtime)
    expect(difference).toBeLessThan(1e-5)
    expect(passed).toBe(true)
  })

  it('finds out a runtime that computes wrongly', async () => {
    expect((await selfTest(skewed(1e-3))).passed).toBe(false)
    expect(await selfTest(skewed(Number.NaN))).toMatchObject({ passed: false })
    expect(await examineRuntime(skewed(1e-3))).toMatchObject({ available: true, passed: false })
  })

  it('reports a runtime by name and version', async () => {
    expect(await examineRuntime(runtime)).toMatchObject({
      name: 'onnxruntime-cpu',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      available: true,
      passed: true,
      reason: null,
    })
  })

  it('reports a runtime that is not there', async () => {
    const missing: Runtime = {
      ...skewed(0),
      version: () => Promise.reject(new Error('cannot open shared object file')),
    }
    expect(await examineRuntime(missing)).toMatchObject({
      available: false,
      selfTestDifference: null,
      passed: false,
      reason: 'cannot open shared object file',
    })
  })
})
