/** The operators of networks in TensorFlow. Pictures are NHWC. */
import type { NetworkOperator } from '../../graph/operators.ts'
import { around, convolve, convolveTransposed } from './convolve.ts'
import type { Library, Tensor } from './library.ts'
import type { Computations, Operation } from './operation.ts'

type ComputedHere =
  | Extract<NetworkOperator, Operation>
  | Extract<Operation, { kind: 'centre' | 'reciprocal-deviation' | 'multiply' | 'transpose' }>

export const networkComputations: Computations<ComputedHere> = {
  convolution: convolve,
  'transposed-convolution': convolveTransposed,

  'reflection-pad': (tf, { padding }, x) =>
    padding === 0 ? tf.clone(x) : tf.mirrorPad(x, around(padding), 'reflect'),

  centre: (tf, _, x) => tf.sub(x, tf.mean(x, [1, 2], true)),

  /** Centred before it is squared: the square of a mean can be far larger than the variance. */
  'reciprocal-deviation': (tf, { epsilon }, centred) =>
    reciprocalRoot(tf, tf.add(tf.mean(tf.square(centred), [1, 2], true), epsilon)),

  multiply: (tf, _, a, b) => tf.mul(a, b),

  'fixed-norm': (tf, { epsilon }, x, mean, variance) =>
    tf.mul(tf.sub(x, mean), reciprocalRoot(tf, tf.add(variance, epsilon))),

  relu: (tf, _, x) => tf.relu(x),
  'leaky-relu': (tf, { slope }, x) => tf.leakyRelu(x, slope),
  tanh: (tf, _, x) => tf.tanh(x),
  add: (tf, _, a, b) => tf.add(a, b),
  transpose: (tf, { axes }, x) => tf.transpose(x, [...axes]),
}

/** In two parts, each rounded as it should be: `rsqrt` is an approximation on some devices. */
function reciprocalRoot(tf: Library, x: Tensor): Tensor {
  return tf.div(1, tf.sqrt(x))
}
