/** The operators of losses in TensorFlow. */
import type { LossOperator } from '../../graph/operators.ts'
import type { Computations, Operation } from './operation.ts'

export const lossComputations: Computations<
  Extract<LossOperator, Operation> | Extract<Operation, { kind: 'fill' }>
> = {
  fill: (tf, { value, shape }) => tf.fill([...shape], value),
  scale: (tf, { factor }, x) => tf.mul(x, factor),
  'mean-absolute-difference': (tf, _, x, y) => tf.mean(tf.abs(tf.sub(x, y))),
  'mean-squared-error': (tf, { target }, x) => tf.mean(tf.square(tf.sub(x, target))),

  /** −log σ(x) = softplus(−x), and −log(1 − σ(x)) = softplus(x), which does not overflow. */
  'mean-log-loss': (tf, { target }, x) => tf.mean(tf.softplus(target === 1 ? tf.neg(x) : x)),
}
