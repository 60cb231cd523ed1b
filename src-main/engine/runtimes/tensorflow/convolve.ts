/**
 * Convolutions by TensorFlow's own kernels, forward and back. They know no padding but their own (`SAME`, which puts
 * an odd zero elsewhere), so zeros are put around by hand, and what lies on them is cut off.
 */
import type { Library, Tensor } from './library.ts'

interface Windows {
  readonly stride: number
  readonly padding: number
}

/** x NHWC, kernel [height, width, in, out]. */
export function convolve(
  tf: Library,
  { stride, padding }: Windows,
  x: Tensor,
  kernel: Tensor,
  bias?: Tensor,
): Tensor {
  const inputs = { x: bordered(tf, x, padding), filter: kernel }
  const sums = tf.engine().runKernel<Tensor>(tf.Conv2D, inputs, { ...attributes(stride), dilations: 1 })
  return bias ? tf.add(sums, bias) : sums
}

/** x NHWC, kernel [height, width, out, in]: the gradient of a convolution with respect to its input, from x. */
export function convolveTransposed(
  tf: Library,
  { stride, padding, outputPadding }: Windows & { readonly outputPadding: number },
  x: Tensor,
  kernel: Tensor,
  bias?: Tensor,
): Tensor {
  const [batch = 0, ...size] = x.shape.slice(0, 3)
  const [height = 0, width = 0, channels = 0] = kernel.shape
  const reached = [height, width].map((taps, axis) => ((size[axis] ?? 0) - 1) * stride + taps)
  const wanted = reached.map((pixels) => pixels - 2 * padding + outputPadding)
  // What is wanted may end behind the last pixel that a window reaches: there are zeros.
  const whole = reached.map((pixels, axis) => Math.max(pixels, padding + (wanted[axis] ?? 0)))
  const sums = tf.engine().runKernel<Tensor>(
    tf.Conv2DBackpropInput,
    { dy: x, filter: kernel },
    {
      ...attributes(stride),
      inputShape: [batch, ...whole, channels],
    },
  )
  const isWhole = whole.every((pixels, axis) => pixels === wanted[axis])
  const inside = isWhole ? sums : tf.slice(sums, [0, padding, padding, 0], [batch, ...wanted, channels])
  return bias ? tf.add(inside, bias) : inside
}

/** x and dy NHWC; gives [height, width, in, out]. */
export function weightGradient(
  tf: Library,
  { stride, padding, kernel }: Windows & { readonly kernel: readonly [height: number, width: number] },
  x: Tensor,
  dy: Tensor,
): Tensor {
  const filterShape = [...kernel, x.shape[3] ?? 0, dy.shape[3] ?? 0]
  return tf
    .engine()
    .runKernel<Tensor>(
      tf.Conv2DBackpropFilter,
      { x: bordered(tf, x, padding), dy },
      { ...attributes(stride), filterShape },
    )
}

/** Zeros around each picture. */
function bordered(tf: Library, x: Tensor, padding: number): Tensor {
  return padding === 0 ? x : tf.pad(x, around(padding))
}

/** So many pixels at each side of pictures, as `pad` wants it. */
export function around(padding: number): [number, number][] {
  return [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ]
}

function attributes(stride: number) {
  return { strides: [stride, stride], pad: 'valid', dataFormat: 'NHWC' }
}
