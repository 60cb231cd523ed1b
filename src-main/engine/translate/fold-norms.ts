/**
 * Norms with known statistics, taken into the convolution before them: (w ∗ x + b − mean) / σ is (w / σ) ∗ x +
 * (b − mean) / σ. What is left of such a norm costs nothing.
 */
import { GraphBuilder, shapeOf } from '../graph/graph.ts'
import type { Graph, Node, ValueId } from '../graph/graph.ts'
import type { Weights, WeightTensor } from '../protocol.ts'

/** The same function; `weights` must have the statistics, too. Throws if they do not fit. */
export function foldNorms(
  graph: Graph,
  weights: Weights,
): { readonly graph: Graph; readonly weights: Weights } {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
  const folded: Record<string, WeightTensor> = {}
  const builder = new GraphBuilder()
  for (const input of graph.inputs) builder.input(input, shapeOf(graph, input))
  const foldable = (norm: Node): Node | undefined => {
    const before = nodes.get(norm.inputs[0] ?? '')
    if (norm.operator.kind !== 'fixed-norm' || before?.inputs.length !== 3) return undefined
    const isConvolution =
      before.operator.kind === 'convolution' || before.operator.kind === 'transposed-convolution'
    const uses = graph.nodes.filter(({ inputs }) => inputs.includes(before.name)).length
    return isConvolution && uses === 1 && !graph.outputs.includes(before.name) ? before : undefined
  }
  const gone = new Set(graph.nodes.map((node) => foldable(node)?.name))
  const add = (name: ValueId, tensor: WeightTensor): ValueId => {
    folded[name] = tensor
    return builder.parameter(name, tensor.shape)
  }
  for (const node of graph.nodes) {
    if (gone.has(node.name)) continue
    const convolution = foldable(node)
    if (convolution && node.operator.kind === 'fixed-norm') {
      const [x = '', weightName = '', biasName = ''] = convolution.inputs
      const [, meanName = '', varianceName = ''] = node.inputs
      const { epsilon } = node.operator
      const scale = wide(weights, varianceName).data.map((variance) => 1 / Math.sqrt(variance + epsilon))
      const mean = wide(weights, meanName).data
      const outAxis = convolution.operator.kind === 'convolution' ? 0 : 1
      const weight = scaled(wide(weights, weightName), scale, outAxis)
      const bias = wide(weights, biasName)
      const moved = bias.data.map((value, i) => (value - (mean[i] ?? 0)) * (scale[i] ?? 0))
      const parameters = [
        add(`${node.name}.weight`, weight),
        add(`${node.name}.bias`, { ...bias, data: moved }),
      ]
      builder.node(node.name, convolution.operator, x, ...parameters)
      continue
    }
    for (const value of node.inputs) {
      const tensor = weights[value]
      if (shapes.has(value) && tensor) add(value, tensor)
    }
    builder.node(node.name, node.operator, ...node.inputs)
  }
  return { graph: builder.build(...graph.outputs), weights: folded }
}

/** The same weights in single precision; to be done once where they are folded again and again. */
export function widen(weights: Weights): Weights {
  const names = Object.keys(weights)
  return Object.fromEntries(names.map((name) => [name, wide(weights, name)]))
}

type WideTensor = Extract<WeightTensor, { dtype: 'F32' }>

function wide(weights: Weights, name: string): WideTensor {
  const tensor = weights[name]
  if (!tensor) throw new Error(`The weights have no ${name}`)
  if (tensor.dtype === 'F32') return tensor
  const { shape, data } = tensor
  const values = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) values[i] = singles[data[i] ?? 0] ?? 0
  return { dtype: 'F32', shape, data: values }
}

/** The values of all half-precision bits. */
const singles = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24)
})

function scaled({ shape, data }: WideTensor, scale: Float32Array, axis: 0 | 1): WideTensor {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const count = shape[axis] ?? 1
  const values = data.map((value, i) => value * (scale[Math.floor(i / inner) % count] ?? 0))
  return { dtype: 'F32', shape, data: values }
}
