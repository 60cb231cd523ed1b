import fc from 'fast-check'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import type { Graph } from '../../graph/graph.ts'
import {
  convolution,
  instanceNorm,
  leakyRelu,
  reflectionPad,
  relu,
  residual,
  sequence,
  tanh,
  transposedConvolution,
} from '../../graph/layers.ts'
import type { Layer } from '../../graph/layers.ts'
import { symbolic } from '../../graph/shape.ts'
import { buildDiscriminator } from '../../networks/discriminator.ts'
import { buildGenerator } from '../../networks/generator.ts'
import type { Tensor, Weights } from '../../protocol.ts'
import {
  largestDifference,
  linearCongruence,
  numberedTensor,
  numberedWeights,
} from '../../testing/numbers.ts'
import { convolve, convolveTransposed, mirror, normalise } from '../../testing/reference.ts'
import { exportOnnx, lower } from './lower.ts'
import { OnnxRuntime } from './runtime.ts'

const runtime = new OnnxRuntime()

/** One layer behind an input whose height and width are left open, but for the step. */
function graphOf(layer: Layer, channels: number, step = 1): Graph {
  const graph = new GraphBuilder()
  const input = [symbolic('b'), channels, symbolic('h', step), symbolic('w', step)]
  return graph.build(layer(graph, graph.input('x', input), 'layer'))
}

async function runOnce(graph: Graph, weights: Weights, input: Tensor): Promise<Tensor> {
  const program = await runtime.compile(graph, weights)
  try {
    return await program.run(input)
  } finally {
    await program.release()
  }
}

/** As another program would: from the bytes of the file alone. */
async function runExported(graph: Graph, weights: Weights, input: Tensor): Promise<Float32Array> {
  const session = await InferenceSession.create(
    exportOnnx(graph, weights, { producer: 'a test', name: 'layer' }),
  )
  const [inputName = '', outputName = ''] = [session.inputNames[0], session.outputNames[0]]
  const results = await session.run({ [inputName]: new OrtTensor('float32', input.data, input.shape) })
  await session.release()
  return results[outputName]?.data as Float32Array
}

describe('each operator gives what PyTorch 1.13 gives', () => {
  // Input [2, 3, 6, 8], then weight, then bias from the numbers with seed 3; about seven values of the result.
  const up = { stride: 2, padding: 1, outputPadding: 1 }
  it.each<[string, Layer, readonly number[]]>([
    [
      'convolution, stride 2, padding 1',
      convolution(4, 3, { stride: 2, padding: 1 }),
      [-0.49719, 0.207783, 0.454423, -0.138932, -0.670761, 0.196434, -0.106415, 0.014539],
    ],
    [
      'convolution 4×4, padding 1',
      convolution(4, 4, { padding: 1 }),
      [0.097365, -1.519029, 0.565957, 0.399736, -0.386344, -0.794305, -0.734611],
    ],
    [
      'transposed convolution of the generator',
      transposedConvolution(4, 3, up),
      [-0.675307, 0.387019, 0.514026, 0.509371, -0.452421, 0.256208, 0.29652, 0.223746],
    ],
    [
      'transposed convolution 2×2',
      transposedConvolution(4, 2, { stride: 2, padding: 0, outputPadding: 0 }),
      [0.147138, 0.302625, -0.36108, -0.450789, 0.030481, 0.191797, -0.301275, -0.380464],
    ],
    [
      'reflection pad',
      reflectionPad(3),
      [0.413463, 0.090869, -0.477365, -0.361105, -0.334067, -0.250564, 0.301948],
    ],
    [
      'instance norm',
      instanceNorm,
      [-0.957463, 0.967801, 1.105079, 1.133126, -0.341129, 0.178069, 0.199833, 1.080605],
    ],
    [
      'leaky ReLU',
      leakyRelu(0.2),
      [-0.052554, 0.254249, 0.290609, 0.377938, -0.00586, 0.048329, 0.055457, 0.29676],
    ],
    ['tanh', tanh, [-0.256884, 0.248908, 0.282695, 0.360916, -0.029292, 0.048291, 0.0554, 0.288345]],
  ])('%s', async (_, layer, expected) => {
    const numbers = linearCongruence(3)
    const input = numberedTensor([2, 3, 6, 8], numbers)
    const graph = graphOf(layer, 3, 2)
    const weights = numberedWeights(graph.parameters, numbers)
    const ours = (await runOnce(graph, weights, input)).data
    const exported = await runExported(graph, weights, input)
    const step = Math.max(1, Math.floor(ours.length / 7))
    expect(
      largestDifference(
        ours.filter((_value, i) => i % step === 0),
        expected,
      ),
    ).toBeLessThan(5e-6)
    expect(largestDifference(exported, ours)).toBeLessThan(5e-6)
  })
})

describe('each operator follows its definition for random sizes', () => {
  const small = (min: number, max: number) => fc.integer({ min, max })
  const shape = fc.tuple(small(1, 2), small(1, 4), small(5, 9), small(5, 9))
  const few = { numRuns: 25 }

  async function expectAs(layer: Layer, input: Tensor, reference: (weights: Weights) => Tensor) {
    const graph = graphOf(layer, input.shape[1])
    const weights = numberedWeights(graph.parameters, linearCongruence(11))
    const [ours, wanted] = [await runOnce(graph, weights, input), reference(weights)]
    expect(ours.shape).toEqual(wanted.shape)
    expect(largestDifference(ours.data, wanted.data)).toBeLessThan(2e-5)
    expect(largestDifference(await runExported(graph, weights, input), wanted.data)).toBeLessThan(2e-5)
  }
  const nothing = { shape: [0], data: new Float32Array() }
  const weight = (weights: Weights) => weights['layer.weight'] ?? nothing
  const bias = (weights: Weights) => weights['layer.bias'] ?? nothing

  it('convolution', () =>
    fc.assert(
      fc.asyncProperty(
        shape,
        small(1, 5),
        small(1, 5),
        small(1, 2),
        small(0, 2),
        async (size, out, kernel, stride, padding) => {
          const input = numberedTensor(size, linearCongruence(5))
          // A stride wants a size that is known, or known to divide.
          const graph = new GraphBuilder()
          const x = graph.input('x', input.shape)
          const built = graph.build(convolution(out, kernel, { stride, padding })(graph, x, 'layer'))
          const weights = numberedWeights(built.parameters, linearCongruence(11))
          const wanted = convolve(input, weight(weights), bias(weights), stride, padding)
          const ours = await runOnce(built, weights, input)
          expect(ours.shape).toEqual(wanted.shape)
          expect(largestDifference(ours.data, wanted.data)).toBeLessThan(2e-5)
        },
      ),
      few,
    ))

  it('transposed convolution', () =>
    fc.assert(
      fc.asyncProperty(
        shape,
        small(1, 5),
        small(2, 4),
        small(1, 3),
        small(0, 1),
        async (size, out, kernel, stride, padding) => {
          const operator = { stride, padding, outputPadding: stride - 1 }
          const layer = transposedConvolution(out, kernel, operator)
          const input = numberedTensor(size, linearCongruence(5))
          await expectAs(layer, input, (weights) =>
            convolveTransposed(input, weight(weights), bias(weights), operator),
          )
        },
      ),
      few,
    ))

  it('reflection pad', () =>
    fc.assert(
      fc.asyncProperty(shape, small(0, 4), async (size, padding) => {
        const input = numberedTensor(size, linearCongruence(5))
        await expectAs(reflectionPad(padding), input, () => mirror(input, padding))
      }),
      few,
    ))

  it('instance norm', () =>
    fc.assert(
      fc.asyncProperty(shape, async (size) => {
        const input = numberedTensor(size, linearCongruence(5))
        await expectAs(instanceNorm, input, () => normalise(input, 1e-5))
      }),
      few,
    ))

  it('ReLU and the sum of a residual block', () =>
    fc.assert(
      fc.asyncProperty(shape, async (size) => {
        const input = numberedTensor(size, linearCongruence(5))
        const sum = { shape: size, data: input.data.map((value) => value + Math.max(0, value)) }
        await expectAs(residual('body', sequence([relu])), input, () => sum)
      }),
      few,
    ))
})

describe('a program', () => {
  const graph = buildGenerator({ ngf: 4, blocks: 2 })
  const weights = numberedWeights(graph.parameters, linearCongruence(1))

  it('runs pictures of many sizes in one session, and each as if it were alone', async () => {
    const program = await runtime.compile(graph, weights)
    for (const [batch, height, width] of [
      [1, 8, 8],
      [1, 64, 32],
      [2, 12, 20],
      [1, 8, 8],
      [1, 128, 96],
    ] as const) {
      const input = numberedTensor([batch, 3, height, width], linearCongruence(9))
      const output = await program.run(input)
      expect(output.shape).toEqual(input.shape)
      expect(output.data.every((value) => Math.abs(value) < 1 + 1e-6)).toBe(true)
      expect(largestDifference(output.data, (await runOnce(graph, weights, input)).data)).toBeLessThan(1e-5)
    }
    await program.release()
  })

  it('keeps its weights when the arrays that they came from are used for something else', async () => {
    const own = structuredClone(weights)
    const input = numberedTensor([1, 3, 16, 16], linearCongruence(9))
    const program = await runtime.compile(graph, own)
    for (const { data } of Object.values(own)) data.fill(Number.NaN)
    expect(
      largestDifference((await program.run(input)).data, (await runOnce(graph, weights, input)).data),
    ).toBe(0)
    await program.release()
  })

  it('takes half-precision weights for what they are', async () => {
    // 1.5 and -0.25 are 0x3e00 and 0xb400 in half precision: exact in both.
    const single = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        { dtype: 'F32', shape, data: Float32Array.from(data, (value) => (value > 0 ? 1.5 : -0.25)) },
      ]),
    ) satisfies Weights
    const half = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        { dtype: 'F16', shape, data: Uint16Array.from(data, (value) => (value > 0 ? 0x3e00 : 0xb400)) },
      ]),
    ) satisfies Weights
    const input = numberedTensor([1, 3, 16, 16], linearCongruence(9))
    const wanted = (await runOnce(graph, single, input)).data
    expect(largestDifference((await runOnce(graph, half, input)).data, wanted)).toBeLessThan(1e-5)
    expect(largestDifference(await runExported(graph, half, input), wanted)).toBeLessThan(1e-4)
  })

  it('says what is wrong with an input', async () => {
    const program = await runtime.compile(graph, weights)
    const at = (shape: Tensor['shape']) => program.run(numberedTensor(shape, linearCongruence(9)))
    await expect(at([1, 3, 10, 8])).rejects.toThrow(
      'The input is [1, 3, 10, 8] and should be [batch, 3, height, width], height a multiple of 4, width a multiple of 4',
    )
    await expect(at([1, 4, 8, 8])).rejects.toThrow('[1, 4, 8, 8]')
    await expect(program.run({ shape: [1, 3, 8, 8], data: new Float32Array(7) })).rejects.toThrow(
      '7 of 192 values',
    )
    await program.release()
    await expect(at([1, 3, 8, 8])).rejects.toThrow('released')
  })

  it('says what is wrong with the weights', async () => {
    const { 'model.4.bias': taken, ...rest } = weights
    await expect(runtime.compile(graph, rest)).rejects.toThrow('The weights have no model.4.bias')
    const odd = {
      ...rest,
      'model.4.bias': { ...taken, dtype: 'F32', shape: [9], data: new Float32Array(9) },
    } as const
    await expect(runtime.compile(graph, odd)).rejects.toThrow('model.4.bias is [9] and should be [8]')
    const short = {
      ...rest,
      'model.4.bias': { dtype: 'F32', shape: [8], data: new Float32Array(7) },
    } as const
    await expect(runtime.compile(graph, short)).rejects.toThrow('model.4.bias has 7 of 8 values')
  })

  it('runs a discriminator too', async () => {
    const patch = buildDiscriminator({ ndf: 4 })
    const numbers = linearCongruence(2)
    const output = await runOnce(
      patch,
      numberedWeights(patch.parameters, numbers),
      numberedTensor([1, 3, 64, 48], numbers),
    )
    expect(output.shape).toEqual([1, 1, 6, 4])
  })
})

describe('an exported file', () => {
  const graph = buildGenerator({ ngf: 4, blocks: 1 })
  const weights = numberedWeights(graph.parameters, linearCongruence(1))

  it('names its parts and leaves the sizes open', async () => {
    const bytes = exportOnnx(graph, weights, { producer: 'Solstice 1.2.3', name: 'summer to winter' })
    const session = await InferenceSession.create(bytes)
    const shape = ['batch', 3, 'height', 'width']
    expect(session.inputMetadata).toMatchObject([{ name: 'picture', type: 'float32', shape }])
    expect(session.outputMetadata).toMatchObject([{ type: 'float32', shape }])
    const text = Buffer.from(bytes).toString('latin1')
    for (const part of [
      'Solstice 1.2.3',
      'summer to winter',
      'model.1.weight',
      'ConvTranspose',
      'InstanceNormalization',
    ]) {
      expect(text).toContain(part)
    }
    await session.release()
  })

  it('starts with the IR version, and holds every weight once', () => {
    const bytes = exportOnnx(graph, weights, { producer: 'p', name: 'n' })
    expect([...bytes.subarray(0, 2)]).toEqual([0x08, 8])
    const weightBytes = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0)
    expect(bytes.length).toBeGreaterThan(weightBytes)
    expect(bytes.length).toBeLessThan(weightBytes + 16_000)
  })

  it('gives the same picture as our own session', async () => {
    const input = numberedTensor([1, 3, 24, 16], linearCongruence(4))
    const ours = await runOnce(graph, weights, input)
    expect(largestDifference(await runExported(graph, weights, input), ours.data)).toBeLessThan(1e-5)
  })
})

it('a model for our own session leaves the weights beside it, uncopied', () => {
  const graph = buildGenerator({ ngf: 8, blocks: 1 })
  const weights = numberedWeights(graph.parameters, linearCongruence(1))
  const { model, externalData } = lower(graph, weights)
  expect(model.length).toBeLessThan(32_000)
  const first = externalData.find(({ path }) => path === 'model.1.weight')
  expect(first?.data.buffer).toBe(weights['model.1.weight']?.data.buffer)
})
