/** The operators of losses as ONNX operators. */
import type { LossOperator } from '../../graph/operators.ts'
import { int } from './graph-writer.ts'
import type { Lowering, Lowerings } from './lowering.ts'

export const lossLowerings: Lowerings<LossOperator> = {
  constant({ writer }, { name }, { value, shape }) {
    const count = shape.reduce((a, b) => a * b, 1)
    const filled = writer.tensor(`constant.${value}.of.${shape.join('.')}`, shape, () =>
      new Float32Array(count).fill(value),
    )
    writer.node(name, 'Identity', [filled])
  },

  scale(lowering, { name, inputs: [x = ''] }, { factor }) {
    const { writer } = lowering
    writer.node(name, 'Mul', [lowering.value(x), writer.number(factor)])
  },

  'mean-absolute-difference'(lowering, { name, inputs }) {
    const { writer } = lowering
    const difference = writer.node(`${name}/difference`, 'Sub', lowering.values(inputs))
    mean(lowering, name, writer.node(`${name}/absolute`, 'Abs', [difference]))
  },

  'mean-squared-error'(lowering, { name, inputs: [x = ''] }, { target }) {
    const { writer } = lowering
    const error = writer.node(`${name}/error`, 'Sub', [lowering.value(x), writer.number(target)])
    mean(lowering, name, writer.node(`${name}/square`, 'Mul', [error, error]))
  },

  /** −log σ(x) = softplus(−x), and −log(1 − σ(x)) = softplus(x), which does not overflow. */
  'mean-log-loss'(lowering, { name, inputs: [x = ''] }, { target }) {
    const { writer } = lowering
    const value = lowering.value(x)
    const wrong = target === 1 ? writer.node(`${name}/opposite`, 'Neg', [value]) : value
    mean(lowering, name, writer.node(`${name}/each`, 'Softplus', [wrong]))
  },
}

function mean({ writer }: Lowering, name: string, of: string): void {
  writer.node(name, 'ReduceMean', [of], { keepdims: int(0) })
}
