/**
 * The operators that graphs are made of. Each is as large as it can be while it still has one gradient; values are
 * NCHW where they are pictures. `infer-shape.ts` tells the shape that each gives, `gradient.ts` its gradient.
 */

export type Operator = NetworkOperator | LossOperator | GradientOperator | UpdateOperator

export type NetworkOperator =
  /** Inputs: x, weight [out, in, kh, kw], optionally bias [out]. Pads with `padding` zeros on every side. */
  | { readonly kind: 'convolution'; readonly stride: number; readonly padding: number }
  /** Inputs: x, weight [in, out, kh, kw], optionally bias [out]; the convolution's gradient run forwards. */
  | {
      readonly kind: 'transposed-convolution'
      readonly stride: number
      readonly padding: number
      readonly outputPadding: number
    }
  /** Mirrors `padding` pixels at every side, without repeating the edge. */
  | { readonly kind: 'reflection-pad'; readonly padding: number }
  /** (x − mean) / √(variance + epsilon) over height and width; biased variance, nothing learned. */
  | { readonly kind: 'instance-norm'; readonly epsilon: number }
  /** Inputs: x, mean [channels], variance [channels]. An instance norm whose statistics are given. */
  | { readonly kind: 'fixed-norm'; readonly epsilon: number }
  | { readonly kind: 'relu' }
  | { readonly kind: 'leaky-relu'; readonly slope: number }
  | { readonly kind: 'tanh' }
  /** Inputs: two values of the same shape. */
  | { readonly kind: 'add' }

/** What losses are made of. The means are over all values, and give one number, of shape []. */
export type LossOperator =
  /** `value` everywhere; no inputs. */
  | { readonly kind: 'constant'; readonly value: number; readonly shape: readonly number[] }
  /** factor · x. */
  | { readonly kind: 'scale'; readonly factor: number }
  /** Inputs: x, y of the same shape. mean |x − y|. */
  | { readonly kind: 'mean-absolute-difference' }
  /** mean (x − target)². */
  | { readonly kind: 'mean-squared-error'; readonly target: number }
  /** The mean binary cross-entropy of sigmoid(x) against the target: −log σ(x) for 1, −log(1 − σ(x)) for 0. */
  | { readonly kind: 'mean-log-loss'; readonly target: 0 | 1 }

/**
 * What the gradients of the others are made of. `dy` is the gradient of what was differentiated with respect to the
 * value y. (The gradient of a convolution with respect to its input is a transposed convolution, and the reverse.)
 */
export type GradientOperator =
  /** Inputs: x, dy of a convolution. Gives the gradient of its weight: [out, in, …kernel]. */
  | {
      readonly kind: 'convolution-weight-gradient'
      readonly stride: number
      readonly padding: number
      readonly kernel: readonly [height: number, width: number]
    }
  /** [batch, channels, height, width] to [channels]: the gradient of a bias. */
  | { readonly kind: 'channel-sum' }
  /** Adds what lies in the mirrored border back to where it came from. */
  | { readonly kind: 'reflection-fold'; readonly padding: number }
  /** Inputs: x, y, dy of an instance norm. */
  | { readonly kind: 'instance-norm-gradient'; readonly epsilon: number }
  /** Inputs: x, dy of a ReLU, leaky or not. dy where x > 0, slope · dy elsewhere. */
  | { readonly kind: 'rectifier-gradient'; readonly slope: number }
  /** Inputs: y, dy. dy · (1 − y²). */
  | { readonly kind: 'tanh-gradient' }
  /** Inputs: x, y, and the gradient of their mean absolute difference. Gives that of x. */
  | { readonly kind: 'mean-absolute-difference-gradient' }
  /** Inputs: x, and the gradient of the loss. */
  | { readonly kind: 'mean-squared-error-gradient'; readonly target: number }
  /** Inputs: x, and the gradient of the loss. */
  | { readonly kind: 'mean-log-loss-gradient'; readonly target: 0 | 1 }

/**
 * What a training step does beside: choosing and augmenting pictures, averages, and Adam (Kingma and Ba, 2015). Only
 * `shift` and `mask` have a gradient, and only with respect to the picture.
 */
export type UpdateOperator =
  /** Inputs: a, b, and of each picture in the batch 1 to take it from a or 0 to take it from b: [batch, 1, 1, 1]. */
  | { readonly kind: 'choose' }
  /**
   * Moves each picture of the batch by whole pixels. Inputs: x, and for each picture matrices that are all 0 but for at
   * most a single 1 in each row and column: rows [batch, 1, height, height], columns [batch, 1, width, width].
   * rows · x · columns, or with both transposed, which moves back.
   */
  | { readonly kind: 'shift'; readonly transposed: boolean }
  /** Inputs: x, and for each picture of the batch a mask [batch, 1, height, width]. x · mask in each channel. */
  | { readonly kind: 'mask' }
  /** Inputs: a, b of the same shape, and the share of a, of shape []. share · a + (1 − share) · b. */
  | { readonly kind: 'interpolate' }
  /** Inputs: average, x. decay · average + (1 − decay) · x. */
  | { readonly kind: 'moving-average'; readonly decay: number }
  /** Inputs: average, x. decay · average + (1 − decay) · x². */
  | { readonly kind: 'moving-average-of-squares'; readonly decay: number }
  /** Of a step number t from 1 on, of shape []: 1 − decay^t, what a moving average begun at 0 lacks. */
  | { readonly kind: 'bias-correction'; readonly decay: number }
  /**
   * Inputs: weight, first and second moment, then the learning rate and the bias corrections of both moments, each of
   * shape []. weight − rate · m̂ / (√v̂ + epsilon).
   */
  | { readonly kind: 'adam'; readonly epsilon: number }
