import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import type { Values } from '../runtimes/runtime.ts'
import { linearCongruence } from '../testing/numbers.ts'
import { addGradients } from './gradient.ts'
import { GraphBuilder } from './graph.ts'
import type { ValueId } from './graph.ts'
import type { Operator } from './operators.ts'

const runtime = new OnnxRuntime()

type Shapes = Readonly<Record<string, readonly number[]>>

/**
 * Compares the gradient of a smooth loss behind what `build` adds with differences of that loss: along a random
 * direction in all inputs at once, and along one in each. Tells the largest error, as a share of the largest slope.
 * The inputs in `fixed` stay as they are; `build` declares them.
 */
async function gradientError(
  shapes: Shapes,
  build: (graph: GraphBuilder) => ValueId,
  { reach = 5e-2, fixed = {} }: { readonly reach?: number; readonly fixed?: Values } = {},
): Promise<number> {
  const graph = new GraphBuilder()
  const names = Object.keys(shapes)
  for (const name of names) graph.input(name, shapes[name]!)
  const y = build(graph)
  const loss = graph.shape(y).length === 0 ? y : graph.node('loss', { kind: 'mean-log-loss', target: 0 }, y)
  const gradients = addGradients(graph, loss, names)
  const program = await runtime.compileStep(
    { graph: graph.build(loss, ...gradients.values()), updates: new Map() },
    {},
  )
  const numbers = linearCongruence(7)
  const random = (name: string) =>
    Float32Array.from({ length: shapes[name]!.reduce((a, b) => a * b, 1) }, () => 2 * numbers() - 1)
  const place = Object.fromEntries(names.map((name) => [name, random(name)]))
  const direction = Object.fromEntries(names.map((name) => [name, random(name)]))
  const lossAt = async (step: number, moved: readonly string[]) => {
    const inputs = names.map((name) => {
      const move = moved.includes(name) ? step : 0
      return [name, place[name]!.map((value, i) => value + move * direction[name]![i]!)] as const
    })
    return (await program.run({ ...fixed, ...Object.fromEntries(inputs) }))[loss]![0]!
  }
  try {
    const found = await program.run({ ...fixed, ...place })
    const slopes = names.map((name) => {
      const gradient = found[gradients.get(name)!]!
      expect(gradient).toHaveLength(place[name]!.length)
      return gradient.reduce((sum, value, i) => sum + value * direction[name]![i]!, 0)
    })
    // Central differences of fourth order: the reach can be long, so that rounding of the loss weighs little.
    const difference = async (step: number, moved: readonly string[]) =>
      (await lossAt(step, moved)) - (await lossAt(-step, moved))
    const measured = async (moved: readonly string[]) =>
      (8 * (await difference(reach, moved)) - (await difference(2 * reach, moved))) / (12 * reach)
    let worst = Math.abs((await measured(names)) - slopes.reduce((a, b) => a + b, 0))
    for (const [i, name] of names.entries()) {
      worst = Math.max(worst, Math.abs((await measured([name])) - slopes[i]!))
    }
    return worst / Math.max(...slopes.map(Math.abs), 1e-2)
  } finally {
    await program.release()
  }
}

/** A graph of one operator whose inputs are those of the graph. */
function single(operator: Operator, shapes: Shapes): (graph: GraphBuilder) => ValueId {
  return (graph) => graph.node('y', operator, ...Object.keys(shapes))
}

describe('the gradient of each operator is the slope of its values', () => {
  const x = [2, 3, 6, 8]
  it.each<[string, Operator, Shapes]>([
    ['reflection-pad', { kind: 'reflection-pad', padding: 2 }, { x }],
    ['instance-norm', { kind: 'instance-norm', epsilon: 1e-5 }, { x }],
    ['relu', { kind: 'relu' }, { x }],
    ['leaky-relu', { kind: 'leaky-relu', slope: 0.2 }, { x }],
    ['tanh', { kind: 'tanh' }, { x }],
    ['add', { kind: 'add' }, { x, y: x }],
    ['scale', { kind: 'scale', factor: -1.5 }, { x }],
    ['mean-absolute-difference', { kind: 'mean-absolute-difference' }, { x: [1, 1, 2, 3], y: [1, 1, 2, 3] }],
    ['mean-squared-error', { kind: 'mean-squared-error', target: 1 }, { x }],
    ['mean-log-loss of what is real', { kind: 'mean-log-loss', target: 1 }, { x }],
    ['mean-log-loss of a fake', { kind: 'mean-log-loss', target: 0 }, { x }],
  ])('%s', async (_, operator, shapes) => {
    // A short reach meets few kinks, and more rounding.
    expect(await gradientError(shapes, single(operator, shapes), { reach: 2e-3 })).toBeLessThan(1e-2)
  })

  // Two pictures of 3 by 4: the first one down and one left, the second two up.
  const rows = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
  const columns = [
    ...[0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
    ...[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  ]
  it.each<[string, Operator, Values]>([
    [
      'shift',
      { kind: 'shift', transposed: false },
      { rows: Float32Array.from(rows), columns: Float32Array.from(columns) },
    ],
    [
      'shift back',
      { kind: 'shift', transposed: true },
      { rows: Float32Array.from(rows), columns: Float32Array.from(columns) },
    ],
    ['mask', { kind: 'mask' }, { mask: Float32Array.from({ length: 24 }, (_, i) => (i % 5 < 3 ? 1 : 0)) }],
  ])('%s, with respect to the picture', async (_, operator, fixed) => {
    const shapes = { rows: [2, 1, 3, 3], columns: [2, 1, 4, 4], mask: [2, 1, 3, 4] }
    const build = (graph: GraphBuilder) => {
      if (operator.kind === 'mask') return graph.node('y', operator, 'x', graph.input('mask', shapes.mask))
      const matrices = [graph.input('rows', shapes.rows), graph.input('columns', shapes.columns)]
      return graph.node('y', operator, 'x', ...matrices)
    }
    expect(await gradientError({ x: [2, 2, 3, 4] }, build, { fixed })).toBeLessThan(2e-3)
  })

  const small = (min: number, max: number) => fc.integer({ min, max })
  const few = { numRuns: 30 }
  const convolved = fc.record({
    batch: small(1, 3),
    into: small(1, 5),
    out: small(1, 5),
    height: small(6, 11),
    width: small(6, 11),
    kernel: small(1, 5),
    stride: small(1, 2),
    padding: small(0, 2),
  })

  it('convolution, whatever its size, stride and padding', () =>
    fc.assert(
      fc.asyncProperty(convolved, async ({ batch, into, out, height, kernel, stride, padding, ...rest }) => {
        // Height and width with as much left over: see the next test.
        const width = rest.width - ((rest.width - height) % stride)
        const w = [out, into, kernel, kernel]
        const shapes = { x: [batch, into, height, width], w, b: [out] }
        const operator = { kind: 'convolution', stride, padding } as const
        expect(await gradientError(shapes, single(operator, shapes))).toBeLessThan(2e-3)
      }),
      few,
    ))

  it('transposed convolution, whatever its size, stride and padding', () =>
    fc.assert(
      fc.asyncProperty(convolved, async ({ batch, into, out, height, width, stride, ...rest }) => {
        const kernel = Math.max(rest.kernel, 2)
        const padding = Math.min(rest.padding, kernel - 1)
        const w = [into, out, kernel, kernel]
        const shapes = { x: [batch, into, height, width], w, b: [out] }
        const operator = {
          kind: 'transposed-convolution',
          stride,
          padding,
          outputPadding: stride - 1,
        } as const
        expect(await gradientError(shapes, single(operator, shapes))).toBeLessThan(2e-3)
      }),
      few,
    ))

  it('a wide convolution behind a mirrored border, as in a residual block', async () => {
    const shapes = { x: [2, 64, 8, 12], w: [96, 64, 3, 3], b: [96] }
    // So many values move at once that the loss bends sooner.
    expect(await gradientError(shapes, mirroredConvolution, { reach: 1e-2 })).toBeLessThan(5e-3)
  })
})

function mirroredConvolution(graph: GraphBuilder): ValueId {
  const padded = graph.node('pad', { kind: 'reflection-pad', padding: 1 }, 'x')
  return graph.node('y', { kind: 'convolution', stride: 1, padding: 0 }, padded, 'w', 'b')
}

describe('gradients', () => {
  it('are summed over all uses of a value', async () => {
    const shapes = { x: [1, 2, 6, 6], w: [2, 2, 3, 3] }
    const build = (graph: GraphBuilder) => {
      const operator = { kind: 'convolution', stride: 1, padding: 1 } as const
      const once = graph.node('net', operator, 'x', 'w')
      const twice = graph.node('net', operator, graph.node('bent', { kind: 'tanh' }, once), 'w')
      return graph.node('sum', { kind: 'add' }, twice, 'x')
    }
    expect(await gradientError(shapes, build)).toBeLessThan(2e-3)
  })

  it('go through nothing that is held fixed', () => {
    const graph = new GraphBuilder()
    const x = graph.input('x', [1, 1, 4, 4])
    const fixed = graph.node('fixed', { kind: 'tanh' }, x)
    const w = graph.parameter('w', [1, 1, 1, 1])
    const y = graph.node('y', { kind: 'convolution', stride: 1, padding: 0 }, fixed, w)
    const before = graph.nodes.length
    addGradients(graph, graph.node('loss', { kind: 'mean-squared-error', target: 0 }, y), ['w'])
    const kinds = graph.nodes.slice(before).map(({ operator }) => operator.kind)
    expect(kinds).toEqual([
      'mean-squared-error',
      'constant',
      'mean-squared-error-gradient',
      'convolution-weight-gradient',
    ])
  })

  it('are refused where there are none', () => {
    const graph = new GraphBuilder()
    const x = graph.input('x', [1, 1, 4, 4])
    const other = graph.input('other', [1, 1, 4, 4])
    const averaged = graph.node('averaged', { kind: 'moving-average', decay: 0.5 }, x, x)
    const loss = graph.node('loss', { kind: 'mean-squared-error', target: 0 }, averaged)
    expect(() => addGradients(graph, loss, ['x'])).toThrow('averaged: moving-average has no gradient')
    expect(() => addGradients(graph, loss, [other])).toThrow('loss does not depend on other')
    const matrices = ['rows', 'columns'].map((name) => graph.input(name, [1, 1, 4, 4]))
    const moved = graph.node('moved', { kind: 'shift', transposed: false }, x, ...matrices)
    const ofMoved = graph.node('loss', { kind: 'mean-squared-error', target: 0 }, moved)
    expect(() => addGradients(graph, ofMoved, ['rows'])).toThrow('no gradient for its input 1')
    expect(() => addGradients(graph, x, ['x'])).toThrow('x: only a single number has gradients')
  })
})
