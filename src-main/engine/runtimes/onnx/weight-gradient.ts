/**
 * The gradient of a convolution's weight as one matrix product. One of its two inputs is spread out, so that each
 * kernel tap becomes a row of its own (im2col): the one with fewer channels, for a spread takes as many times the memory as the
 * kernel has taps.
 */
import type { Node } from '../../graph/graph.ts'
import type { GradientOperator } from '../../graph/operators.ts'
import { int, ints } from './graph-writer.ts'
import type { Lowering } from './lowering.ts'

type WeightGradient = Extract<GradientOperator, { kind: 'convolution-weight-gradient' }>

export function lowerWeightGradient(lowering: Lowering, node: Node, operator: WeightGradient): void {
  const [x = '', dy = ''] = node.inputs
  const [, into] = lowering.pictureSizes(x)
  const [, out] = lowering.pictureSizes(dy)
  if (operator.stride === 1 && out < into) fromSpreadGradient(lowering, node, operator)
  else fromSpreadInput(lowering, node, operator)
}

/** dw[o, i·tap] = Σ dy[o, p] · x[i, stride·p + tap − padding], over all pixels p of all pictures. */
function fromSpreadInput(lowering: Lowering, { name, inputs }: Node, operator: WeightGradient): void {
  const { writer } = lowering
  const { stride, padding, kernel } = operator
  const [x = '', dy = ''] = inputs
  const [, into, rowsOfX, columnsOfX] = lowering.pictureSizes(x)
  const [batch, out, height, width] = lowering.pictureSizes(dy)
  const size = [rowsOfX + 2 * padding, columnsOfX + 2 * padding] as const
  const taps = { size, kernel, stride, height, width }
  const spread = spreadTaps(lowering, padded(lowering, lowering.value(x), [padding, padding]), {
    batch,
    channels: into,
    ...taps,
  })
  const rows = channelRows(lowering, dy)
  const product = writer.node(`${name}/product`, 'Gemm', [rows, spread], { transB: int(1) })
  writer.reshape(product, [out, into, ...kernel], name)
}

/** The same sum over the pixels q = p + tap of the padded x: dw[o, tap, i] = Σ dy[o, q − tap] · x[i, q]. */
function fromSpreadGradient(lowering: Lowering, { name, inputs }: Node, operator: WeightGradient): void {
  const { writer } = lowering
  const { padding, kernel } = operator
  const [x = '', dy = ''] = inputs
  const [batch, into, height, width] = lowering.pictureSizes(x)
  const [, out, rowsOfGradient, columnsOfGradient] = lowering.pictureSizes(dy)
  const [kh, kw] = kernel
  // From the last tap to the first, as q − tap runs.
  const around = [kh - 1 - padding, kw - 1 - padding] as const
  const size = [rowsOfGradient + 2 * around[0], columnsOfGradient + 2 * around[1]] as const
  const taps = { size, kernel, stride: 1, height, width }
  const spread = spreadTaps(lowering, padded(lowering, lowering.value(dy), around), {
    batch,
    channels: out,
    ...taps,
  })
  const rows = channelRows(lowering, x)
  const product = writer.node(`${name}/product`, 'Gemm', [spread, rows], { transB: int(1) })
  const kernels = writer.reshape(product, [out, kh, kw, into])
  const range = [
    [-1, -1],
    [-1 - kh, -1 - kw],
    [1, 2],
    [-1, -1],
  ].map((numbers) => writer.integers(numbers))
  const flipped = writer.node(`${name}/flipped`, 'Slice', [kernels, ...range])
  writer.node(name, 'Transpose', [flipped], { perm: ints(0, 3, 1, 2) })
}

interface Taps {
  readonly batch: number
  readonly channels: number
  /** Height and width of the padded value. */
  readonly size: readonly [height: number, width: number]
  readonly kernel: readonly [height: number, width: number]
  readonly stride: number
  /** How many places of the kernel there are. */
  readonly height: number
  readonly width: number
}

/** Of a padded value, what each tap of a kernel meets at each of its places: [channels · taps, batch · places]. */
function spreadTaps(lowering: Lowering, value: string, taps: Taps): string {
  const { writer } = lowering
  const { batch, channels, size, kernel, stride, height, width } = taps
  const [kh, kw] = kernel
  const source = writer.reshape(channelsFirst(lowering, value, batch), [channels, 1, batch, ...size])
  const met = Array.from({ length: kh * kw }, (_, tap) => {
    const start = [Math.floor(tap / kw), tap % kw]
    const end = [height, width].map((count, axis) => (start[axis] ?? 0) + stride * (count - 1) + 1)
    const range = [start, end, [3, 4], [stride, stride]].map((numbers) => writer.integers(numbers))
    return writer.node(`${value}/tap.${tap}`, 'Slice', [source, ...range])
  })
  const spread = writer.node(`${value}/taps`, 'Concat', met, { axis: int(1) })
  return writer.reshape(spread, [channels * kh * kw, batch * height * width])
}

/** [batch, channels, height, width] to [channels, batch · height · width]. */
function channelRows(lowering: Lowering, id: string): string {
  const { writer } = lowering
  const [batch, channels, height, width] = lowering.pictureSizes(id)
  return writer.reshape(channelsFirst(lowering, lowering.value(id), batch), [
    channels,
    batch * height * width,
  ])
}

function channelsFirst({ writer }: Lowering, value: string, batch: number): string {
  if (batch === 1) return value
  return writer.once(`${value}/channels`, () =>
    writer.node(`${value}/channels`, 'Transpose', [value], { perm: ints(1, 0, 2, 3) }),
  )
}

/** Zeros around the pictures of a value: so many rows above and below, so many columns left and right. */
function padded({ writer }: Lowering, value: string, around: readonly [number, number]): string {
  const [rows, columns] = around
  if (rows === 0 && columns === 0) return value
  const name = `${value}/padded.${rows}.${columns}`
  const pads = writer.integers([0, 0, rows, columns, 0, 0, rows, columns])
  return writer.once(name, () => writer.node(name, 'Pad', [value, pads]))
}
