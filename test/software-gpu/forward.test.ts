import { beforeAll, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../src-main/engine/graph/graph.ts'
import {
  convolution,
  instanceNorm,
  reflectionPad,
  relu,
  residual,
  sequence,
} from '../../src-main/engine/graph/layers.ts'
import { symbolic } from '../../src-main/engine/graph/shape.ts'
import { buildGenerator } from '../../src-main/engine/networks/generator.ts'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import type { ShapedValues } from '../../src-main/engine/runtimes/runtime.ts'
import { selfTest, tolerance } from '../../src-main/engine/runtimes/self-test.ts'
import {
  largestDifference,
  linearCongruence,
  numberedTensor,
  numberedWeights,
} from '../../src-main/engine/testing/numbers.ts'
import { cutAtNorms } from '../../src-main/engine/translate/stages.ts'
import { holdDevice, missing, withSoftwareGpu } from './with-software-gpu.ts'

const [cpu, webgpu] = [new OnnxRuntime(), new OnnxRuntime('webgpu')]

describe.skipIf(!withSoftwareGpu)(`WebGPU in software${missing}`, () => {
  beforeAll(() => holdDevice(webgpu))

  it('passes the self-test', async () => {
    expect(await selfTest(webgpu)).toBeLessThanOrEqual(tolerance)
  })

  it('gives the pictures that the CPU gives, whatever their size', async () => {
    const graph = buildGenerator({ ngf: 8, blocks: 1 })
    const weights = numberedWeights(graph.parameters, linearCongruence(1))
    const programs = [await cpu.compile(graph, weights), await webgpu.compile(graph, weights)] as const
    for (const shape of [
      [1, 3, 20, 28],
      [2, 3, 12, 8],
    ] as const) {
      const input = numberedTensor(shape, linearCongruence(2))
      const [expected, ours] = [await programs[0].run(input), await programs[1].run(input)]
      expect(ours.shape).toEqual(shape)
      expect(largestDifference(ours.data, expected.data)).toBeLessThan(1e-4)
    }
    for (const program of programs) await program.release()
    await expect(programs[1].run(numberedTensor([1, 3, 8, 8], linearCongruence(2)))).rejects.toThrow(
      'released',
    )
  })

  it('runs a network in stages', async () => {
    const half = [reflectionPad(1), convolution(4, 3), instanceNorm]
    const layers = sequence([...half, relu, residual('block', sequence(half)), convolution(3, 3)])
    const graph = new GraphBuilder()
    const picture = graph.input('picture', [symbolic('batch'), 3, symbolic('height'), symbolic('width')])
    const { stages, input } = cutAtNorms(graph.build(layers(graph, picture, 'small')))
    expect(stages).toHaveLength(3)
    const numbers = linearCongruence(3)
    const values: Record<string, ShapedValues[string]> = {
      [input]: numberedTensor([1, 3, 12, 20], numbers),
    }
    for (const { graph: stage, reads } of stages) {
      const drawn = numberedWeights(stage.parameters, numbers)
      const weights = Object.fromEntries(
        Object.entries(drawn).map(([name, tensor]) => [
          name,
          // A variance is not negative.
          tensor.dtype === 'F32' && name.endsWith('.variance')
            ? { ...tensor, data: tensor.data.map((value) => value + 1) }
            : tensor,
        ]),
      )
      const programs = [
        await cpu.compileStage(stage, weights),
        await webgpu.compileStage(stage, weights),
      ] as const
      const inputs = Object.fromEntries(reads.map((name) => [name, values[name]!]))
      const [expected, ours] = [await programs[0].run(inputs), await programs[1].run(inputs)]
      for (const name of stage.outputs) {
        expect(ours[name]?.shape).toEqual(expected[name]?.shape)
        expect(largestDifference(ours[name]!.data, expected[name]!.data)).toBeLessThan(1e-4)
      }
      Object.assign(values, expected)
      for (const program of programs) await program.release()
    }
  })
})
