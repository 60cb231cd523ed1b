/** Choosing and augmenting pictures, averages and Adam as ONNX operators. */
import type { UpdateOperator } from '../../graph/operators.ts'
import { int, ints } from './graph-writer.ts'
import type { Lowering, Lowerings } from './lowering.ts'
import { dataType } from './proto.ts'

export const updateLowerings: Lowerings<UpdateOperator> = {
  /** choice · a + (1 − choice) · b, by numbers as in the gradient of rectifiers; exact, as the choice is 1 or 0. */
  choose(lowering, { name, inputs }) {
    const { writer } = lowering
    const [a = '', b = '', choice = ''] = lowering.values(inputs)
    const other = writer.node(`${name}/other`, 'Sub', [writer.number(1), choice])
    const first = writer.node(`${name}/first`, 'Mul', [choice, a])
    const second = writer.node(`${name}/second`, 'Mul', [other, b])
    writer.node(name, 'Add', [first, second])
  },

  shift(lowering, { name, inputs: [x = '', ...matrices] }, { transposed }) {
    const { writer } = lowering
    const [rows = '', columns = ''] = matrices.map((matrix) =>
      transposed ? turned(lowering, matrix) : lowering.value(matrix),
    )
    const moved = writer.node(`${name}/rows`, 'MatMul', [rows, lowering.value(x)])
    writer.node(name, 'MatMul', [moved, columns])
  },

  mask(lowering, { name, inputs }) {
    lowering.writer.node(name, 'Mul', lowering.values(inputs))
  },

  /** b + share · (a − b), which stays what it is where both are the same. */
  interpolate(lowering, { name, inputs }) {
    const { writer } = lowering
    const [a = '', b = '', share = ''] = lowering.values(inputs)
    const difference = writer.node(`${name}/difference`, 'Sub', [a, b])
    writer.node(name, 'Add', [b, writer.node(`${name}/way`, 'Mul', [difference, share])])
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

  /**
   * Looked up, up to the step from which on it is 1: in single precision 1 − 0.999 has but four digits left, and
   * graphics cards have no other.
   */
  'bias-correction'(lowering, { name, inputs: [step = ''] }, { decay }) {
    const { writer } = lowering
    const count = 2 + Math.ceil(Math.log(2 ** -25) / Math.log(decay))
    const table = writer.tensor(`bias-corrections.${decay}`, [count], () =>
      Float32Array.from({ length: count }, (_, t) => 1 - decay ** t),
    )
    const last = writer.number(count - 1)
    const place = writer.node(`${name}/place`, 'Min', [lowering.value(step), last])
    const index = writer.node(`${name}/index`, 'Cast', [place], { to: int(dataType.int32) })
    writer.node(name, 'Gather', [table, index])
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

/** Each of the last two axes in the other's place. */
function turned(lowering: Lowering, matrix: string): string {
  const { writer } = lowering
  const name = `${matrix}.transposed`
  return writer.once(name, () =>
    writer.node(name, 'Transpose', [lowering.value(matrix)], { perm: ints(0, 1, 3, 2) }),
  )
}
