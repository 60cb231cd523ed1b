/** Lowers a graph with its weights to an ONNX model: each operator becomes one or two ONNX operators. */
import { parameterCount, shapeOf } from '../../graph/graph.ts'
import type { Graph, Node, StatefulGraph, ValueId } from '../../graph/graph.ts'
import type { Operator } from '../../graph/operators.ts'
import { describe } from '../../graph/shape.ts'
import type { Ranges, Weights } from '../../protocol.ts'
import { gradientLowerings } from './lower-gradients.ts'
import { lossLowerings } from './lower-losses.ts'
import { networkLowerings } from './lower-network.ts'
import { updateLowerings } from './lower-updates.ts'
import { Lowering } from './lowering.ts'
import type { Dialect, Lowerings } from './lowering.ts'
import { ownDomain } from './graph-writer.ts'
import { Winograd } from './winograd.ts'
import { dataLocation, dataType, encodeModel } from './proto.ts'
import type { GraphProto, ModelProto, TensorProto, ValueInfoProto } from './proto.ts'

/** A model whose weights lie beside it, as the session takes them: none is copied on our side. */
export interface LoweredModel {
  readonly model: Uint8Array
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[]
}

/** Smaller tensors stay inside the model, where the session's optimiser reads constants such as pads. */
const externalFrom = 1024

/**
 * A model for our own session; in 8 bits where there are ranges. Throws if a weight is missing or of another shape than
 * the graph's parameter.
 */
export function lower(graph: Graph, weights: Weights, ranges?: Ranges): LoweredModel {
  const lowered = lowerGraph(graph, weights, { dialect: 'fast', name: 'network', ranges })
  const externalData: { path: string; data: Uint8Array }[] = []
  const initializer = lowered.initializer.map((tensor): TensorProto => {
    if (!('rawData' in tensor) || tensor.rawData.length < externalFrom) return tensor
    const { name, dims, rawData } = tensor
    externalData.push({ path: name, data: rawData })
    const place = { location: name, offset: '0', length: String(rawData.length) }
    return {
      name,
      dims,
      dataType: tensor.dataType,
      dataLocation: dataLocation.external,
      externalData: entries(place),
    }
  })
  return { model: encodeModel(toModel({ ...lowered, initializer })), externalData }
}

/** The bytes of an `.onnx` file for other programs, for any batch, height and width that the graph allows. */
export function exportOnnx(
  graph: Graph,
  weights: Weights,
  { producer, name }: { readonly producer: string; readonly name: string },
): Uint8Array {
  const range = 'RGB in [-1, 1], NCHW'
  const about = { name, producer, parameters: String(parameterCount(graph)), input: range, output: range }
  return encodeModel({
    ...toModel(lowerGraph(graph, weights, { dialect: 'standard', name })),
    producerName: producer,
    metadataProps: entries(about),
  })
}

/** Operator set 17 is of 2022, IR version 8 its companion: late enough for us, and old enough for other programs. */
function toModel(graph: GraphProto): ModelProto {
  return { irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph }
}

function entries(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([key, value]) => ({ key, value }))
}

/**
 * A model whose parameters are inputs, and their next values outputs: one run is a step. `winograd` is what pays on a
 * processor; graphics cards have quick convolutions of their own, and WebGPU lacks some of its operators.
 */
export function lowerStep({ graph, updates }: StatefulGraph, { winograd = true } = {}): Uint8Array {
  const inputs = [...graph.inputs, ...graph.parameters.map(({ name }) => name)]
  const lowered = lowerGraph(
    { ...graph, inputs, outputs: [...graph.outputs, ...updates.values()] },
    {},
    { dialect: 'training', name: 'step', winograd },
  )
  const model = toModel(lowered)
  return encodeModel({ ...model, opsetImport: [...model.opsetImport, { domain: ownDomain, version: 1 }] })
}

interface LowerOptions {
  readonly dialect: Dialect
  readonly name: string
  readonly winograd?: boolean
  readonly ranges?: Ranges | undefined
}

function lowerGraph(
  graph: Graph,
  weights: Weights,
  { dialect, name, winograd = false, ranges }: LowerOptions,
): GraphProto {
  const lowering = new Lowering(graph, weights, dialect, ranges)
  const quick = winograd ? new Winograd(graph) : null
  for (const node of graph.nodes) {
    if (!quick?.lower(lowering, node)) lowerNode(lowering, node, node.operator)
  }
  return {
    name,
    node: lowering.writer.nodes,
    initializer: lowering.writer.initializers,
    input: graph.inputs.map((id) => valueInfo(graph, id)),
    output: graph.outputs.map((id) => valueInfo(graph, id)),
  }
}

const lowerings: Lowerings<Operator> = {
  ...networkLowerings,
  ...lossLowerings,
  ...gradientLowerings,
  ...updateLowerings,
}

/** The table has for each kind a function of just that operator, which the compiler cannot see through. */
function lowerNode<Kind extends Operator['kind']>(
  lowering: Lowering,
  node: Node,
  operator: Extract<Operator, { kind: Kind }> & { kind: Kind },
): void {
  const lower: Lowerings<Operator>[Kind] = lowerings[operator.kind]
  lower(lowering, node, operator)
}

function valueInfo(graph: Graph, id: ValueId): ValueInfoProto {
  const dim = shapeOf(graph, id).map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: describe(size) },
  )
  return { name: id, type: { tensorType: { elemType: dataType.float, shape: { dim } } } }
}
