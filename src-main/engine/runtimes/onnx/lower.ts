/** Lowers a graph with its weights to an ONNX model: each operator becomes one or two ONNX operators. */
import { parameterCount, shapeOf } from '../../graph/graph.ts'
import type { Graph, Node, ValueId } from '../../graph/graph.ts'
import { describe } from '../../graph/shape.ts'
import type { Weights } from '../../protocol.ts'
import { weightOf } from '../runtime.ts'
import { float, GraphWriter, int, ints, text } from './graph-writer.ts'
import { byPhases, phaseBias } from './phases.ts'
import { dataLocation, dataType, encodeModel } from './proto.ts'
import type { GraphProto, ModelProto, TensorProto, ValueInfoProto } from './proto.ts'

/** `fast` is for our own session; `standard` takes the plainest operators, for files that other programs open. */
type Dialect = 'fast' | 'standard'

/** A model whose weights lie beside it, as the session takes them: none is copied on our side. */
export interface LoweredModel {
  readonly model: Uint8Array
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[]
}

/** Smaller tensors stay inside the model, where the session's optimiser reads constants such as pads. */
const externalFrom = 1024

/** A model for our own session. Throws if a weight is missing or of another shape than the graph's parameter. */
export function lower(graph: Graph, weights: Weights): LoweredModel {
  const lowered = lowerGraph(graph, weights, 'fast', 'network')
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

/** The bytes of an `.onnx` file for other programs: any batch, height and width that the graph allows. */
export function exportOnnx(
  graph: Graph,
  weights: Weights,
  { producer, name }: { readonly producer: string; readonly name: string },
): Uint8Array {
  const range = 'RGB in [-1, 1], NCHW'
  const about = { name, producer, parameters: String(parameterCount(graph)), input: range, output: range }
  return encodeModel({
    ...toModel(lowerGraph(graph, weights, 'standard', name)),
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

function lowerGraph(graph: Graph, weights: Weights, dialect: Dialect, name: string): GraphProto {
  const writer = new GraphWriter()
  const lowering = { graph, weights, dialect, writer }
  for (const node of graph.nodes) lowerNode(lowering, node)
  return {
    name,
    node: writer.nodes,
    initializer: writer.initializers,
    input: graph.inputs.map((id) => valueInfo(graph, id)),
    output: graph.outputs.map((id) => valueInfo(graph, id)),
  }
}

function valueInfo(graph: Graph, id: ValueId): ValueInfoProto {
  const dim = shapeOf(graph, id).map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: describe(size) },
  )
  return { name: id, type: { tensorType: { elemType: dataType.float, shape: { dim } } } }
}

interface Lowering {
  readonly graph: Graph
  readonly weights: Weights
  readonly dialect: Dialect
  readonly writer: GraphWriter
}

function lowerNode(lowering: Lowering, node: Node): void {
  const { writer } = lowering
  const { name, operator } = node
  const inputs = () => node.inputs.map((id) => valueName(lowering, id))
  switch (operator.kind) {
    case 'convolution': {
      if (lowering.dialect === 'fast' && lowerPhases(lowering, node)) return
      const { stride, padding } = operator
      return writer.node(name, 'Conv', inputs(), { strides: ints(stride, stride), pads: everySide(padding) })
    }
    case 'transposed-convolution': {
      if (lowering.dialect === 'fast' && lowerPhases(lowering, node)) return
      const { stride, padding, outputPadding } = operator
      return writer.node(name, 'ConvTranspose', inputs(), {
        strides: ints(stride, stride),
        pads: everySide(padding),
        output_padding: ints(outputPadding, outputPadding),
      })
    }
    case 'reflection-pad': {
      const p = operator.padding
      const pads = writer.integers([0, 0, p, p, 0, 0, p, p])
      return writer.node(name, 'Pad', [...inputs(), pads], { mode: text('reflect') })
    }
    case 'instance-norm': {
      const channels = shapeOf(lowering.graph, name)[1]
      if (typeof channels !== 'number') throw new Error(`${name}: the number of channels is not known`)
      const scaleAndShift = [writer.filled(channels, 1), writer.filled(channels, 0)]
      const epsilon = float(operator.epsilon)
      return writer.node(name, 'InstanceNormalization', [...inputs(), ...scaleAndShift], { epsilon })
    }
    case 'relu':
      return writer.node(name, 'Relu', inputs())
    case 'leaky-relu':
      return writer.node(name, 'LeakyRelu', inputs(), { alpha: float(operator.slope) })
    case 'tanh':
      return writer.node(name, 'Tanh', inputs())
    case 'add':
      return writer.node(name, 'Add', inputs())
  }
}

function everySide(padding: number) {
  return ints(padding, padding, padding, padding)
}

/** Lowers a convolution by its phases, if that is better and its weights are known. */
function lowerPhases({ graph, weights, writer }: Lowering, { name, operator, inputs }: Node): boolean {
  const [x, ...ids] = inputs
  const [weight, bias] = ids.map((id) => graph.parameters.find((parameter) => parameter.name === id))
  if (x === undefined || !weight || (ids.length === 2 && !bias)) return false
  const phases = byPhases(operator, weightOf(weights, weight), shapeOf(graph, name))
  if (!phases) return false
  const convolved = [x, writer.weight(`${weight.name}.phases`, phases.weight)]
  if (bias) convolved.push(writer.weight(`${bias.name}.phases`, phaseBias(weightOf(weights, bias))))
  const [before, behind] = phases.padding
  writer.node(`${name}.phases`, 'Conv', convolved, {
    strides: ints(phases.stride, phases.stride),
    pads: ints(before, before, behind, behind),
  })
  writer.node(name, 'DepthToSpace', [`${name}.phases`], { blocksize: int(2) })
  return true
}

/** The ONNX name of a value; a parameter becomes an initializer at its first use. */
function valueName({ graph, weights, writer }: Lowering, id: ValueId): string {
  const parameter = graph.parameters.find(({ name }) => name === id)
  return parameter ? writer.weight(id, weightOf(weights, parameter)) : id
}
