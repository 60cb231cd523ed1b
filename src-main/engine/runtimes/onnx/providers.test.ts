import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import { OnnxRuntime } from './runtime.ts'

describe('a runtime', () => {
  it('has the name of what it computes with', () => {
    expect(new OnnxRuntime().name).toBe('onnxruntime-cpu')
    expect(new OnnxRuntime('directml').name).toBe('onnxruntime-directml')
  })

  it('tells its version where it can compute', async () => {
    expect(await new OnnxRuntime().version()).toMatch(/^\d+\.\d+\.\d+/)
  })

  it.skipIf(process.platform !== 'linux').each([
    ['directml', 'This build of ONNX Runtime has no DirectML'],
    ['coreml', 'This build of ONNX Runtime has no CoreML'],
  ] as const)('says on Linux why it cannot: %s', async (provider, reason) => {
    await expect(new OnnxRuntime(provider).version()).rejects.toThrow(reason)
  })

  it.skipIf(process.platform !== 'linux')('says that there is no graphics card', async () => {
    process.env['VK_ICD_FILENAMES'] = process.env['VK_DRIVER_FILES'] = '/no/driver.json'
    await expect(new OnnxRuntime('webgpu').version()).rejects.toThrow(
      /^(WebGPU finds no graphics card that it can use|This build of ONNX Runtime has no WebGPU)$/,
    )
  })

  it('does not train through CoreML, and says so', async () => {
    const graph = new GraphBuilder()
    const y = graph.node('y', { kind: 'tanh' }, graph.input('x', [1]))
    const step = { graph: graph.build(y), updates: new Map<string, string>() }
    await expect(new OnnxRuntime('coreml').compileStep(step, {})).rejects.toThrow(
      'Training does not run on CoreML',
    )
  })
})
