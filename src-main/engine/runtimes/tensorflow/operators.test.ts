import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import type { ValueId } from '../../graph/graph.ts'
import type { Operator } from '../../graph/operators.ts'
import type { Tensor } from '../../protocol.ts'
import { largestDifference, linearCongruence, numberedTensor } from '../../testing/numbers.ts'
import { convolve, convolveTransposed, cut, mirror, move, normalise } from '../../testing/reference.ts'
import { tensorflowRuntimes } from '../../testing/tensorflow-runtimes.ts'
import { OnnxRuntime } from '../onnx/runtime.ts'
import type { TrainingRuntime } from '../runtime.ts'

type Shapes = Readonly<Record<string, readonly number[]>>

/** Runs one graph, each of whose inputs is random, and gives its output. */
async function compute(
  runtime: TrainingRuntime,
  shapes: Shapes,
  build: (graph: GraphBuilder) => ValueId,
): Promise<Float32Array> {
  const graph = new GraphBuilder()
  for (const [name, shape] of Object.entries(shapes)) graph.input(name, shape)
  const y = build(graph)
  const program = await runtime.compileStep({ graph: graph.build(y), updates: new Map() }, {})
  try {
    return (await program.run(randomInputs(shapes)))[y]!
  } finally {
    await program.release()
  }
}

function randomInputs(shapes: Shapes) {
  const next = linearCongruence(17)
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1)
    // A choice is 1 or 0; between them each runtime may do as it likes.
    const value = (i: number) => (name === 'choice' ? i % 2 : 2 * next() - 1)
    return [name, Float32Array.from({ length: count }, (_, i) => value(i))] as const
  })
  return Object.fromEntries(entries)
}

/** A graph of one operator whose inputs are those of the graph. */
function single(operator: Operator, shapes: Shapes): (graph: GraphBuilder) => ValueId {
  return (graph) => graph.node('y', operator, ...Object.keys(shapes))
}

const onnx = new OnnxRuntime()
const picture = [2, 3, 5, 7]
const cases: readonly [Operator, Shapes][] = [
  [{ kind: 'relu' }, { x: picture }],
  [{ kind: 'leaky-relu', slope: 0.2 }, { x: picture }],
  [{ kind: 'tanh' }, { x: picture }],
  [{ kind: 'add' }, { x: picture, y: picture }],
  [
    { kind: 'fixed-norm', epsilon: 2 },
    { x: picture, mean: [3], variance: [3] },
  ],
  [{ kind: 'constant', value: 0.25, shape: [3, 2] }, {}],
  [{ kind: 'constant', value: 0.25, shape: [2, 3, 5, 7] }, {}],
  [{ kind: 'scale', factor: -1.5 }, { x: picture }],
  [{ kind: 'mean-absolute-difference' }, { x: picture, y: picture }],
  [{ kind: 'mean-squared-error', target: 1 }, { x: picture }],
  [{ kind: 'mean-log-loss', target: 0 }, { x: picture }],
  [{ kind: 'mean-log-loss', target: 1 }, { x: picture }],
  [{ kind: 'channel-sum' }, { dy: picture }],
  [{ kind: 'reflection-fold', padding: 1 }, { dy: picture }],
  [{ kind: 'reflection-fold', padding: 2 }, { dy: [2, 2, 7, 9] }],
  [{ kind: 'reflection-fold', padding: 3 }, { dy: [1, 2, 10, 14] }],
  [
    { kind: 'rectifier-gradient', slope: 0 },
    { x: picture, dy: picture },
  ],
  [
    { kind: 'rectifier-gradient', slope: 0.2 },
    { x: picture, dy: picture },
  ],
  [{ kind: 'tanh-gradient' }, { y: picture, dy: picture }],
  [{ kind: 'mean-absolute-difference-gradient' }, { x: picture, y: picture, dy: [] }],
  [
    { kind: 'mean-squared-error-gradient', target: 1 },
    { x: picture, dy: [] },
  ],
  [
    { kind: 'mean-log-loss-gradient', target: 0 },
    { x: picture, dy: [] },
  ],
  [
    { kind: 'mean-log-loss-gradient', target: 1 },
    { x: picture, dy: [] },
  ],
  [{ kind: 'choose' }, { a: picture, b: picture, choice: [2, 1, 1, 1] }],
  [
    { kind: 'shift', transposed: false },
    { x: picture, rows: [2, 1, 5, 5], columns: [2, 1, 7, 7] },
  ],
  [
    { kind: 'shift', transposed: true },
    { x: picture, rows: [2, 1, 5, 5], columns: [2, 1, 7, 7] },
  ],
  [{ kind: 'mask' }, { x: picture, mask: [2, 1, 5, 7] }],
  [{ kind: 'interpolate' }, { a: picture, b: picture, share: [] }],
  [
    { kind: 'moving-average', decay: 0.5 },
    { average: picture, x: picture },
  ],
  [
    { kind: 'moving-average-of-squares', decay: 0.999 },
    { average: [3, 4], x: [3, 4] },
  ],
]

for (const { name, runtime, loads } of await tensorflowRuntimes()) {
  describe.skipIf(!loads)(`each operator gives what ONNX Runtime gives: ${name}`, () => {
    const label = ([operator, shapes]: (typeof cases)[number]) =>
      [`${JSON.stringify(operator)} of ${JSON.stringify(shapes)}`, operator, shapes] as const
    it.each(cases.map(label))('%s', async (_, operator, shapes) => {
      const build = single(operator, shapes)
      const [ours, wanted] = [await compute(runtime, shapes, build), await compute(onnx, shapes, build)]
      expect(largestDifference(ours, wanted)).toBeLessThan(5e-6)
    })

    it('the gradient of an instance norm', async () => {
      const shapes = { x: picture, dy: picture }
      const build = (graph: GraphBuilder) => {
        const y = graph.node('norm', { kind: 'instance-norm', epsilon: 1e-5 }, 'x')
        return graph.node('y', { kind: 'instance-norm-gradient', epsilon: 1e-5 }, 'x', y, 'dy')
      }
      const [ours, wanted] = [await compute(runtime, shapes, build), await compute(onnx, shapes, build)]
      expect(largestDifference(ours, wanted)).toBeLessThan(5e-6)
    })

    it('the bias correction of late and early steps, and Adam', async () => {
      const graph = new GraphBuilder()
      for (const input of ['step', 'rate']) graph.input(input, [])
      for (const input of ['weight', 'm', 'v']) graph.input(input, [4])
      const first = graph.node('first', { kind: 'bias-correction', decay: 0.5 }, 'step')
      const second = graph.node('second', { kind: 'bias-correction', decay: 0.999 }, 'step')
      const inputs = ['weight', 'm', 'v', 'rate', first, second]
      const next = graph.node('next', { kind: 'adam', epsilon: 1e-8 }, ...inputs)
      const program = await runtime.compileStep(
        { graph: graph.build(first, second, next), updates: new Map() },
        {},
      )
      for (const step of [1, 2, 40, 3000, 500_000]) {
        const moments = { m: [0.5, -1, 1e-6, 0], v: [0.25, 4, 1e-9, 0] }
        const values = await program.run({
          ...{ step: Float32Array.of(step), rate: Float32Array.of(2e-4) },
          ...{
            weight: Float32Array.of(1, 2, 3, 4),
            m: Float32Array.from(moments.m),
            v: Float32Array.from(moments.v),
          },
        })
        const corrections = [1 - 0.5 ** step, 1 - 0.999 ** step] as const
        expect(values[first]![0]! / corrections[0]).toBeCloseTo(1, 6)
        expect(values[second]![0]! / corrections[1]).toBeCloseTo(1, 6)
        const wanted = [1, 2, 3, 4].map((weight, i) => {
          const mean = moments.m[i]! / corrections[0]
          return weight - (2e-4 * mean) / (Math.sqrt(moments.v[i]! / corrections[1]) + 1e-8)
        })
        expect(largestDifference(values[next]!, wanted)).toBeLessThan(5e-7)
      }
      await program.release()
    })
  })

  describe.skipIf(!loads)(`each operator follows its definition for random sizes: ${name}`, () => {
    const small = (min: number, max: number) => fc.integer({ min, max })
    const sizes = fc.record({
      batch: small(1, 2),
      into: small(1, 4),
      out: small(1, 4),
      height: small(7, 10),
      width: small(7, 10),
      kernel: fc.constantFrom(1, 2, 3, 4, 7),
      stride: small(1, 2),
      padding: small(0, 2),
    })
    const few = { numRuns: 20 }
    const tensorsOf = (shapes: {
      readonly x: Tensor['shape']
      readonly w: Tensor['shape']
      readonly b: readonly number[]
    }) => {
      const { x = new Float32Array(), w = new Float32Array(), b = new Float32Array() } = randomInputs(shapes)
      return {
        x: { shape: shapes.x, data: x },
        w: { shape: shapes.w, data: w },
        b: { shape: shapes.b, data: b },
      }
    }

    it('convolution', () =>
      fc.assert(
        fc.asyncProperty(sizes, async ({ batch, into, out, height, width, kernel, stride, padding }) => {
          const shapes = {
            x: [batch, into, height, width],
            w: [out, into, kernel, kernel],
            b: [out],
          } as const
          const ours = await compute(
            runtime,
            shapes,
            single({ kind: 'convolution', stride, padding }, shapes),
          )
          const { x, w, b } = tensorsOf(shapes)
          expect(largestDifference(ours, convolve(x, w, b, stride, padding).data)).toBeLessThan(2e-5)
        }),
        few,
      ))

    it('transposed convolution', () =>
      fc.assert(
        fc.asyncProperty(sizes, async ({ batch, into, out, height, width, kernel, stride, padding }) => {
          const places = { stride, padding: Math.min(padding, kernel - 1), outputPadding: stride - 1 }
          const shapes = {
            x: [batch, into, height, width],
            w: [into, out, kernel, kernel],
            b: [out],
          } as const
          const ours = await compute(
            runtime,
            shapes,
            single({ kind: 'transposed-convolution', ...places }, shapes),
          )
          const { x, w, b } = tensorsOf(shapes)
          expect(largestDifference(ours, convolveTransposed(x, w, b, places).data)).toBeLessThan(2e-5)
        }),
        few,
      ))

    it('the gradient of a kernel', () =>
      fc.assert(
        fc.asyncProperty(sizes, async ({ batch, into, out, height, width, kernel, stride, padding }) => {
          const windows = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1
          const shapes = {
            x: [batch, into, height, width],
            dy: [batch, out, windows(height), windows(width)],
          }
          const build = single(
            { kind: 'convolution-weight-gradient', stride, padding, kernel: [kernel, kernel] },
            shapes,
          )
          const [ours, wanted] = [await compute(runtime, shapes, build), await compute(onnx, shapes, build)]
          expect(largestDifference(ours, wanted)).toBeLessThan(5e-5)
        }),
        few,
      ))

    it('reflection pad and instance norm', () =>
      fc.assert(
        fc.asyncProperty(sizes, small(0, 6), async ({ batch, into, height, width }, padding) => {
          const shapes = { x: [batch, into, height, width] } as const
          const x = { shape: shapes.x, data: randomInputs(shapes)['x']! }
          const padded = await compute(runtime, shapes, single({ kind: 'reflection-pad', padding }, shapes))
          expect(padded).toEqual(mirror(x, padding).data)
          const norm = single({ kind: 'instance-norm', epsilon: 1e-5 }, shapes)
          const wanted = normalise(x, 1e-5).data
          expect(largestDifference(await compute(runtime, shapes, norm), wanted)).toBeLessThan(2e-5)
        }),
        few,
      ))

    it('an instance norm far from zero', async () => {
      const graph = new GraphBuilder()
      const y = graph.node('y', { kind: 'instance-norm', epsilon: 1e-5 }, graph.input('x', [1, 1, 8, 8]))
      const program = await runtime.compileStep({ graph: graph.build(y), updates: new Map() }, {})
      const x = {
        shape: [1, 1, 8, 8],
        data: Float32Array.from({ length: 64 }, (_, i) => 1000 + (i % 7) / 16),
      } as const
      const values = await program.run({ x: x.data })
      await program.release()
      expect(largestDifference(values[y]!, normalise(x, 1e-5).data)).toBeLessThan(1e-3)
    })

    it('pictures that are moved, and cut out', async () => {
      const x = numberedTensor([2, 3, 4, 5], linearCongruence(5))
      const places = [
        { down: 1, right: -2 },
        { down: -3, right: 0 },
      ]
      const plane = (
        rows: number,
        columns: number,
        isOne: (n: number, row: number, column: number) => boolean,
      ) =>
        Float32Array.from({ length: 2 * rows * columns }, (_, i) => {
          const row = Math.floor(i / columns)
          return isOne(Math.floor(row / rows), row % rows, i % columns) ? 1 : 0
        })
      const inside = (i: number, begin: number) => i >= begin && i < begin + 2
      const inputs = {
        x: x.data,
        rows: plane(4, 4, (n, to, from) => from === to - places[n]!.down),
        columns: plane(5, 5, (n, from, to) => from === to - places[n]!.right),
        mask: plane(4, 5, (n, i, j) => !inside(i, places[n]!.down) || !inside(j, places[n]!.right)),
      }
      const graph = new GraphBuilder()
      const matrices = [graph.input('rows', [2, 1, 4, 4]), graph.input('columns', [2, 1, 5, 5])]
      const picture_ = graph.input('x', x.shape)
      const there = graph.node('there', { kind: 'shift', transposed: false }, picture_, ...matrices)
      const back = graph.node('back', { kind: 'shift', transposed: true }, picture_, ...matrices)
      const masked = graph.node('masked', { kind: 'mask' }, picture_, graph.input('mask', [2, 1, 4, 5]))
      const program = await runtime.compileStep(
        { graph: graph.build(there, back, masked), updates: new Map() },
        {},
      )
      const values = await program.run(inputs)
      await program.release()
      expect(values[there]).toEqual(move(x, places).data)
      const opposite = places.map(({ down, right }) => ({ down: 0 - down, right: 0 - right }))
      expect(values[back]).toEqual(move(x, opposite).data)
      expect(largestDifference(values[masked]!, cut(x, places, 2).data)).toBe(0)
    })
  })
}
