/**
 * A convolution in 8 bits: what goes in by one range, weights symmetric for each channel that they give, what comes out
 * by a range for each channel, because the instance norm behind it enlarges the error of weak channels. A processor
 * computes it faster: see `bench -- native --draft`.
 */
import { widened } from '../../half.ts'
import type { Range, Ranges, WeightTensor } from '../../protocol.ts'
import { int } from './graph-writer.ts'
import type { AttributeValue, GraphWriter } from './graph-writer.ts'
import { dataType } from './proto.ts'

/**
 * Weights use half of the signed bytes: processors without VNNI (AVX2 alone) add up two products, each of an unsigned
 * and a signed byte, in 16 bits, and 255 · 64 · 2 still fits.
 */
const largestWeight = 64

/** A zero point in the middle of unsigned bytes. */
const middle = 128

export interface Quantised {
  /** The ONNX name of what goes in. */
  readonly x: string
  /** [out, into, kh, kw]. */
  readonly weight: WeightTensor
  readonly bias: WeightTensor | undefined
  readonly ranges: Ranges[string]
}

/** Writes the nodes that give the value `name`, as a Conv with these attributes would. */
export function writeQuantised(
  writer: GraphWriter,
  name: string,
  { x, weight, bias, ranges }: Quantised,
  attributes: Readonly<Record<string, AttributeValue>>,
): void {
  const from = affine(ranges.taken)
  const fromScale = writer.number(from.scale)
  const fromZero = writer.bytes([from.zero])
  const eight = writer.once(`${x}/8`, () => writer.node(`${x}/8`, 'QuantizeLinear', [x, fromScale, fromZero]))
  const kernel = symmetric(weight)
  const channels = kernel.scales.length
  const to = Array.from({ length: channels }, (_, c) => affine(ranges.given[c] ?? zero))
  const biases = bias === undefined ? new Float32Array(channels) : widened(bias).data
  // The operator has one scale and one zero for all that comes out: each channel's own go into its kernel and bias.
  const sums = Int32Array.from(to, (own, c) => {
    const shifted = (biases[c] ?? 0) + (own.zero - middle) * own.scale
    return Math.round(shifted / (from.scale * (kernel.scales[c] ?? 1)))
  })
  const scales = kernel.scales.map((scale, c) => scale / (to[c]?.scale ?? 1))
  writer.node(
    `${name}/8`,
    'QLinearConv',
    [
      ...[eight, fromScale, fromZero],
      writer.constant(`${name}/kernel`, dataType.int8, weight.shape, kernel.data),
      writer.constant(`${name}/kernel-scales`, dataType.float, [channels], scales),
      writer.constant(`${name}/kernel-zeros`, dataType.int8, [channels], new Int8Array(channels)),
      ...[writer.number(1), writer.bytes([middle])],
      writer.constant(`${name}/sums`, dataType.int32, [channels], sums),
    ],
    attributes,
  )
  writer.node(
    name,
    'DequantizeLinear',
    [
      `${name}/8`,
      writer.constant(
        `${name}/scales`,
        dataType.float,
        [channels],
        Float32Array.from(to, ({ scale }) => scale),
      ),
      writer.constant(
        `${name}/zeros`,
        dataType.uint8,
        [channels],
        Uint8Array.from(to, ({ zero: own }) => own),
      ),
    ],
    { axis: int(1) },
  )
}

const zero: Range = { min: 0, max: 0 }

/** The scale and zero point of a range, widened to have 0 in it, in unsigned bytes. */
function affine(range: Range): { readonly scale: number; readonly zero: number } {
  const [min, max] = [Math.min(0, range.min), Math.max(0, range.max)]
  const scale = max > min ? Math.fround((max - min) / 255) : 1
  return { scale, zero: Math.round(-min / scale) }
}

/** Signed bytes up to `largestWeight`, and the scale of each channel that comes out. */
function symmetric(weight: WeightTensor) {
  const values = widened(weight).data
  const [out = 1] = weight.shape
  const each = values.length / out
  const data = new Int8Array(values.length)
  const scales = Float32Array.from({ length: out }, (_, channel) => {
    const own = values.subarray(channel * each, (channel + 1) * each)
    return own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / largestWeight || 1
  })
  values.forEach((value, i) => {
    data[i] = Math.round(value / (scales[Math.floor(i / each)] ?? 1))
  })
  return { data, scales }
}
