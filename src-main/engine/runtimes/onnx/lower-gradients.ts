/** The operators of gradients as ONNX operators. ONNX has none of them, so each is put together from smaller ones. */
import type { GradientOperator } from '../../graph/operators.ts'
import { dataType } from './proto.ts'
import { int } from './graph-writer.ts'
import type { Lowering, Lowerings } from './lowering.ts'
import { foldingMatrix, transposed } from './matrices.ts'
import { normaliseGradient } from './normalise.ts'
import { lowerWeightGradient } from './weight-gradient.ts'

export const gradientLowerings: Lowerings<GradientOperator> = {
  'convolution-weight-gradient': lowerWeightGradient,

  'channel-sum'(lowering, { name, inputs }) {
    const { writer } = lowering
    const axes = writer.integers([0, 2, 3])
    writer.node(name, 'ReduceSum', [...lowering.values(inputs), axes], { keepdims: int(0) })
  },

  /** R · dy · Rᵀ, where R adds each mirrored row to the row that it mirrors. */
  'reflection-fold'(lowering, { name, inputs: [dy = ''] }, { padding }) {
    const { writer } = lowering
    const [, , height, width] = lowering.pictureSizes(name)
    const rows = writer.matrix(`fold.${height}.${padding}`, () => foldingMatrix(height, padding))
    const columns = writer.matrix(`fold.${width}.${padding}.transposed`, () =>
      transposed(foldingMatrix(width, padding)),
    )
    const folded = writer.node(`${name}/rows`, 'MatMul', [rows, lowering.value(dy)])
    writer.node(name, 'MatMul', [folded, columns])
  },

  'instance-norm-gradient': normaliseGradient,

  /** By numbers, for slopes from 0 to 1: where a session turns truth values round, WebGPU has no Transpose for them. */
  'rectifier-gradient'(lowering, { name, inputs: [x = '', dy = ''] }, { slope }) {
    const { writer } = lowering
    const [value, gradient] = [lowering.value(x), lowering.value(dy)]
    const passes = writer.node(`${name}/passes`, 'Greater', [value, writer.number(0)])
    const mask = writer.node(`${name}/mask`, 'Cast', [passes], { to: int(dataType.float) })
    const share = slope === 0 ? mask : writer.node(`${name}/share`, 'Max', [mask, writer.number(slope)])
    writer.node(name, 'Mul', [gradient, share])
  },

  'tanh-gradient'(lowering, { name, inputs: [y = '', dy = ''] }) {
    const { writer } = lowering
    const [value, gradient] = [lowering.value(y), lowering.value(dy)]
    const square = writer.node(`${name}/square`, 'Mul', [value, value])
    const derivative = writer.node(`${name}/derivative`, 'Sub', [writer.number(1), square])
    writer.node(name, 'Mul', [gradient, derivative])
  },

  'mean-absolute-difference-gradient'(lowering, { name, inputs: [x = '', y = '', gradient = ''] }) {
    const { writer } = lowering
    const difference = writer.node(`${name}/difference`, 'Sub', lowering.values([x, y]))
    writer.node(name, 'Mul', [
      sign(lowering, name, difference),
      share(lowering, name, gradient, 1 / lowering.count(x)),
    ])
  },

  /** 2/n · (x − target). */
  'mean-squared-error-gradient'(lowering, { name, inputs: [x = '', gradient = ''] }, { target }) {
    const { writer } = lowering
    const error = writer.node(`${name}/error`, 'Sub', [lowering.value(x), writer.number(target)])
    writer.node(name, 'Mul', [error, share(lowering, name, gradient, 2 / lowering.count(x))])
  },

  /** 1/n · (σ(x) − target). */
  'mean-log-loss-gradient'(lowering, { name, inputs: [x = '', gradient = ''] }, { target }) {
    const { writer } = lowering
    const probability = writer.node(`${name}/probability`, 'Sigmoid', [lowering.value(x)])
    const error = writer.node(`${name}/error`, 'Sub', [probability, writer.number(target)])
    writer.node(name, 'Mul', [error, share(lowering, name, gradient, 1 / lowering.count(x))])
  },
}

/** 1, 0 or −1, written so because WebGPU has no Sign. */
function sign({ writer }: Lowering, name: string, value: string): string {
  const is = (part: string, comparison: 'Greater' | 'Less') => {
    const met = writer.node(`${name}/is-${part}`, comparison, [value, writer.number(0)])
    return writer.node(`${name}/${part}`, 'Cast', [met], { to: int(dataType.float) })
  }
  return writer.node(`${name}/sign`, 'Sub', [is('positive', 'Greater'), is('negative', 'Less')])
}

/** What each value has of the gradient of a mean. */
function share(lowering: Lowering, name: string, gradient: string, factor: number): string {
  const { writer } = lowering
  return writer.node(`${name}/share`, 'Mul', [lowering.value(gradient), writer.number(factor)])
}
