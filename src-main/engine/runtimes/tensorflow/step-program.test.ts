import { describe, expect, it } from 'vitest'
import { addGradients } from '../../graph/gradient.ts'
import { GraphBuilder } from '../../graph/graph.ts'
import type { StatefulGraph } from '../../graph/graph.ts'
import { convolution, instanceNorm, reflectionPad, relu, sequence, tanh } from '../../graph/layers.ts'
import type { Weights } from '../../protocol.ts'
import { largestDifference, linearCongruence } from '../../testing/numbers.ts'
import { loadJavascript } from '../../testing/tensorflow-javascript.ts'
import { tensorflowRuntimes } from '../../testing/tensorflow-runtimes.ts'
import { adam, paperAdam } from '../../train/adam.ts'
import { averageName } from '../../train/average.ts'
import { initialWeights, isLearned, withFreshState } from '../../train/state.ts'
import { buildStep, paperObjective, stepInputs } from '../../train/step.ts'
import type { StepSettings } from '../../train/step.ts'
import { OnnxRuntime } from '../onnx/runtime.ts'
import type { StepProgram, TrainingRuntime, Values } from '../runtime.ts'
import type { Library } from './library.ts'
import { TensorflowRuntime } from './runtime.ts'

const onnx = new OnnxRuntime()
const settings: StepSettings = {
  generator: { ngf: 2, blocks: 1 },
  discriminator: { ndf: 2, layers: 1 },
  ...{ size: 16, batch: 2, objective: paperObjective, pool: true, average: true },
}

function beginningOf(step: StatefulGraph): Weights {
  const { parameters } = step.graph
  const weights = parameters.filter(({ name }) => isLearned(name))
  return withFreshState(parameters, initialWeights(weights, linearCongruence(1)))
}

function pictures(seed: number): Float32Array {
  const next = linearCongruence(seed)
  return Float32Array.from({ length: 2 * 3 * 16 * 16 }, () => 2 * next() - 1)
}

function inputs(index: number): Values {
  return {
    [stepInputs.realA]: pictures(10 + index),
    [stepInputs.realB]: pictures(20 + index),
    [stepInputs.rate]: Float32Array.of(2e-4),
    [stepInputs.step]: Float32Array.of(index),
    [stepInputs.oldA]: pictures(30 + index),
    [stepInputs.oldB]: pictures(40 + index),
    [stepInputs.takeOldA]: Float32Array.of(index % 2, 0),
    [stepInputs.takeOldB]: Float32Array.of(1, index % 2),
    [stepInputs.averageDecay]: Float32Array.of(0.5),
  }
}

async function withProgram<T>(
  runtime: TrainingRuntime,
  step: StatefulGraph,
  state: Weights,
  use: (program: StepProgram) => Promise<T>,
): Promise<T> {
  const program = await runtime.compileStep(step, state)
  try {
    return await use(program)
  } finally {
    await program.release()
  }
}

/** Counts: what is given is added to the parameter `sum`, and the sum before is an output. */
function counter(): StatefulGraph {
  const graph = new GraphBuilder()
  const given = graph.input('given', [1, 1, 3, 3])
  const sum = graph.parameter('sum', [1, 1, 3, 3])
  const other = graph.parameter('other', [1, 1, 3, 3])
  const bent = graph.node(
    'bent',
    { kind: 'tanh' },
    graph.node('norm', { kind: 'instance-norm', epsilon: 1e-5 }, given),
  )
  const next = graph.node('next', { kind: 'add' }, sum, given)
  // Two parameters that take the same value.
  return {
    graph: graph.build(bent),
    updates: new Map([
      [sum, next],
      [other, next],
    ]),
  }
}

/** A convolution between mirrored borders and a norm that learns to give back what it takes, by Adam. */
function oneLayer(): StatefulGraph {
  const graph = new GraphBuilder()
  const x = graph.input('x', [1, 2, 4, 4])
  const [rate, step] = [graph.input('rate', []), graph.input('step', [])]
  const layers = sequence([reflectionPad(1), convolution(2, 3), instanceNorm, relu, tanh])
  const y = layers(graph, x, 'layers')
  const loss = graph.node('loss', { kind: 'mean-absolute-difference' }, y, x)
  const gradients = addGradients(graph, loss, graph.parameters)
  const updates = adam(graph, paperAdam, gradients, { rate, step })
  return { graph: graph.build(loss), updates }
}

const nine = (value: number) => new Float32Array(9).fill(value)
const zeros = (): Weights => ({
  sum: { dtype: 'F32', shape: [1, 1, 3, 3], data: nine(0) },
  other: { dtype: 'F32', shape: [1, 1, 3, 3], data: nine(0) },
})

for (const { name, runtime, loads, tensorCount } of await tensorflowRuntimes()) {
  describe.skipIf(!loads)(`a training step in TensorFlow: ${name}`, () => {
    it('goes where ONNX Runtime goes, step after step', async () => {
      const step = buildStep(settings)
      const graph = { ...step.graph, outputs: [...step.graph.outputs, ...step.gradients.values()] }
      const follow = (of: TrainingRuntime) =>
        withProgram(of, { ...step, graph }, beginningOf(step), async (program) => {
          const seen: Values[] = []
          for (let index = 1; index <= 3; index++) seen.push(await program.run(inputs(index)))
          return { seen, after: await program.read() }
        })
      const [ours, wanted] = [await follow(runtime), await follow(onnx)]
      for (const [index, values] of ours.seen.entries()) {
        for (const loss of Object.values(step.losses)) {
          expect(values[loss]![0]! / wanted.seen[index]![loss]![0]!).toBeCloseTo(1, 3)
        }
      }
      for (const [parameter, gradient] of step.gradients) {
        const [a, b] = [ours.seen[0]![gradient]!, wanted.seen[0]![gradient]!]
        const largest = Math.max(...b.map(Math.abs), 1e-6)
        // In front of an instance norm the gradient of a bias is but rounding.
        if (parameter.endsWith('.weight')) expect(largestDifference(a, b) / largest).toBeLessThan(1e-4)
      }
      for (const parameter of Object.keys(wanted.after)) {
        const [a, b] = [ours.after[parameter]!, wanted.after[parameter]!]
        expect(a.shape).toEqual(b.shape)
        const far = a.data.filter((value, i) => Math.abs(value - b.data[i]!) > 1e-4).length
        if (/\.weight(?:$|\.)/.test(parameter)) expect(far / a.data.length).toBeLessThan(2e-3)
      }
      expect(Object.keys(ours.after)).toContain(averageName('G_A.model.1.weight'))
    })

    it('goes on from what was read, bit for bit', async () => {
      const step = buildStep(settings)
      const steps = async (program: StepProgram, from: number, to: number) => {
        for (let index = from; index <= to; index++) await program.run(inputs(index))
        return await program.read()
      }
      const whole = await withProgram(runtime, step, beginningOf(step), (program) => steps(program, 1, 3))
      const part = await withProgram(runtime, step, beginningOf(step), (program) => steps(program, 1, 2))
      expect(await withProgram(runtime, step, part, (program) => steps(program, 3, 3))).toEqual(whole)
    })

    it('reads copies, of all parameters or of those that are named', async () => {
      await withProgram(runtime, counter(), zeros(), async (program) => {
        await program.run({ given: nine(2) })
        const { sum } = await program.read(['sum'])
        expect(sum).toEqual({ dtype: 'F32', shape: [1, 1, 3, 3], data: nine(2) })
        sum!.data.fill(7)
        await program.run({ given: nine(3) })
        expect(await program.read()).toEqual({
          sum: { dtype: 'F32', shape: [1, 1, 3, 3], data: nine(5) },
          other: { dtype: 'F32', shape: [1, 1, 3, 3], data: nine(5) },
        })
        await expect(program.read(['sum', 'none'])).rejects.toThrow('The step has no parameter none')
      })
    })

    it('says what is wrong, and changes nothing', async () => {
      const { sum, ...rest } = zeros()
      const half = { ...sum!, dtype: 'F16', data: new Uint16Array(9) } as const
      await expect(runtime.compileStep(counter(), rest)).rejects.toThrow('The weights have no sum')
      await expect(runtime.compileStep(counter(), { ...rest, sum: half })).rejects.toThrow(
        'sum is not of single precision',
      )
      const program = await runtime.compileStep(counter(), zeros())
      await expect(program.run({})).rejects.toThrow('The input given has 0 of 9 values')
      await expect(program.run({ given: new Float32Array(8) })).rejects.toThrow('8 of 9 values')
      expect((await program.read(['sum']))['sum']!.data).toEqual(nine(0))
      await program.release()
      await expect(program.run({ given: nine(1) })).rejects.toThrow('released')
      await expect(program.read()).rejects.toThrow('released')
    })

    it('leaves no tensor behind when it is released in the middle of a run', async () => {
      const before = await tensorCount()
      const program = await runtime.compileStep(counter(), zeros())
      const running = program.run({ given: nine(1) })
      await program.release()
      await expect(running).rejects.toThrow('released')
      expect(await tensorCount()).toBe(before)
    })

    it('holds as many tensors after a thousand steps as before', async () => {
      const step = oneLayer()
      const before = await tensorCount()
      const program = await runtime.compileStep(step, beginningOf(step))
      const held = await tensorCount()
      expect(held - before).toBe(step.graph.parameters.length)
      const counts = new Set<number>()
      for (let index = 1; index <= 1000; index++) {
        await program.run({
          x: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i + index)),
          rate: Float32Array.of(1e-3),
          step: Float32Array.of(index),
        })
        counts.add(await tensorCount())
      }
      expect([...counts]).toEqual([held])
      await program.read()
      expect(await tensorCount()).toBe(held)
      await program.release()
      expect(await tensorCount()).toBe(before)
    })
  })
}

describe('a step that runs out of memory on its way', () => {
  it('has changed nothing, leaves nothing behind, and goes on', async () => {
    const loaded = await loadJavascript()
    let isShort = false
    const tanh: Library['tanh'] = (x) => {
      if (isShort) throw new Error('OOM when allocating tensor with shape[1,3,3,1]')
      return loaded.tf.tanh(x)
    }
    const tf = { ...loaded.tf, tanh }
    const runtime = new TensorflowRuntime('short of memory', async () => ({ ...loaded, tf }))
    const program = await runtime.compileStep(counter(), zeros())
    await program.run({ given: nine(1) })
    const held = loaded.tf.memory().numTensors
    isShort = true
    await expect(program.run({ given: nine(1) })).rejects.toThrow('OOM when allocating')
    expect(loaded.tf.memory().numTensors).toBe(held)
    isShort = false
    await program.run({ given: nine(1) })
    expect((await program.read(['sum']))['sum']!.data).toEqual(nine(2))
    await program.release()
  })
})
