import { expect, it } from 'vitest'
import { GraphBuilder } from '../graph/graph.ts'
import { convolution, relu, sequence, transposedConvolution } from '../graph/layers.ts'
import type { Layer } from '../graph/layers.ts'
import type { Weights } from '../protocol.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import { largestDifference, linearCongruence, numberedTensor, numberedWeights } from '../testing/numbers.ts'
import { foldNorms, widen } from './fold-norms.ts'

/** (x − mean) / √(variance + epsilon), with statistics of its own. */
const fixedNorm: Layer = (graph, input, name) => {
  const channels = [graph.channels(input)]
  const statistics = ['mean', 'variance'].map((which) => graph.parameter(`${name}.${which}`, channels))
  return graph.node(name, { kind: 'fixed-norm', epsilon: 1e-5 }, input, ...statistics)
}

it('norms taken into their convolutions give the same, and none is left', async () => {
  const builder = new GraphBuilder()
  const layers = sequence([
    ...[convolution(5, 3), fixedNorm, relu],
    ...[transposedConvolution(3, 3, { stride: 2, padding: 1, outputPadding: 1 }), fixedNorm],
  ])
  const graph = builder.build(layers(builder, builder.input('x', [1, 3, 9, 12]), 'model'))
  const numbered = numberedWeights(graph.parameters, linearCongruence(2))
  const weights: Weights = Object.fromEntries(
    Object.entries(numbered).map(([name, tensor]) => {
      const data = Float32Array.from(tensor.data, (value) => (name.endsWith('variance') ? value + 1 : value))
      return [name, { dtype: 'F32', shape: tensor.shape, data }]
    }),
  )
  const folded = foldNorms(graph, weights)
  expect(folded.graph.nodes.map(({ operator }) => operator.kind)).toEqual([
    'convolution',
    'relu',
    'transposed-convolution',
  ])
  const runtime = new OnnxRuntime()
  const x = numberedTensor([1, 3, 9, 12], linearCongruence(7))
  const [plain, quick] = [
    await runtime.compile(graph, weights),
    await runtime.compile(folded.graph, folded.weights),
  ]
  expect(largestDifference((await plain.run(x)).data, (await quick.run(x)).data)).toBeLessThan(1e-5)
})

it('half-precision weights have their values: subnormal, signed, the largest', () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0x8000)
  const { w } = widen({ w: { dtype: 'F16', shape: [6], data: bits } })
  expect([...w!.data]).toEqual([1, -2, 2 ** -24, 65504, 0.333251953125, -0])
})
