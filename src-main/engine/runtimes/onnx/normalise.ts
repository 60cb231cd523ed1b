/** Instance norm with what its gradient needs: the reciprocal of the standard deviation, once for both. */
import type { Node } from '../../graph/graph.ts'
import { int, ints } from './graph-writer.ts'
import type { Lowering } from './lowering.ts'

/** y = r · (x − mean), where r = 1 / √(variance + epsilon). */
export function normalise(lowering: Lowering, { name, inputs }: Node, epsilon: number): void {
  const { writer } = lowering
  const [x = ''] = lowering.values(inputs)
  const [, , height, width] = lowering.pictureSizes(name)
  const overPixels = { axes: ints(2, 3), keepdims: int(1) }
  const mean = writer.node(`${name}/mean`, 'ReduceMean', [x], overPixels)
  const centred = writer.node(`${name}/centred`, 'Sub', [x, mean])
  const squares = writer.node(`${name}/squares`, 'ReduceSumSquare', [centred], overPixels)
  const variance = writer.node(`${name}/variance`, 'Div', [squares, writer.number(height * width)])
  const shifted = writer.node(`${name}/shifted`, 'Add', [variance, writer.number(epsilon)])
  const deviation = writer.node(`${name}/deviation`, 'Sqrt', [shifted])
  writer.node(reciprocalOf(name), 'Reciprocal', [deviation])
  writer.node(name, 'Mul', [centred, reciprocalOf(name)])
}

/** dx = r · (dy − mean(dy) − y · mean(dy · y)), means over height and width. */
export function normaliseGradient(lowering: Lowering, { name, inputs }: Node): void {
  const { writer } = lowering
  const [, y = '', dy = ''] = lowering.values(inputs)
  const average = (of: string, part: string) =>
    writer.node(`${name}/${part}`, 'ReduceMean', [of], { axes: ints(2, 3), keepdims: int(1) })
  const products = writer.node(`${name}/products`, 'Mul', [dy, y])
  const along = writer.node(`${name}/along`, 'Mul', [y, average(products, 'product')])
  const centred = writer.node(`${name}/centred`, 'Sub', [dy, average(dy, 'mean')])
  const across = writer.node(`${name}/across`, 'Sub', [centred, along])
  writer.node(name, 'Mul', [across, reciprocalOf(y)])
}

function reciprocalOf(norm: string): string {
  return `${norm}/reciprocal`
}
