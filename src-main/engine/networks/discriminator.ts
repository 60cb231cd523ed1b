/**
 * The PatchGAN discriminator of CycleGAN: C64-C128-C256-C512 and a convolution to one channel. Each value of its
 * output judges one patch of the picture, 70 × 70 pixels with three strided layers.
 */
import { GraphBuilder } from '../graph/graph.ts'
import type { Graph, Parameter } from '../graph/graph.ts'
import { convolution, instanceNorm, leakyRelu, sequence } from '../graph/layers.ts'
import type { Layer } from '../graph/layers.ts'
import { symbolic } from '../graph/shape.ts'
import type { Shape } from '../graph/shape.ts'

/** `ndf` channels after the first convolution, `layers` convolutions of stride 2 (3 in the paper). */
export interface DiscriminatorSize {
  readonly ndf: number
  readonly layers?: number
}

/** The discriminator as a layer; its parameters are `name.0.weight`, … (`model` in the official checkpoints). */
export function discriminator({ ndf, layers = 3 }: DiscriminatorSize): Layer {
  if (!Number.isSafeInteger(ndf) || ndf < 1) throw new Error(`Discriminator: ndf cannot be ${ndf}`)
  if (!Number.isSafeInteger(layers) || layers < 1)
    throw new Error(`Discriminator: layers cannot be ${layers}`)
  const leaky = leakyRelu(0.2)
  const widened = (step: number) => ndf * Math.min(2 ** step, 8)
  return sequence([
    ...[convolution(ndf, 4, { stride: 2, padding: 1 }), leaky],
    ...Array.from({ length: layers - 1 }, (_, i) => [
      ...[convolution(widened(i + 1), 4, { stride: 2, padding: 1 }), instanceNorm, leaky],
    ]).flat(),
    ...[convolution(widened(layers), 4, { stride: 1, padding: 1 }), instanceNorm, leaky],
    convolution(1, 4, { stride: 1, padding: 1 }),
  ])
}

/**
 * The discriminator as a graph of its own: RGB in [−1, 1], NCHW, to [batch, 1, h, w] judgements without a bound.
 * By default for any batch and any size that is a multiple of 2 to the power of `layers`.
 */
export function buildDiscriminator(size: DiscriminatorSize, picture = anyPicture(size)): Graph {
  const graph = new GraphBuilder()
  return graph.build(discriminator(size)(graph, graph.input('picture', picture), 'model'))
}

/** Names and shapes of the parameters, as in an official state dict. */
export function discriminatorParameters(size: DiscriminatorSize): readonly Parameter[] {
  return buildDiscriminator(size).parameters
}

function anyPicture({ layers = 3 }: DiscriminatorSize): Shape {
  const step = 2 ** layers
  return [symbolic('batch'), 3, symbolic('height', step), symbolic('width', step)]
}
