/** A Conv that is right on every provider. */
import type { AttributeValue, GraphWriter } from './graph-writer.ts'

/**
 * `inputs`: x, weight [out, into, kh, kw], optionally bias.
 *
 * WebGPU's Conv (ONNX Runtime 1.30) takes channels by fours, or else by threes, and is wrong by threes: where `into` is
 * 6, 9, 15 and so on, and `out` is a multiple of 4. Empty channels then make it a multiple of 4.
 */
export function writeConvolution(
  writer: GraphWriter,
  name: string,
  inputs: readonly string[],
  { out, into }: { readonly out: number; readonly into: number },
  attributes: Readonly<Record<string, AttributeValue>>,
): void {
  const [x = '', weight = '', ...bias] = inputs
  const byThrees = into % 4 !== 0 && into % 3 === 0 && into > 3 && out % 4 === 0
  if (!byThrees) {
    writer.node(name, 'Conv', inputs, attributes)
    return
  }
  const pads = writer.integers([0, 0, 0, 0, 0, 4 - (into % 4), 0, 0])
  const widen = (value: string) => {
    const wide = `${value}.by-fours`
    return writer.once(wide, () => writer.node(wide, 'Pad', [value, pads]))
  }
  writer.node(name, 'Conv', [widen(x), widen(weight), ...bias], attributes)
}
