import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import type { Graph } from '../../graph/graph.ts'
import { buildDiscriminator } from '../../networks/discriminator.ts'
import { buildGenerator } from '../../networks/generator.ts'
import type { Tensor, Weights } from '../../protocol.ts'
import {
  largestDifference,
  linearCongruence,
  numberedTensor,
  numberedWeights,
} from '../../testing/numbers.ts'
import { tensorflowRuntimes } from '../../testing/tensorflow-runtimes.ts'
import { cutAtNorms, fixNorms } from '../../translate/stages.ts'
import { OnnxRuntime } from '../onnx/runtime.ts'
import type { Runtime, ShapedValues, StageRuntime } from '../runtime.ts'
import { selfTest, tolerance } from '../self-test.ts'

const onnx = new OnnxRuntime()

async function runOnce(runtime: Runtime, graph: Graph, weights: Weights, input: Tensor): Promise<Tensor> {
  const program = await runtime.compile(graph, weights)
  try {
    return await program.run(input)
  } finally {
    await program.release()
  }
}

async function runStage(runtime: StageRuntime, graph: Graph, weights: Weights, inputs: ShapedValues) {
  const program = await runtime.compileStage(graph, weights)
  try {
    return await program.run(inputs)
  } finally {
    await program.release()
  }
}

for (const { name, runtime, loads, tensorCount } of await tensorflowRuntimes()) {
  describe.skipIf(!loads)(`a program in TensorFlow: ${name}`, () => {
    const graph = buildGenerator({ ngf: 3, blocks: 2 })
    const weights = numberedWeights(graph.parameters, linearCongruence(1))

    it('passes the self-test', async () => {
      expect(await selfTest(runtime)).toBeLessThanOrEqual(tolerance)
    })

    it('translates pictures of many sizes as ONNX Runtime does', async () => {
      const program = await runtime.compile(graph, weights)
      for (const [batch, height, width] of [
        [1, 8, 8],
        [2, 12, 20],
        [1, 32, 16],
      ] as const) {
        const input = numberedTensor([batch, 3, height, width], linearCongruence(9))
        const output = await program.run(input)
        expect(output.shape).toEqual(input.shape)
        const wanted = await runOnce(onnx, graph, weights, input)
        expect(largestDifference(output.data, wanted.data)).toBeLessThan(2e-5)
      }
      await program.release()
    })

    it('judges as ONNX Runtime does', async () => {
      const patch = buildDiscriminator({ ndf: 4 })
      const numbers = linearCongruence(2)
      const judged = numberedWeights(patch.parameters, numbers)
      const input = numberedTensor([2, 3, 40, 64], numbers)
      const output = await runOnce(runtime, patch, judged, input)
      const wanted = await runOnce(onnx, patch, judged, input)
      expect(output.shape).toEqual([2, 1, 3, 6])
      expect(largestDifference(output.data, wanted.data)).toBeLessThan(1e-4)
    })

    it('runs a network in parts, cut at its norms', async () => {
      const staged = cutAtNorms(graph)
      const statistics = numberedWeights(fixNorms(graph).parameters, linearCongruence(3))
      const all = Object.fromEntries(
        Object.entries(statistics).map(([key, { shape, data }]) => [
          key,
          // A variance is positive.
          { dtype: 'F32' as const, shape, data: Float32Array.from(data, (value) => value + 0.75) },
        ]),
      )
      const start = { shape: [1, 3, 16, 12], data: numberedTensor([1, 3, 16, 12], linearCongruence(4)).data }
      let [ours, wanted]: ShapedValues[] = [{ [staged.input]: start }, { [staged.input]: start }]
      for (const stage of staged.stages) {
        const next = await runStage(runtime, stage.graph, { ...all, ...weights }, ours!)
        const truth = await runStage(onnx, stage.graph, { ...all, ...weights }, wanted!)
        for (const output of stage.graph.outputs) {
          expect(next[output]!.shape).toEqual(truth[output]!.shape)
          expect(largestDifference(next[output]!.data, truth[output]!.data)).toBeLessThan(2e-4)
        }
        // The same for both: what is compared is one stage.
        ours = { ...ours, ...truth }
        wanted = { ...wanted, ...truth }
      }
    })

    it('gives an input back that is an output', async () => {
      const plain = new GraphBuilder()
      const x = plain.input('x', [2])
      const both = plain.build(x, plain.node('y', { kind: 'scale', factor: 2 }, x))
      const data = Float32Array.of(1, 2)
      const outputs = await runStage(runtime, both, {}, { x: { shape: [2], data } })
      data.fill(9)
      expect(outputs).toEqual({
        x: { shape: [2], data: Float32Array.of(1, 2) },
        y: { shape: [2], data: Float32Array.of(2, 4) },
      })
    })

    it('keeps its weights when the arrays that they came from are used for something else', async () => {
      const own = structuredClone(weights)
      const input = numberedTensor([1, 3, 12, 8], linearCongruence(9))
      const program = await runtime.compile(graph, own)
      for (const { data } of Object.values(own)) data.fill(Number.NaN)
      const output = await program.run(input)
      expect(largestDifference(output.data, (await runOnce(runtime, graph, weights, input)).data)).toBe(0)
      await program.release()
    })

    it('takes half-precision weights for what they are', async () => {
      // 1.5 and -0.25 are 0x3e00 and 0xb400 in half precision: exact in both.
      const single: Weights = Object.fromEntries(
        Object.entries(weights).map(([key, { shape, data }]) => [
          key,
          { dtype: 'F32', shape, data: Float32Array.from(data, (value) => (value > 0 ? 1.5 : -0.25)) },
        ]),
      )
      const half: Weights = Object.fromEntries(
        Object.entries(weights).map(([key, { shape, data }]) => [
          key,
          { dtype: 'F16', shape, data: Uint16Array.from(data, (value) => (value > 0 ? 0x3e00 : 0xb400)) },
        ]),
      )
      const input = numberedTensor([1, 3, 8, 12], linearCongruence(9))
      const wanted = await runOnce(runtime, graph, single, input)
      expect((await runOnce(runtime, graph, half, input)).data).toEqual(wanted.data)
    })

    it('says what is wrong with an input', async () => {
      const program = await runtime.compile(graph, weights)
      const at = (shape: Tensor['shape']) => program.run(numberedTensor(shape, linearCongruence(9)))
      await expect(at([1, 3, 10, 8])).rejects.toThrow('The input is [1, 3, 10, 8] and should be [batch, 3,')
      await expect(program.run({ shape: [1, 3, 8, 8], data: new Float32Array(7) })).rejects.toThrow(
        '7 of 192 values',
      )
      await program.release()
      await expect(at([1, 3, 8, 8])).rejects.toThrow('released')
      const stage = await runtime.compileStage(graph, weights)
      const data = new Float32Array(6)
      await expect(stage.run({})).rejects.toThrow('The input picture is missing')
      await expect(stage.run({ picture: { shape: [1, 2, 3], data } })).rejects.toThrow(
        'picture is [1, 2, 3] and should be [batch, 3, height, width]',
      )
      await expect(stage.run({ picture: { shape: [1, 3, 8, 8], data } })).rejects.toThrow('6 of 192')
      await stage.release()
      await expect(stage.run({})).rejects.toThrow('released')
    })

    it('says what is wrong with the weights', async () => {
      const { 'model.4.bias': taken, ...rest } = weights
      await expect(runtime.compile(graph, rest)).rejects.toThrow('The weights have no model.4.bias')
      const odd = {
        ...rest,
        'model.4.bias': { ...taken, dtype: 'F32', shape: [9], data: new Float32Array(9) },
      } as const
      await expect(runtime.compileStage(graph, odd)).rejects.toThrow('model.4.bias is [9] and should be [6]')
    })

    it('leaves no tensor behind, whatever happens', async () => {
      const before = await tensorCount()
      const program = await runtime.compile(graph, weights)
      const held = await tensorCount()
      expect(held - before).toBe(graph.parameters.length)
      for (let run = 0; run < 3; run++) {
        await program.run(numberedTensor([1, 3, 8, 8 + 4 * run], linearCongruence(run)))
        await expect(program.run(numberedTensor([1, 3, 8, 9], linearCongruence(run)))).rejects.toThrow()
        expect(await tensorCount()).toBe(held)
      }
      await program.release()
      await program.release()
      await expect(runtime.compile(graph, {})).rejects.toThrow('The weights have no')
      expect(await tensorCount()).toBe(before)
    })
  })
}
