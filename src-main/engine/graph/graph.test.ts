import { describe, expect, it } from 'vitest'
import { GraphBuilder, parameterCount } from './graph.ts'
import {
  convolution,
  instanceNorm,
  reflectionPad,
  relu,
  residual,
  sequence,
  transposedConvolution,
} from './layers.ts'
import { describeShape, symbolic } from './shape.ts'

const anySize = [symbolic('batch'), 3, symbolic('height', 4), symbolic('width', 4)]

function withInput(shape: Parameters<GraphBuilder['input']>[1] = anySize) {
  const graph = new GraphBuilder()
  return { graph, x: graph.input('x', shape) }
}

describe('shape inference', () => {
  it('follows a size that is known', () => {
    const { graph, x } = withInput([1, 3, 33, 20])
    expect(graph.shape(convolution(8, 3, { stride: 2, padding: 1 })(graph, x, 'a'))).toEqual([1, 8, 17, 10])
    expect(graph.shape(convolution(8, 7)(graph, x, 'b'))).toEqual([1, 8, 27, 14])
    expect(graph.shape(reflectionPad(3)(graph, x, 'c'))).toEqual([1, 3, 39, 26])
    const up = transposedConvolution(2, 3, { stride: 2, padding: 1, outputPadding: 1 })
    expect(graph.shape(up(graph, x, 'd'))).toEqual([1, 2, 66, 40])
  })

  it('follows a size that is not known yet', () => {
    const { graph, x } = withInput()
    const half = convolution(8, 3, { stride: 2, padding: 1 })(graph, x, 'half')
    expect(describeShape(graph.shape(half))).toBe('[batch, 8, height/2, width/2]')
    const up = transposedConvolution(3, 3, { stride: 2, padding: 1, outputPadding: 1 })(graph, half, 'up')
    expect(graph.shape(up)).toEqual(anySize)
    const twice = transposedConvolution(3, 4, { stride: 2, padding: 1, outputPadding: 0 })(graph, x, 'twice')
    expect(describeShape(graph.shape(twice))).toBe('[batch, 3, height*2, width*2]')
    expect(describeShape(graph.shape(convolution(1, 3)(graph, x, 'inner')))).toBe(
      '[batch, 1, height-2, width-2]',
    )
  })

  it('refuses to halve a size that may be odd', () => {
    const { graph, x } = withInput()
    const twice = sequence([
      convolution(4, 3, { stride: 2, padding: 1 }),
      convolution(4, 3, { stride: 2, padding: 1 }),
      convolution(4, 3, { stride: 2, padding: 1 }),
    ])
    expect(() => twice(graph, x, 'down')).toThrow(
      'down.2 (convolution): height/4-1 is not always divisible by 2',
    )
  })
})

describe('a bad graph fails with the name of the node', () => {
  it.each<[string, (graph: GraphBuilder, x: string) => unknown]>([
    [
      'sum (add): shapes differ: [1, 3, 8, 8] and [1, 3, 10, 10]',
      (graph, x) => {
        const padded = reflectionPad(1)(graph, x, 'padded')
        return graph.node('sum', { kind: 'add' }, x, padded)
      },
    ],
    [
      'c (convolution): its weight is for 4 channels, its input has 3',
      (graph, x) =>
        graph.node(
          'c',
          { kind: 'convolution', stride: 1, padding: 0 },
          x,
          graph.parameter('w', [8, 4, 3, 3]),
        ),
    ],
    [
      'c (convolution): takes a bias [8], not [7]',
      (graph, x) => {
        const inputs = [graph.parameter('w', [8, 3, 3, 3]), graph.parameter('b', [7])]
        return graph.node('c', { kind: 'convolution', stride: 1, padding: 0 }, x, ...inputs)
      },
    ],
    [
      'c (convolution): a 9-pixel window does not fit into 8 pixels',
      (graph, x) => convolution(1, 9)(graph, x, 'c'),
    ],
    ['p (reflection-pad): cannot mirror 8 of 8 pixels', (graph, x) => reflectionPad(8)(graph, x, 'p')],
    [
      'n (instance-norm): takes 1 inputs, not 2',
      (graph, x) => graph.node('n', { kind: 'instance-norm', epsilon: 1 }, x, x),
    ],
    ['r (relu): The graph has no value ‘y’', (graph) => relu(graph, 'y', 'r')],
    [
      't (transposed-convolution): the output padding must be smaller than the stride',
      (graph, x) => transposedConvolution(1, 3, { stride: 2, padding: 1, outputPadding: 2 })(graph, x, 't'),
    ],
  ])('%s', (message, build) => {
    const { graph, x } = withInput([1, 3, 8, 8])
    expect(() => build(graph, x)).toThrow(message)
  })

  it('refuses an output that no node gives', () => {
    expect(() => withInput().graph.build('y')).toThrow('no value ‘y’')
  })

  it('refuses one name for two parameters or for an input', () => {
    const { graph } = withInput()
    graph.parameter('w', [1, 2])
    expect(() => graph.parameter('w', [2, 1])).toThrow('w: [2, 1] is wanted, but [1, 2] has this name')
    expect(() => graph.input('w', [1])).toThrow('w: the name is taken')
    expect(() => graph.parameter('x', [1])).toThrow('x: [1] is wanted')
  })
})

describe('a graph', () => {
  it('is plain data, in the order of evaluation', () => {
    const { graph, x } = withInput()
    const layers = sequence([
      convolution(3, 3, { padding: 1 }),
      residual('body', sequence([instanceNorm, relu])),
    ])
    const built = graph.build(layers(graph, x, 'net'))
    expect(built.nodes).toEqual([
      {
        name: 'net.0',
        operator: { kind: 'convolution', stride: 1, padding: 1 },
        inputs: ['x', 'net.0.weight', 'net.0.bias'],
      },
      { name: 'net.1.body.0', operator: { kind: 'instance-norm', epsilon: 1e-5 }, inputs: ['net.0'] },
      { name: 'net.1.body.1', operator: { kind: 'relu' }, inputs: ['net.1.body.0'] },
      { name: 'net.1', operator: { kind: 'add' }, inputs: ['net.0', 'net.1.body.1'] },
    ])
    expect(built.outputs).toEqual(['net.1'])
    expect(structuredClone(built)).toEqual(built)
  })

  it('shares the parameters of a network that is applied twice', () => {
    const { graph, x } = withInput()
    const layer = convolution(3, 3, { padding: 1 })
    const twice = graph.build(layer(graph, layer(graph, x, 'G'), 'G'))
    expect(twice.nodes.map(({ name }) => name)).toEqual(['G', 'G@2'])
    expect(parameterCount(twice)).toBe(3 * 3 * 3 * 3 + 3)
  })
})
