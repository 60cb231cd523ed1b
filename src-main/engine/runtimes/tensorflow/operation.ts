/**
 * What is computed one after the other: the operators of graphs, but for those that are put together from several
 * parts, so that a part is freed as soon as nothing reads it, and what two of them need is computed once.
 */
import type { Operator } from '../../graph/operators.ts'
import type { Library, Tensor } from './library.ts'

export type Operation =
  Exclude<Operator, { kind: 'instance-norm' | 'instance-norm-gradient' | 'constant' }> | PartOperation

export type PartOperation =
  /** `value` everywhere; the shape is as it lies in memory. */
  | { readonly kind: 'fill'; readonly value: number; readonly shape: readonly number[] }
  /** Puts the axes into another order. */
  | { readonly kind: 'transpose'; readonly axes: readonly number[] }
  /** x − mean, over height and width. */
  | { readonly kind: 'centre' }
  /** Of a centred x: 1 / √(variance + epsilon), [batch, 1, 1, channels]. */
  | { readonly kind: 'reciprocal-deviation'; readonly epsilon: number }
  | { readonly kind: 'multiply' }
  /** Inputs: y of an instance norm, the reciprocal deviation of its x, dy. */
  | { readonly kind: 'normalised-gradient' }

/**
 * One function for each kind. It gives a tensor of its own, never an input; what it makes on the way is disposed by its
 * caller. It gets as many inputs as the operator has: the graph has checked that.
 */
export type Computations<Some extends Operation> = {
  readonly [Kind in Some['kind']]: (
    tf: Library,
    operation: Extract<Some, { kind: Kind }>,
    ...inputs: Tensor[]
  ) => Tensor
}
