/** Choosing and augmenting pictures, averages and Adam in TensorFlow. Pictures are NHWC. */
import type { UpdateOperator } from '../../graph/operators.ts'
import type { Computations } from './operation.ts'

export const updateComputations: Computations<UpdateOperator> = {
  choose: (tf, _, a, b, choice) => tf.where(tf.greater(choice, 1 / 2), a, b),

  /** First all rows at once, as vectors of width · channels, then all columns, as vectors of height · channels. */
  shift(tf, { transposed }, x, rows, columns) {
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
    const down = tf.matMul(
      tf.reshape(rows, [batch, height, height]),
      tf.reshape(x, [batch, height, width * channels]),
      transposed,
    )
    const turned = tf.transpose(tf.reshape(down, [batch, height, width, channels]), [0, 2, 1, 3])
    const right = tf.matMul(
      tf.reshape(columns, [batch, width, width]),
      tf.reshape(turned, [batch, width, height * channels]),
      !transposed,
    )
    return tf.transpose(tf.reshape(right, [batch, width, height, channels]), [0, 2, 1, 3])
  },

  mask: (tf, _, x, mask) => tf.mul(x, mask),

  /** b + share · (a − b), which stays what it is where both are the same. */
  interpolate: (tf, _, a, b, share) => tf.add(b, tf.mul(tf.sub(a, b), share)),

  'moving-average': (tf, { decay }, average, x) => tf.add(tf.mul(average, decay), tf.mul(x, 1 - decay)),

  'moving-average-of-squares': (tf, { decay }, average, x) =>
    tf.add(tf.mul(average, decay), tf.mul(tf.square(x), 1 - decay)),

  /** As 1 − e^(t · log decay): 1 − 0.999 has but four digits left in single precision. */
  'bias-correction': (tf, { decay }, step) => tf.neg(tf.expm1(tf.mul(step, Math.log(decay)))),

  /** weight − (rate / c₁) · m / (√v / √c₂ + epsilon), where c are the corrections: numbers first, tensors last. */
  adam(tf, { epsilon }, weight, first, second, rate, ofFirst, ofSecond) {
    const divisor = tf.tidy(() => tf.add(tf.div(tf.sqrt(second), tf.sqrt(ofSecond)), epsilon))
    return tf.sub(weight, tf.mul(tf.div(first, divisor), tf.div(rate, ofFirst)))
  },
}
