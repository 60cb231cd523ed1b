import { describe, expect, it } from 'vitest'
import { parameterCount, shapeOf } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import { describeShape } from '../graph/shape.ts'
import { buildDiscriminator, discriminatorParameters } from './discriminator.ts'
import { buildGenerator, generatorParameters } from './generator.ts'

/** How many input pixels, in one direction, one output value sees: back from the end, r ← r·stride + kernel − stride. */
function receptiveField(graph: Graph): number {
  return graph.nodes.toReversed().reduce((field, { operator, inputs }) => {
    const kernel = graph.parameters.find(({ name }) => name === inputs[1])?.shape[3] ?? 1
    return operator.kind === 'convolution' ? (field - 1) * operator.stride + kernel : field
  }, 1)
}

const names = (parameters: readonly { readonly name: string }[]) => parameters.map(({ name }) => name)
const layersOf = (prefixes: readonly string[]) =>
  prefixes.flatMap((prefix) => [`${prefix}.weight`, `${prefix}.bias`])
const blocksOf = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) =>
    [1, 5].map((half) => `model.${first + i}.conv_block.${half}`),
  ).flat()

describe('the generator', () => {
  it('has the parameters of the official checkpoints: nine blocks', () => {
    const parameters = generatorParameters({ ngf: 64, blocks: 9 })
    expect(names(parameters)).toEqual(
      layersOf(['model.1', 'model.4', 'model.7', ...blocksOf(10, 18), 'model.19', 'model.22', 'model.26']),
    )
    expect(parameters).toHaveLength(48)
    const shapes = Object.fromEntries(parameters.map(({ name, shape }) => [name, shape]))
    expect(shapes['model.1.weight']).toEqual([64, 3, 7, 7])
    expect(shapes['model.18.conv_block.5.weight']).toEqual([256, 256, 3, 3])
    expect(shapes['model.19.weight']).toEqual([256, 128, 3, 3])
    expect(shapes['model.22.bias']).toEqual([64])
    expect(shapes['model.26.weight']).toEqual([3, 64, 7, 7])
  })

  it('has the parameters of the official checkpoints: six blocks', () => {
    expect(names(generatorParameters({ ngf: 32, blocks: 6 }))).toEqual(
      layersOf(['model.1', 'model.4', 'model.7', ...blocksOf(10, 15), 'model.16', 'model.19', 'model.23']),
    )
  })

  it('has 11.378 M parameters with nine blocks and 64 channels', () => {
    expect(parameterCount(buildGenerator({ ngf: 64, blocks: 9 }))).toBe(11_378_179)
  })

  it('gives a picture of the size that it gets, whatever it is', () => {
    const graph = buildGenerator({ ngf: 8, blocks: 2 })
    const [output = ''] = graph.outputs
    expect(describeShape(shapeOf(graph, output))).toBe('[batch, 3, height, width]')
    const fixed = buildGenerator({ ngf: 8, blocks: 2 }, [2, 3, 16, 40])
    expect(shapeOf(fixed, fixed.outputs[0] ?? '')).toEqual([2, 3, 16, 40])
  })

  it('refuses sizes that are none', () => {
    expect(() => buildGenerator({ ngf: 0, blocks: 9 })).toThrow('ngf cannot be 0')
    expect(() => buildGenerator({ ngf: 8, blocks: 1.5 })).toThrow('blocks cannot be 1.5')
  })
})

describe('the discriminator', () => {
  it('has the parameters of the official checkpoints', () => {
    const parameters = discriminatorParameters({ ndf: 64 })
    expect(names(parameters)).toEqual(layersOf([0, 2, 5, 8, 11].map((index) => `model.${index}`)))
    expect(parameters.filter((_, i) => i % 2 === 0).map(({ shape }) => shape)).toEqual([
      [64, 3, 4, 4],
      [128, 64, 4, 4],
      [256, 128, 4, 4],
      [512, 256, 4, 4],
      [1, 512, 4, 4],
    ])
  })

  it('has 2.765 M parameters and judges patches of 70 pixels', () => {
    const graph = buildDiscriminator({ ndf: 64 })
    expect(parameterCount(graph)).toBe(2_764_737)
    expect(receptiveField(graph)).toBe(70)
    expect(receptiveField(buildDiscriminator({ ndf: 8, layers: 1 }))).toBe(16)
    expect(receptiveField(buildDiscriminator({ ndf: 8, layers: 4 }))).toBe(142)
  })

  it('gives 30 × 30 judgements of a picture of 256 × 256', () => {
    const graph = buildDiscriminator({ ndf: 8 }, [1, 3, 256, 256])
    expect(shapeOf(graph, graph.outputs[0] ?? '')).toEqual([1, 1, 30, 30])
  })

  it('has no more than eight times the channels, and normalises all but the first and last', () => {
    const graph = buildDiscriminator({ ndf: 2, layers: 5 })
    expect(graph.parameters.filter((_, i) => i % 2 === 0).map(({ shape }) => shape[0])).toEqual([
      2, 4, 8, 16, 16, 16, 1,
    ])
    expect(graph.nodes.filter(({ operator }) => operator.kind === 'instance-norm')).toHaveLength(5)
  })

  it('refuses sizes that are none', () => {
    expect(() => buildDiscriminator({ ndf: -1 })).toThrow('ndf cannot be -1')
    expect(() => buildDiscriminator({ ndf: 1, layers: 0 })).toThrow('layers cannot be 0')
  })
})
