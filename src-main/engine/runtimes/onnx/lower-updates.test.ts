import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import type { Operator } from '../../graph/operators.ts'
import type { Tensor, WeightTensor } from '../../protocol.ts'
import { largestDifference, linearCongruence, numberedTensor } from '../../testing/numbers.ts'
import { cut, move } from '../../testing/reference.ts'
import { OnnxRuntime } from './runtime.ts'

const runtime = new OnnxRuntime()

describe('what a step does to pictures and weights follows its definition', () => {
  const shape = [2, 3, 4, 5] as const
  const x = numberedTensor(shape, linearCongruence(5))
  const places = [
    { down: 1, right: -2 },
    { down: -3, right: 0 },
  ]

  async function runStep(operator: Operator, inputs: Readonly<Record<string, WeightTensor | Tensor>>) {
    const graph = new GraphBuilder()
    const names = Object.entries(inputs).map(([name, tensor]) => graph.input(name, tensor.shape))
    const y = graph.node('y', operator, ...names)
    const program = await runtime.compileStep({ graph: graph.build(y), updates: new Map() }, {})
    const data = Object.entries(inputs).map(
      ([name, tensor]) => [name, Float32Array.from(tensor.data)] as const,
    )
    const { [y]: values = new Float32Array() } = await program.run(Object.fromEntries(data))
    await program.release()
    return values
  }

  /** [2, 1, rows, columns], 1 where `isOne`. */
  function planes(rows: number, columns: number, isOne: (n: number, row: number, column: number) => boolean) {
    const data = Float32Array.from({ length: 2 * rows * columns }, (_, i) => {
      const row = Math.floor(i / columns)
      return isOne(Math.floor(row / rows), row % rows, i % columns) ? 1 : 0
    })
    return { shape: [2, 1, rows, columns], data } as const
  }

  it('shift, there and back', async () => {
    const rows = planes(4, 4, (n, to, from) => from === to - places[n]!.down)
    const columns = planes(5, 5, (n, from, to) => from === to - places[n]!.right)
    const there = await runStep({ kind: 'shift', transposed: false }, { x, rows, columns })
    expect(there).toEqual(move(x, places).data)
    const back = places.map(({ down, right }) => ({ down: 0 - down, right: 0 - right }))
    const moved = await runStep({ kind: 'shift', transposed: true }, { x, rows, columns })
    expect(moved).toEqual(move(x, back).data)
  })

  it('mask', async () => {
    const inside = (i: number, begin: number) => i >= begin && i < begin + 2
    const mask = planes(
      4,
      5,
      (n, row, column) => !inside(row, places[n]!.down) || !inside(column, places[n]!.right),
    )
    expect(largestDifference(await runStep({ kind: 'mask' }, { x, mask }), cut(x, places, 2).data)).toBe(0)
  })

  it('interpolate', async () => {
    const other = numberedTensor(shape, linearCongruence(6))
    for (const part of [0, 0.25, 0.999, 1]) {
      const share = { dtype: 'F32', shape: [], data: Float32Array.of(part) } as const
      const between = await runStep({ kind: 'interpolate' }, { a: x, b: other, share })
      const wanted = x.data.map((value, i) => part * value + (1 - part) * other.data[i]!)
      expect(largestDifference(between, wanted)).toBeLessThan(1e-7)
    }
    const share = { dtype: 'F32', shape: [], data: Float32Array.of(0.3) } as const
    expect(await runStep({ kind: 'interpolate' }, { a: x, b: x, share })).toEqual(x.data)
  })

  it('choose, exactly', async () => {
    const other = numberedTensor(shape, linearCongruence(6))
    const choice = { shape: [2, 1, 1, 1], data: Float32Array.of(0, 1) } as const
    const chosen = await runStep({ kind: 'choose' }, { a: x, b: other, choice })
    const half = x.data.length / 2
    expect(chosen).toEqual(Float32Array.of(...other.data.slice(0, half), ...x.data.slice(half)))
  })

  it.each([0.5, 0.9, 0.999, 0.9999])('bias correction, to the last digit: %f', async (decay) => {
    for (const step of [1, 2, 3, 50, 1000, 20_000, 1_000_000]) {
      const t = { dtype: 'F32', shape: [], data: Float32Array.of(step) } as const
      expect(await runStep({ kind: 'bias-correction', decay }, { t })).toEqual(
        Float32Array.of(1 - decay ** step),
      )
    }
  })
})
