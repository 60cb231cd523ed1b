/**
 * The ResNet generator of CycleGAN, after Johnson et al. (2016): c7s1-n, d2n, d4n, R4n × blocks, u2n, un, c7s1-3.
 * RGB in [−1, 1] in and out, NCHW, the same height and width.
 */
import { GraphBuilder } from '../graph/graph.ts'
import type { Graph, Parameter } from '../graph/graph.ts'
import {
  convolution,
  instanceNorm,
  reflectionPad,
  relu,
  residual,
  sequence,
  tanh,
  transposedConvolution,
} from '../graph/layers.ts'
import type { Layer } from '../graph/layers.ts'
import { symbolic } from '../graph/shape.ts'
import type { Shape } from '../graph/shape.ts'

/** `ngf` channels after the first convolution, `blocks` residual blocks. */
export interface GeneratorSize {
  readonly ngf: number
  readonly blocks: number
}

/** Height and width of a picture must be multiples of this: the generator halves them twice. */
export const generatorStep = 4

/** The smallest height and width: the residual blocks mirror one pixel of a picture a quarter as large. */
export const generatorMinimum = 8

/** The generator as a layer; its parameters are `name.1.weight`, … (`model` in the official checkpoints). */
export function generator({ ngf, blocks }: GeneratorSize): Layer {
  expectCount('ngf', ngf, 1)
  expectCount('blocks', blocks, 0)
  return sequence([
    ...[reflectionPad(3), convolution(ngf, 7), instanceNorm, relu],
    ...down(2 * ngf),
    ...down(4 * ngf),
    ...Array.from({ length: blocks }, () => residualBlock(4 * ngf)),
    ...up(2 * ngf),
    ...up(ngf),
    ...[reflectionPad(3), convolution(3, 7), tanh],
  ])
}

/** The generator as a graph of its own, with the input `picture`; by default for any batch and size. */
export function buildGenerator(size: GeneratorSize, picture: Shape = anyPicture): Graph {
  const graph = new GraphBuilder()
  return graph.build(generator(size)(graph, graph.input('picture', picture), 'model'))
}

/** Names and shapes of the parameters, as in an official state dict. */
export function generatorParameters(size: GeneratorSize): readonly Parameter[] {
  return buildGenerator(size).parameters
}

const anyPicture: Shape = [
  symbolic('batch'),
  3,
  symbolic('height', generatorStep),
  symbolic('width', generatorStep),
]

function down(channels: number): readonly Layer[] {
  return [convolution(channels, 3, { stride: 2, padding: 1 }), instanceNorm, relu]
}

function up(channels: number): readonly Layer[] {
  return [transposedConvolution(channels, 3, { stride: 2, padding: 1, outputPadding: 1 }), instanceNorm, relu]
}

function residualBlock(channels: number): Layer {
  const half = [reflectionPad(1), convolution(channels, 3), instanceNorm]
  return residual('conv_block', sequence([...half, relu, ...half]))
}

function expectCount(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new Error(`Generator: ${name} cannot be ${value}`)
}
