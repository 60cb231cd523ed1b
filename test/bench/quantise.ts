/**
 * Static 8-bit quantisation of the convolutions of a lowered network (Jacob et al., CVPR 2018, section 2): weights
 * symmetric for each channel that they give, activations by the range that calibration has found. What lies between
 * convolutions (norms, sums, the first and the last layer) stays in single precision.
 */
import { GraphWriter, int } from '../../src-main/engine/runtimes/onnx/graph-writer.ts'
import { dataType } from '../../src-main/engine/runtimes/onnx/proto.ts'
import type { GraphProto, NodeProto, TensorProto } from '../../src-main/engine/runtimes/onnx/proto.ts'

/** The range of a value's numbers; it contains 0. */
export interface Range {
  readonly min: number
  readonly max: number
}

/**
 * How a convolution gives its result: `linear` quantises that, too, and is the quicker (QLinearConv); `integer` keeps
 * its sums whole (ConvInteger).
 */
export type QuantisedForm = 'linear' | 'integer'

/** ONNX's numbers of the two 8-bit types. */
const byte = { unsigned: 2, signed: 3 } as const

/** The convolutions that are worth it: of few channels they are quick, and lose the most. */
export function quantisable(graph: GraphProto): readonly NodeProto[] {
  const weights = floatWeights(graph)
  return graph.node.filter(({ opType, input }) => {
    const [out = 0, into = 0] = weights.get(input[1] ?? '')?.dims ?? []
    return opType === 'Conv' && into >= 16 && out >= 16
  })
}

/** The same network with its convolutions in 8 bits. `ranges` has the range of every value that they take and give. */
export function quantise(
  graph: GraphProto,
  ranges: ReadonlyMap<string, Range>,
  form: QuantisedForm,
): GraphProto {
  const weights = floatWeights(graph)
  const chosen = new Set(quantisable(graph))
  const writer = new GraphWriter()
  const extra: TensorProto[] = []
  const tensor = (name: string, type: number, dims: readonly number[], data: ArrayBufferView): string => {
    if (extra.every((known) => known.name !== name))
      extra.push({ name, dataType: type, dims, rawData: bytes(data) })
    return name
  }
  const scaleOf = (value: string) => {
    const { scale, zero } = affine(ranges.get(value))
    return {
      scale,
      names: [
        tensor(`${value}/scale`, dataType.float, [], Float32Array.of(scale)),
        tensor(`${value}/zero`, byte.unsigned, [], Uint8Array.of(zero)),
      ] as const,
    }
  }
  for (const node of graph.node) {
    const weight = weights.get(node.input[1] ?? '')
    if (!chosen.has(node) || weight === undefined) {
      writer.nodes.push(node)
      continue
    }
    const { name } = node
    const [x = '', , bias] = node.input
    const attributes = Object.fromEntries(node.attribute.map(({ name: key, ...value }) => [key, value]))
    const { data, scales } = symmetric(weight)
    const from = scaleOf(x)
    const eight = writer.once(`${x}/8`, () => writer.node(`${x}/8`, 'QuantizeLinear', [x, ...from.names]))
    const kernel = tensor(`${name}/kernel`, byte.signed, weight.dims, data)
    const channels = [scales.length]
    const biases = bias === undefined ? undefined : floats(graph, bias)
    if (form === 'linear') {
      const to = scaleOf(name)
      const inputs = [
        ...[eight, ...from.names, kernel],
        tensor(`${name}/kernel/scale`, dataType.float, channels, scales),
        tensor(`${name}/kernel/zero`, byte.signed, channels, new Int8Array(scales.length)),
        ...to.names,
      ]
      if (biases) {
        const whole = Int32Array.from(biases, (value, i) =>
          Math.round(value / (from.scale * (scales[i] ?? 1))),
        )
        inputs.push(tensor(`${name}/bias`, dataType.int32, channels, whole))
      }
      writer.node(`${name}/out/8`, 'QLinearConv', inputs, attributes)
      writer.node(name, 'DequantizeLinear', [`${name}/out/8`, ...to.names])
      continue
    }
    writer.node(`${name}/sums`, 'ConvInteger', [eight, kernel, from.names[1]], attributes)
    writer.node(`${name}/wide`, 'Cast', [`${name}/sums`], { to: int(dataType.float) })
    const both = scales.map((scale) => scale * from.scale)
    const plain = biases ? `${name}/scaled` : name
    const factor = tensor(`${name}/factor`, dataType.float, [1, scales.length, 1, 1], both)
    writer.node(plain, 'Mul', [`${name}/wide`, factor])
    if (biases) {
      const shifts = tensor(`${name}/shift`, dataType.float, [1, scales.length, 1, 1], biases)
      writer.node(name, 'Add', [plain, shifts])
    }
  }
  const used = new Set(writer.nodes.flatMap(({ input }) => input))
  const initializer = [...graph.initializer, ...extra].filter(({ name }) => used.has(name))
  return { ...graph, node: writer.nodes, initializer }
}

/** Scale and zero point of a range in unsigned bytes. */
function affine(range: Range | undefined): { readonly scale: number; readonly zero: number } {
  if (range === undefined) throw new Error('A value was not calibrated')
  const scale = Math.max((range.max - range.min) / 255, Number.MIN_VALUE)
  return { scale, zero: Math.round(-range.min / scale) }
}

/** Signed bytes with one scale for each channel that comes out. */
function symmetric({ dims, rawData }: FloatWeight) {
  const values = floatsIn(rawData)
  const [out = 1] = dims
  const each = values.length / out
  const data = new Int8Array(values.length)
  const scales = new Float32Array(out)
  for (let channel = 0; channel < out; channel++) {
    const own = values.subarray(channel * each, (channel + 1) * each)
    const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1
    scales[channel] = scale
    own.forEach((value, i) => {
      data[channel * each + i] = Math.round(value / scale)
    })
  }
  return { data, scales }
}

interface FloatWeight {
  readonly dims: readonly number[]
  readonly rawData: Uint8Array
}

function floatWeights(graph: GraphProto): ReadonlyMap<string, FloatWeight> {
  return new Map(
    graph.initializer.flatMap((tensor) =>
      tensor.dataType === dataType.float && 'rawData' in tensor ? [[tensor.name, tensor] as const] : [],
    ),
  )
}

function floats(graph: GraphProto, name: string): Float32Array {
  const tensor = floatWeights(graph).get(name)
  if (tensor === undefined) throw new Error(`${name} is no constant`)
  return floatsIn(tensor.rawData)
}

/** A copy: bytes from elsewhere need not lie where numbers of four bytes may. */
function floatsIn(rawData: Uint8Array): Float32Array {
  return new Float32Array(rawData.slice().buffer)
}

function bytes(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
