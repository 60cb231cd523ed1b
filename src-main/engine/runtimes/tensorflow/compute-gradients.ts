/** The operators of gradients in TensorFlow. Pictures are NHWC. */
import type { GradientOperator } from '../../graph/operators.ts'
import { weightGradient } from './convolve.ts'
import type { Library, Tensor } from './library.ts'
import type { Computations, Operation } from './operation.ts'

type ComputedHere = Extract<GradientOperator, Operation> | Extract<Operation, { kind: 'normalised-gradient' }>

export const gradientComputations: Computations<ComputedHere> = {
  'convolution-weight-gradient': weightGradient,
  'channel-sum': (tf, _, dy) => tf.sum(dy, [0, 1, 2]),

  /** (tfjs-core's own gradient of a mirrored border forgets what lies in it.) */
  'reflection-fold': (tf, { padding }, dy) =>
    padding === 0 ? tf.clone(dy) : folded(tf, folded(tf, dy, 1, padding), 2, padding),

  /** dx = r · (dy − mean(dy) − y · mean(dy · y)), means over height and width. */
  'normalised-gradient'(tf, _, y, reciprocal, dy) {
    const across = tf.tidy(() => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), [1, 2], true))
      return tf.sub(tf.sub(dy, tf.mean(dy, [1, 2], true)), along)
    })
    return tf.mul(across, reciprocal)
  },

  'rectifier-gradient': (tf, { slope }, x, dy) => tf.where(tf.greater(x, 0), dy, tf.mul(dy, slope)),
  'tanh-gradient': (tf, _, y, dy) => tf.mul(dy, tf.sub(1, tf.square(y))),

  'mean-absolute-difference-gradient': (tf, _, x, y, gradient) =>
    tf.mul(tf.sign(tf.sub(x, y)), tf.mul(gradient, 1 / x.size)),

  /** 2/n · (x − target). */
  'mean-squared-error-gradient': (tf, { target }, x, gradient) =>
    tf.mul(tf.sub(x, target), tf.mul(gradient, 2 / x.size)),

  /** 1/n · (σ(x) − target). */
  'mean-log-loss-gradient': (tf, { target }, x, gradient) =>
    tf.mul(tf.sub(tf.sigmoid(x), target), tf.mul(gradient, 1 / x.size)),
}

/** Adds what lies in a mirrored border along one axis to where it came from. */
function folded(tf: Library, x: Tensor, axis: number, padding: number): Tensor {
  return tf.tidy(() => {
    const along = (value: number, others: number) => x.shape.map((_, i) => (i === axis ? value : others))
    const size = (x.shape[axis] ?? 0) - 2 * padding
    const part = (begin: number, length: number) => tf.slice(x, along(begin, 0), along(length, -1))
    /** A mirrored border, `begin` pixels behind the first. */
    const back = (border: Tensor, begin: number) => {
      const zeros = x.shape.map((_, i): [number, number] =>
        i === axis ? [begin, size - padding - begin] : [0, 0],
      )
      return tf.pad(padding === 1 ? border : tf.reverse(border, axis), zeros)
    }
    const first = back(part(0, padding), 1)
    const last = back(part(padding + size, padding), size - padding - 1)
    return tf.add(tf.add(part(padding, size), first), last)
  })
}
