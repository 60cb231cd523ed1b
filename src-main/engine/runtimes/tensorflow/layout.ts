/**
 * In which order the axes of a value with four of them lie in memory. Graphs have pictures as NCHW and the weights of
 * convolutions as [out, in, height, width]; TensorFlow's convolutions want NHWC and [height, width, in, out]. The
 * order of a transposed convolution's weight, [in, out, height, width], turns into what its kernel wants all the same.
 */

/** `own`: as graphs have it; also of all values that have fewer axes. */
export type Layout = 'own' | 'picture' | 'kernel'

/** For each axis in memory, the axis of the graph's order. */
const orders: Readonly<Record<Layout, readonly number[]>> = {
  own: [0, 1, 2, 3],
  picture: [0, 2, 3, 1],
  kernel: [2, 3, 1, 0],
}

/** The axes by which a value is to be transposed. */
export function axesBetween(from: Layout, to: Layout): number[] {
  return orders[to].map((axis) => orders[from].indexOf(axis))
}

/** The sizes of a value in the graph's order as they lie in memory. */
export function laidOut(shape: readonly number[], layout: Layout): number[] {
  return layout === 'own' ? [...shape] : orders[layout].map((axis) => shape[axis] ?? 0)
}
