/** The shape that each operator gives for inputs of given shapes. */
import type { Operator } from './operators.ts'
import { describe, describeShape, dividedDown, sameDimension, sameShape, scaled } from './shape.ts'
import type { Dimension, Shape } from './shape.ts'

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
    case 'fixed-norm': {
      const [x, ...statistics] = only(inputs, 3)
      for (const statistic of statistics) allSame([[picture(x)[1]], statistic])
      return picture(x)
    }
    case 'relu':
    case 'leaky-relu':
    case 'tanh':
    case 'scale':
      return only(inputs, 1)[0] ?? []
    case 'add':
    case 'rectifier-gradient':
    case 'tanh-gradient':
    case 'moving-average':
    case 'moving-average-of-squares':
      return allSame(only(inputs, 2))
    case 'instance-norm-gradient':
      return picture(allSame(only(inputs, 3)))
    case 'constant':
      only(inputs, 0)
      return operator.shape
    case 'mean-absolute-difference':
      allSame(only(inputs, 2))
      return []
    case 'mean-squared-error':
    case 'mean-log-loss':
      only(inputs, 1)
      return []
    case 'mean-absolute-difference-gradient': {
      const [x = [], y = [], ...rest] = only(inputs, 3)
      expectNumbers(rest)
      return allSame([x, y])
    }
    case 'mean-squared-error-gradient':
    case 'mean-log-loss-gradient': {
      const [x = [], ...rest] = only(inputs, 2)
      expectNumbers(rest)
      return x
    }
    case 'convolution-weight-gradient': {
      const { kernel, stride, padding } = operator
      const [x, dy] = only(inputs, 2)
      const [batch, into, ...size] = picture(x)
      const [batchOfGradient, out, ...sizeOfGradient] = picture(dy)
      const wanted = size.map((n, i) => windows(n, kernel[i] ?? 0, stride, padding))
      allSame([
        [batch, ...wanted],
        [batchOfGradient, ...sizeOfGradient],
      ])
      return [out, into, ...kernel]
    }
    case 'channel-sum':
      return [picture(only(inputs, 1)[0])[1]]
    case 'reflection-fold': {
      const [batch, channels, ...size] = picture(only(inputs, 1)[0])
      return [batch, channels, ...size.map((n) => folded(n, operator.padding))]
    }
    case 'choose': {
      const [a = [], b = [], choice = []] = only(inputs, 3)
      allSame([choice, [picture(a)[0], 1, 1, 1]])
      return allSame([a, b])
    }
    case 'shift': {
      const [x = [], rows = [], columns = []] = only(inputs, 3)
      const [batch, , height, width] = picture(x)
      allSame([rows, [batch, 1, height, height]])
      allSame([columns, [batch, 1, width, width]])
      return x
    }
    case 'mask': {
      const [x = [], mask = []] = only(inputs, 2)
      const [batch, , ...size] = picture(x)
      allSame([mask, [batch, 1, ...size]])
      return x
    }
    case 'interpolate': {
      const [a = [], b = [], ...rest] = only(inputs, 3)
      expectNumbers(rest)
      return allSame([a, b])
    }
    case 'bias-correction':
      expectNumbers(only(inputs, 1))
      return []
    case 'adam': {
      const [weight = [], first = [], second = [], ...rest] = only(inputs, 6)
      expectNumbers(rest)
      return allSame([weight, first, second])
    }
  }
}

function only(inputs: readonly Shape[], count: number): readonly Shape[] {
  if (inputs.length !== count) throw new Error(`takes ${count} inputs, not ${inputs.length}`)
  return inputs
}

function allSame([first = [], ...others]: readonly Shape[]): Shape {
  for (const other of others) {
    if (!sameShape(first, other)) {
      throw new Error(`shapes differ: ${describeShape(first)} and ${describeShape(other)}`)
    }
  }
  return first
}

function expectNumbers(shapes: readonly Shape[]): void {
  for (const shape of shapes) {
    if (shape.length > 0) throw new Error(`takes a single number, not ${describeShape(shape)}`)
  }
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

function folded(size: Dimension, padding: number): Dimension {
  const inner = scaled(size, 1, -2 * padding)
  if (typeof inner === 'number' && padding >= inner)
    throw new Error(`cannot fold ${padding} into ${inner} pixels`)
  return inner
}
