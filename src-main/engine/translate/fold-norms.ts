/**
 * Norms with known statistics, taken into the convolution before them: (w ∗ x + b − mean) / σ is (w / σ) ∗ x +
 * (b − mean) / σ. What is left of such a norm costs nothing.
 */
import { GraphBuilder, shapeOf } from '../graph/graph.ts'
import type { Graph, Node, ValueId } from '../graph/graph.ts'
import { widened } from '../half.ts'
import type { WideTensor } from '../half.ts'
import type { Ranges, Weights, WeightTensor } from '../protocol.ts'
import { normalised } from './ranges.ts'

export interface Folded {
  readonly graph: Graph
  readonly weights: Weights
  /** Those that were given, as the folded convolutions have them. */
  readonly ranges: Ranges
}

/** The same function; `weights` must have the statistics, too. Throws if they do not fit. */
export function foldNorms(graph: Graph, weights: Weights, ranges: Ranges = {}): Folded {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
  const folded: Record<string, WeightTensor> = {}
  const moved: Record<string, Ranges[string]> = {}
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
      const shifted = bias.data.map((value, i) => (value - (mean[i] ?? 0)) * (scale[i] ?? 0))
      const parameters = [
        add(`${node.name}.weight`, weight),
        add(`${node.name}.bias`, { ...bias, data: shifted }),
      ]
      builder.node(node.name, convolution.operator, x, ...parameters)
      const known = ranges[convolution.name]
      if (known) moved[node.name] = { ...known, given: normalised(known.given, mean, scale) }
      continue
    }
    for (const value of node.inputs) {
      const tensor = weights[value]
      if (shapes.has(value) && tensor) add(value, tensor)
    }
    builder.node(node.name, node.operator, ...node.inputs)
    const known = ranges[node.name]
    if (known) moved[node.name] = known
  }
  return { graph: builder.build(...graph.outputs), weights: folded, ranges: moved }
}

/** The same weights in single precision; to be done once where they are folded again and again. */
export function widen(weights: Weights): Weights {
  const names = Object.keys(weights)
  return Object.fromEntries(names.map((name) => [name, wide(weights, name)]))
}

function wide(weights: Weights, name: string): WideTensor {
  const tensor = weights[name]
  if (!tensor) throw new Error(`The weights have no ${name}`)
  return widened(tensor)
}

function scaled({ shape, data }: WideTensor, scale: Float32Array, axis: 0 | 1): WideTensor {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const count = shape[axis] ?? 1
  const values = data.map((value, i) => value * (scale[Math.floor(i / inner) % count] ?? 0))
  return { dtype: 'F32', shape, data: values }
}
