/** The operators of networks as ONNX operators: one or two each. */
import { shapeOf } from '../../graph/graph.ts'
import type { Node } from '../../graph/graph.ts'
import type { NetworkOperator } from '../../graph/operators.ts'
import { float, int, ints, text } from './graph-writer.ts'
import type { AttributeValue } from './graph-writer.ts'
import type { Lowering, Lowerings } from './lowering.ts'
import { normalise } from './normalise.ts'
import { writeConvolution } from './write-convolution.ts'
import { writeQuantised } from './write-quantised.ts'
import { byPhases, isNarrow, phaseBias } from './phases.ts'

export const networkLowerings: Lowerings<NetworkOperator> = {
  convolution(lowering, node, { stride, padding }) {
    if (lowering.dialect === 'fast' && lowerPhases(lowering, node)) return
    if (lowering.dialect === 'training' && lowerNarrow(lowering, node, stride, padding)) return
    const attributes = { strides: ints(stride, stride), pads: everySide(padding) }
    if (lowerQuantised(lowering, node, attributes)) return
    const [out = 0, into = 0] = lowering.sizes(node.inputs[1] ?? '')
    writeConvolution(lowering.writer, node.name, lowering.values(node.inputs), { out, into }, attributes)
  },

  'transposed-convolution'(lowering, node, { stride, padding, outputPadding }) {
    if (lowering.dialect === 'fast' && lowerPhases(lowering, node)) return
    if (lowering.dialect === 'training' && stride === 1 && lowerFlipped(lowering, node, padding)) return
    lowering.writer.node(node.name, 'ConvTranspose', lowering.values(node.inputs), {
      strides: ints(stride, stride),
      pads: everySide(padding),
      output_padding: ints(outputPadding, outputPadding),
    })
  },

  'reflection-pad'(lowering, { name, inputs }, { padding: p }) {
    const pads = lowering.writer.integers([0, 0, p, p, 0, 0, p, p])
    lowering.writer.node(name, 'Pad', [...lowering.values(inputs), pads], { mode: text('reflect') })
  },

  'instance-norm'(lowering, node, { epsilon }) {
    if (lowering.dialect === 'training') return normalise(lowering, node, epsilon)
    const { writer, graph } = lowering
    const channels = shapeOf(graph, node.name)[1]
    if (typeof channels !== 'number') throw new Error(`${node.name}: the number of channels is not known`)
    const inputs = [...lowering.values(node.inputs), writer.filled(channels, 1), writer.filled(channels, 0)]
    writer.node(node.name, 'InstanceNormalization', inputs, { epsilon: float(epsilon) })
  },

  'fixed-norm'(lowering, { name, inputs }, { epsilon }) {
    const { writer, graph } = lowering
    const [x = '', mean = '', variance = ''] = lowering.values(inputs)
    const channels = shapeOf(graph, name)[1]
    if (typeof channels !== 'number') throw new Error(`${name}: the number of channels is not known`)
    const plain = [writer.filled(channels, 1), writer.filled(channels, 0)]
    writer.node(name, 'BatchNormalization', [x, ...plain, mean, variance], { epsilon: float(epsilon) })
  },

  relu(lowering, { name, inputs }) {
    lowering.writer.node(name, 'Relu', lowering.values(inputs))
  },

  'leaky-relu'(lowering, { name, inputs }, { slope }) {
    lowering.writer.node(name, 'LeakyRelu', lowering.values(inputs), { alpha: float(slope) })
  },

  tanh(lowering, { name, inputs }) {
    lowering.writer.node(name, 'Tanh', lowering.values(inputs))
  },

  add(lowering, { name, inputs }) {
    lowering.writer.node(name, 'Add', lowering.values(inputs))
  },
}

function everySide(padding: number) {
  return ints(padding, padding, padding, padding)
}

/** Writes a convolution in 8 bits, if its ranges and weights are known. */
function lowerQuantised(
  lowering: Lowering,
  { name, inputs }: Node,
  attributes: Readonly<Record<string, AttributeValue>>,
): boolean {
  const [x, weightName = '', biasName] = inputs
  const ranges = lowering.ranges[name]
  const weight = lowering.constantOf(weightName)
  const bias = biasName === undefined ? undefined : lowering.constantOf(biasName)
  if (!ranges || x === undefined || !weight || (biasName !== undefined && !bias)) return false
  writeQuantised(lowering.writer, name, { x, weight, bias, ranges }, attributes)
  return true
}

/** Lowers a convolution by its phases, if that is better and its weights are known. */
function lowerPhases(lowering: Lowering, { name, operator, inputs }: Node): boolean {
  const { graph, writer } = lowering
  const [x, weightName = '', biasName] = inputs
  const weight = lowering.constantOf(weightName)
  const bias = biasName === undefined ? undefined : lowering.constantOf(biasName)
  if (x === undefined || !weight || (biasName !== undefined && !bias)) return false
  const phases = byPhases(operator, weight, shapeOf(graph, name))
  if (!phases) return false
  const convolved = [x, writer.weight(`${weightName}.phases`, phases.weight)]
  if (bias) convolved.push(writer.weight(`${biasName}.phases`, phaseBias(bias)))
  const [before, behind] = phases.padding
  const [out = 0, into = 0] = phases.weight.shape
  writeConvolution(
    writer,
    `${name}.phases`,
    convolved,
    { out, into },
    {
      strides: ints(phases.stride, phases.stride),
      pads: ints(before, before, behind, behind),
    },
  )
  writer.node(name, 'DepthToSpace', [`${name}.phases`], { blocksize: int(2) })
  return true
}

/** The same for weights that change: the graph itself shifts the kernels of a narrow convolution into its phases. */
function lowerNarrow(lowering: Lowering, { name, inputs }: Node, stride: number, padding: number): boolean {
  const { writer, graph } = lowering
  const [x = '', weight = '', ...biases] = lowering.values(inputs)
  const [out = 0, into = 0] = lowering.sizes(weight)
  if (!isNarrow(stride, out, shapeOf(graph, name))) return false
  const shifts = [0, 1].flatMap((down) => [0, 1].map((right) => [down, right] as const))
  const kernels = writer.once(`${weight}.phases`, () => {
    const shifted = shifts.map(([down, right]) => {
      const pads = writer.integers([0, 0, down, right, 0, 0, 1 - down, 1 - right])
      return writer.node(`${weight}.phases.${down}.${right}`, 'Pad', [weight, pads])
    })
    return writer.node(`${weight}.phases`, 'Concat', shifted, { axis: int(0) })
  })
  const eachPhase = (bias: string) =>
    writer.once(`${bias}.phases`, () =>
      writer.node(`${bias}.phases`, 'Concat', [bias, bias, bias, bias], { axis: int(0) }),
    )
  const attributes = { strides: ints(2, 2), pads: everySide(padding) }
  const operands = [x, kernels, ...biases.map(eachPhase)]
  writeConvolution(writer, `${name}.phases`, operands, { out: 4 * out, into }, attributes)
  writer.node(name, 'DepthToSpace', [`${name}.phases`], { blocksize: int(2) })
  return true
}

/** A transposed convolution of stride 1 is a convolution with its kernels turned half round, which is faster. */
function lowerFlipped(lowering: Lowering, { name, inputs }: Node, padding: number): boolean {
  const { writer } = lowering
  const [x = '', weight = '', ...bias] = lowering.values(inputs)
  const [into = 0, out = 0, height = 0, width = 0] = lowering.sizes(weight)
  const [rows, columns] = [height - 1 - padding, width - 1 - padding]
  if (rows < 0 || columns < 0) return false
  const flipped = writer.once(`${weight}.flipped`, () => {
    const swapped = writer.node(`${weight}.swapped`, 'Transpose', [weight], { perm: ints(1, 0, 2, 3) })
    // From the last to the first: an end before the first is written as a number below −size.
    const [first, end, axes, steps] = [
      [-1, -1],
      [-1 - height, -1 - width],
      [2, 3],
      [-1, -1],
    ]
    const range = [first, end, axes, steps].map((numbers) => writer.integers(numbers))
    return writer.node(`${weight}.flipped`, 'Slice', [swapped, ...range])
  })
  const attributes = { pads: ints(rows, columns, rows, columns) }
  writeConvolution(writer, name, [x, flipped, ...bias], { out, into }, attributes)
  return true
}
