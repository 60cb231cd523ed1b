import { InferenceSession } from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../src-main/engine/graph/graph.ts'
import type { Weights } from '../../src-main/engine/protocol.ts'
import { int } from '../../src-main/engine/runtimes/onnx/graph-writer.ts'
import { dataType, encodeModel } from '../../src-main/engine/runtimes/onnx/proto.ts'
import { providers } from '../../src-main/engine/runtimes/onnx/providers.ts'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { OnnxStepProgram } from '../../src-main/engine/runtimes/onnx/step-program.ts'
import { isAllocationFailure } from '../../src-main/engine/runtimes/failures.ts'
import type { Values } from '../../src-main/engine/runtimes/runtime.ts'
import { largestDifference, linearCongruence } from '../../src-main/engine/testing/numbers.ts'
import { initialWeights, withFreshState } from '../../src-main/engine/train/state.ts'
import { buildStep, paperObjective, stepInputs } from '../../src-main/engine/train/step.ts'
import type { Step, StepSettings } from '../../src-main/engine/train/step.ts'
import { holdDevice, missing, withSoftwareGpu } from './with-software-gpu.ts'

const [cpu, webgpu] = [new OnnxRuntime(), new OnnxRuntime('webgpu')]
const tiny: StepSettings = {
  generator: { ngf: 4, blocks: 1 },
  discriminator: { ndf: 4, layers: 2 },
  ...{ size: 16, batch: 1, objective: paperObjective, pool: true },
}

function beginningOf({ graph }: Step): Weights {
  const weights = graph.parameters.filter(({ name }) => !/-moment$|\.average$/.test(name))
  return withFreshState(graph.parameters, initialWeights(weights, linearCongruence(1)))
}

function inputs(index: number): Values {
  const picture = (seed: number) => {
    const next = linearCongruence(10 * index + seed)
    return Float32Array.from({ length: 3 * tiny.size ** 2 }, () => 2 * next() - 1)
  }
  return {
    [stepInputs.realA]: picture(1),
    [stepInputs.realB]: picture(2),
    [stepInputs.oldA]: picture(3),
    [stepInputs.oldB]: picture(4),
    [stepInputs.takeOldA]: Float32Array.of(index % 2),
    [stepInputs.takeOldB]: Float32Array.of(1),
    [stepInputs.rate]: Float32Array.of(2e-4),
    [stepInputs.step]: Float32Array.of(index),
  }
}

/** The largest over the tensors whose names end so, as a share of each tensor's largest value. */
function furthest(ours: Weights, expected: Weights, ending: string): number {
  const names = Object.keys(expected).filter((name) => name.endsWith(ending))
  expect(names).not.toHaveLength(0)
  const shares = names.map((name) => {
    const wanted = expected[name]!.data
    return (
      largestDifference(ours[name]!.data, wanted) / largestDifference(wanted, new Float32Array(wanted.length))
    )
  })
  return Math.max(...shares)
}

describe.skipIf(!withSoftwareGpu)(`training on WebGPU in software${missing}`, () => {
  beforeAll(() => holdDevice(webgpu))

  it('takes the steps that the CPU takes', async () => {
    const step = buildStep(tiny)
    const programs = await Promise.all(
      [cpu, webgpu].map((runtime) => runtime.compileStep(step, beginningOf(step))),
    )
    const [expected, ours] = [programs[0]!, programs[1]!]
    for (const index of [1, 2]) {
      const [wanted, values] = [await expected.run(inputs(index)), await ours.run(inputs(index))]
      for (const loss of Object.values(step.losses)) {
        expect(values[loss]![0]).toBeCloseTo(wanted[loss]![0]!, 4)
      }
      for (const fake of [step.fakeA, step.fakeB]) {
        expect(largestDifference(values[fake]!, wanted[fake]!)).toBeLessThan(1e-4)
      }
    }
    const [wanted, state] = [await expected.read(), await ours.read()]
    expect(Object.keys(state)).toEqual(Object.keys(wanted))
    expect(furthest(state, wanted, '.weight')).toBeLessThan(1e-4)
    // Biases are left out: in front of an instance norm their gradient is but rounding.
    expect(furthest(state, wanted, '.weight.first-moment')).toBeLessThan(2e-5)
    expect(furthest(state, wanted, '.weight.second-moment')).toBeLessThan(4e-5)
    await expect(ours.run({})).rejects.toThrow('real_A')
    expect(await ours.read()).toEqual(state)
    for (const program of programs) await program.release()
  })

  it('keeps its state on the device, and no old one', async () => {
    const graph = new GraphBuilder()
    const shape = [4 << 20]
    const [x, w] = [graph.input('x', shape), graph.parameter('w', shape)]
    const sum = graph.node('sum', { kind: 'add' }, w, x)
    const loss = graph.node('loss', { kind: 'mean-squared-error', target: 0 }, sum)
    const step = { graph: graph.build(loss), updates: new Map([[w, sum]]) }
    const zeros = new Float32Array(shape[0]!)
    const program = await webgpu.compileStep(step, { w: { dtype: 'F32', shape, data: zeros } })
    // It has been moved, not copied.
    expect(zeros).toHaveLength(0)
    const ones = new Float32Array(shape[0]!).fill(1)
    const memory: number[] = []
    for (let count = 1; count <= 14; count++) {
      expect(await program.run({ x: ones })).toEqual({ loss: Float32Array.of(count ** 2) })
      memory.push(process.memoryUsage.rss())
    }
    // Ten states are 160 MiB.
    expect(memory[13]! - memory[3]!).toBeLessThan(80 * 2 ** 20)
    const { w: read } = await program.read(['w'])
    expect(read!.data.every((value) => value === 14)).toBe(true)
    await program.release()
  })

  it('gives back what a run has made whose outputs cannot be read', async () => {
    const graph = new GraphBuilder()
    const shape = [4 << 20]
    const w = graph.parameter('w', shape)
    const next = graph.node('next', { kind: 'scale', factor: 2 }, w)
    const loss = graph.node('loss', { kind: 'mean-squared-error', target: 0 }, w)
    const step = { graph: graph.build(loss), updates: new Map([[w, next]]) }
    const value = (name: string, elemType: number = dataType.float) => ({
      name,
      type: { tensorType: { elemType } },
    })
    const node = { attribute: [] }
    // The loss comes as a whole number, which that of a step never is.
    const model = encodeModel({
      ...{ irVersion: 8, opsetImport: [{ domain: '', version: 17 }] },
      graph: {
        name: 'unreadable',
        node: [
          { ...node, name: 'next', opType: 'Add', input: [w, w], output: [next] },
          { ...node, name: 'most', opType: 'ReduceMax', input: [next], output: ['most'] },
          {
            ...node,
            name: 'loss',
            opType: 'Cast',
            input: ['most'],
            output: [loss],
            attribute: [{ name: 'to', ...int(dataType.int32) }],
          },
        ],
        initializer: [],
        input: [value(w)],
        output: [value(next), value(loss, dataType.int32)],
      },
    })
    const data = new Float32Array(shape[0]!).fill(1)
    const program = await OnnxStepProgram.open(
      step,
      { w: { dtype: 'F32', shape, data } },
      { model, options: providers.webgpu.step!, keepsState: true },
    )
    const memory: number[] = []
    for (let count = 1; count <= 14; count++) {
      await expect(program.run({})).rejects.toThrow('loss is not of single precision')
      memory.push(process.memoryUsage.rss())
    }
    // Ten states are 160 MiB.
    expect(memory[13]! - memory[3]!).toBeLessThan(80 * 2 ** 20)
    const { w: read } = await program.read(['w'])
    expect(read!.data.every((x) => x === 1)).toBe(true)
    await program.release()
  })

  it('keeps its state when a run fails for want of memory', async () => {
    const graph = new GraphBuilder()
    const [x, w] = [graph.input('x', [1, 4, 1100, 1100]), graph.parameter('w', [256, 4, 3, 3])]
    // 1.2 GiB: more than SwiftShader gives in one piece.
    const y = graph.node('y', { kind: 'convolution', stride: 1, padding: 0 }, x, w)
    const loss = graph.node('loss', { kind: 'mean-squared-error', target: 1 }, y)
    const updates = new Map([[w, graph.node('next', { kind: 'scale', factor: 2 }, w)]])
    const shape = [256, 4, 3, 3]
    const data = initialWeights([{ name: w, shape }], linearCongruence(1))[w]!.data
    const program = await webgpu.compileStep(
      { graph: graph.build(loss), updates },
      { w: { dtype: 'F32', shape, data: Float32Array.from(data) } },
    )
    const failure: unknown = await program
      .run({ x: new Float32Array(4 * 1100 ** 2) })
      .catch((thrown: unknown) => thrown)
    expect(isAllocationFailure(failure)).toBe(true)
    expect((await program.read(['w']))['w']!.data).toEqual(data)
    await program.release()
  })

  const kinds: readonly [string, Partial<StepSettings>][] = [
    ['wide', { generator: { ngf: 16, blocks: 1 }, average: true }],
    [
      'of several pictures, augmented, with the logarithmic loss and no pool',
      {
        ...{ batch: 2, augmentation: ['translation', 'cutout'], pool: false },
        objective: { ...paperObjective, gan: 'vanilla' },
      },
    ],
    ['of the discriminators alone', { learns: 'discriminators' }],
    [
      'of odd numbers of channels',
      { generator: { ngf: 3, blocks: 1 }, discriminator: { ndf: 3, layers: 2 } },
    ],
  ]
  it.each(kinds)('leaves no operator of a step to the CPU: one %s', async (_, settings) => {
    const step = buildStep({ ...tiny, ...settings })
    // The session is refused if there is one: see below.
    const program = await webgpu.compileStep(step, beginningOf(step))
    await program.release()
  })

  it('refuses a session that would leave an operator to the CPU', async () => {
    const value = (name: string) => ({ name, type: { tensorType: { elemType: dataType.float } } })
    const model = encodeModel({
      ...{ irVersion: 8, opsetImport: [{ domain: '', version: 17 }] },
      graph: {
        name: 'sign',
        node: [{ name: 'sign', opType: 'Sign', input: ['x'], output: ['y'], attribute: [] }],
        ...{ initializer: [], input: [value('x')], output: [value('y')] },
      },
    })
    for (const options of [providers.webgpu.session, providers.webgpu.step!]) {
      await expect(InferenceSession.create(model, options)).rejects.toThrow('fallback to CPU')
    }
  })
})
