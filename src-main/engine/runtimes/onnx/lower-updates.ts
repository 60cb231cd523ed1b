/** Choosing pictures, moving averages and Adam as ONNX operators. */
import type { UpdateOperator } from '../../graph/operators.ts'
import { int } from './graph-writer.ts'
import type { Lowerings } from './lowering.ts'
import { dataType } from './proto.ts'

export const updateLowerings: Lowerings<UpdateOperator> = {
  choose(lowering, { name, inputs: [a = '', b = '', choice = ''] }) {
    const { writer } = lowering
    const first = writer.node(`${name}/first`, 'Greater', [lowering.value(choice), writer.number(1 / 2)])
    writer.node(name, 'Where', [first, lowering.value(a), lowering.value(b)])
  },

  'moving-average'(lowering, { name, inputs: [average = '', x = ''] }, { decay }) {
    const { writer } = lowering
    const kept = writer.node(`${name}/kept`, 'Mul', [lowering.value(average), writer.number(decay)])
    const added = writer.node(`${name}/added`, 'Mul', [lowering.value(x), writer.number(1 - decay)])
    writer.node(name, 'Add', [kept, added])
  },

  'moving-average-of-squares'(lowering, { name, inputs: [average = '', x = ''] }, { decay }) {
    const { writer } = lowering
    const value = lowering.value(x)
    const kept = writer.node(`${name}/kept`, 'Mul', [lowering.value(average), writer.number(decay)])
    const square = writer.node(`${name}/square`, 'Mul', [value, value])
    const added = writer.node(`${name}/added`, 'Mul', [square, writer.number(1 - decay)])
    writer.node(name, 'Add', [kept, added])
  },

  /** In double precision: 1 − 0.999 has but four digits left in single. */
  'bias-correction'(lowering, { name, inputs: [step = ''] }, { decay }) {
    const { writer } = lowering
    const exponent = writer.node(`${name}/step`, 'Cast', [lowering.value(step)], { to: int(dataType.double) })
    const power = writer.node(`${name}/power`, 'Pow', [writer.double(decay), exponent])
    const correction = writer.node(`${name}/double`, 'Sub', [writer.double(1), power])
    writer.node(name, 'Cast', [correction], { to: int(dataType.float) })
  },

  /** weight − (rate / c₁) · m / (√v / √c₂ + epsilon), where c are the corrections: numbers first, tensors last. */
  adam(lowering, { name, inputs }, { epsilon }) {
    const { writer } = lowering
    const [weight = '', first = '', second = '', rate = '', ...corrections] = lowering.values(inputs)
    const [ofFirst = '', ofSecond = ''] = corrections
    const pace = writer.once(`${rate}/${ofFirst}`, () =>
      writer.node(`${rate}/${ofFirst}`, 'Div', [rate, ofFirst]),
    )
    const root = writer.once(`${ofSecond}/root`, () => writer.node(`${ofSecond}/root`, 'Sqrt', [ofSecond]))
    const deviation = writer.node(`${name}/root`, 'Sqrt', [second])
    const corrected = writer.node(`${name}/deviation`, 'Div', [deviation, root])
    const divisor = writer.node(`${name}/divisor`, 'Add', [corrected, writer.number(epsilon)])
    const direction = writer.node(`${name}/direction`, 'Div', [first, divisor])
    const change = writer.node(`${name}/change`, 'Mul', [direction, pace])
    writer.node(name, 'Sub', [weight, change])
  },
}
