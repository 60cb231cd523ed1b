/**
 * The operators that networks are made of, and the shape that each gives. Each is as large as it can be while it
 * still has one gradient. Values are NCHW.
 */
import { describe, describeShape, dividedDown, sameDimension, sameShape, scaled } from './shape.ts'
import type { Dimension, Shape } from './shape.ts'

export type Operator =
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
  | { readonly kind: 'relu' }
  | { readonly kind: 'leaky-relu'; readonly slope: number }
  | { readonly kind: 'tanh' }
  /** Inputs: two values of the same shape. */
  | { readonly kind: 'add' }

/** The shape that an operator gives for inputs of these shapes. Throws an Error that says what does not fit. */
export function inferShape(operator: Operator, inputs: readonly Shape[]): Shape {
  switch (operator.kind) {
    case 'convolution': {
      const { stride, padding } = operator
      const { batch, channels, size, weight } = convolutionInputs(inputs)
      const [out, into, ...kernel] = weight
      expectChannels(channels, into)
      return [batch, out, ...size.map((n, i) => windows(n, kernel[i] ?? 0, stride, padding))]
    }
    case 'transposed-convolution': {
      const { stride, padding, outputPadding } = operator
      const { batch, channels, size, weight } = convolutionInputs(inputs, 1)
      const [into, out, ...kernel] = weight
      expectChannels(channels, into)
      if (outputPadding >= stride) throw new Error('the output padding must be smaller than the stride')
      return [
        batch,
        out,
        ...size.map((n, i) => scaled(n, stride, (kernel[i] ?? 0) - stride - 2 * padding + outputPadding)),
      ]
    }
    case 'reflection-pad': {
      const [batch, channels, ...size] = picture(only(inputs, 1)[0])
      return [batch, channels, ...size.map((n) => reflected(n, operator.padding))]
    }
    case 'instance-norm':
      return picture(only(inputs, 1)[0])
    case 'relu':
    case 'leaky-relu':
    case 'tanh':
      return only(inputs, 1)[0] ?? []
    case 'add': {
      const [a = [], b = []] = only(inputs, 2)
      if (!sameShape(a, b)) throw new Error(`shapes differ: ${describeShape(a)} and ${describeShape(b)}`)
      return a
    }
  }
}

function only(inputs: readonly Shape[], count: number): readonly Shape[] {
  if (inputs.length !== count) throw new Error(`takes ${count} inputs, not ${inputs.length}`)
  return inputs
}

type Picture = readonly [batch: Dimension, channels: Dimension, height: Dimension, width: Dimension]

function picture(shape: Shape = []): Picture {
  const [batch, channels, height, width] = shape
  if (
    batch === undefined ||
    channels === undefined ||
    height === undefined ||
    width === undefined ||
    shape.length > 4
  ) {
    throw new Error(`takes a value [batch, channels, height, width], not ${describeShape(shape)}`)
  }
  return [batch, channels, height, width]
}

/** Takes the inputs of a convolution apart; `outAxis` is the weight's axis of output channels, as long as the bias. */
function convolutionInputs(inputs: readonly Shape[], outAxis: 0 | 1 = 0) {
  const [x, weight = [], bias] = inputs
  if (inputs.length < 2 || inputs.length > 3) throw new Error(`takes 2 or 3 inputs, not ${inputs.length}`)
  const [batch, channels, ...size] = picture(x)
  const sizes = weight.filter((n) => typeof n === 'number')
  const [a, b, height, width] = sizes
  if (
    a === undefined ||
    b === undefined ||
    height === undefined ||
    width === undefined ||
    weight.length !== 4
  ) {
    throw new Error(`takes a weight of four known sizes, not ${describeShape(weight)}`)
  }
  const out = outAxis === 0 ? a : b
  if (bias && !sameShape(bias, [out])) throw new Error(`takes a bias [${out}], not ${describeShape(bias)}`)
  return { batch, channels, size, weight: [a, b, height, width] as const }
}

function expectChannels(channels: Dimension, wanted: number): void {
  if (!sameDimension(channels, wanted)) {
    throw new Error(`its weight is for ${wanted} channels, its input has ${describe(channels)}`)
  }
}

/** How many windows of `kernel` pixels fit: ⌊(size + 2·padding − kernel) / stride⌋ + 1. */
function windows(size: Dimension, kernel: number, stride: number, padding: number): Dimension {
  const count = scaled(dividedDown(scaled(size, 1, 2 * padding - kernel), stride), 1, 1)
  if (typeof count === 'number' && count < 1) {
    throw new Error(`a ${kernel}-pixel window does not fit into ${describe(size)} pixels`)
  }
  return count
}

function reflected(size: Dimension, padding: number): Dimension {
  if (typeof size === 'number' && padding >= size) {
    throw new Error(`cannot mirror ${padding} of ${size} pixels`)
  }
  return scaled(size, 1, 2 * padding)
}
