/**
 * Layers: one or more nodes with their parameters, added behind a value. A sequence names its layers by their
 * position, as the official checkpoints do, so that parameter names follow from the order alone.
 */
import type { GraphBuilder, ValueId } from './graph.ts'

/** Adds itself behind `input` under `name` and gives the value it ends in. */
export type Layer = (graph: GraphBuilder, input: ValueId, name: string) => ValueId

/** Layers one behind the other, named `name.0`, `name.1`, … */
export function sequence(layers: readonly Layer[]): Layer {
  return (graph, input, name) =>
    layers.reduce((x, layer, index) => layer(graph, x, `${name}.${index}`), input)
}

/** x + body(x). */
export function residual(bodyName: string, body: Layer): Layer {
  return (graph, input, name) =>
    graph.node(name, { kind: 'add' }, input, body(graph, input, `${name}.${bodyName}`))
}

/** A square kernel with zero padding and a bias. */
export function convolution(channels: number, kernel: number, { stride = 1, padding = 0 } = {}): Layer {
  return (graph, input, name) => {
    const weight = graph.parameter(`${name}.weight`, [channels, graph.channels(input), kernel, kernel])
    const bias = graph.parameter(`${name}.bias`, [channels])
    return graph.node(name, { kind: 'convolution', stride, padding }, input, weight, bias)
  }
}

/** A square kernel with a bias; the output is `stride` times as large with the right paddings. */
export function transposedConvolution(
  channels: number,
  kernel: number,
  { stride, padding, outputPadding }: { stride: number; padding: number; outputPadding: number },
): Layer {
  return (graph, input, name) => {
    const weight = graph.parameter(`${name}.weight`, [graph.channels(input), channels, kernel, kernel])
    const bias = graph.parameter(`${name}.bias`, [channels])
    const operator = { kind: 'transposed-convolution', stride, padding, outputPadding } as const
    return graph.node(name, operator, input, weight, bias)
  }
}

export function reflectionPad(padding: number): Layer {
  return (graph, input, name) => graph.node(name, { kind: 'reflection-pad', padding }, input)
}

export const instanceNorm: Layer = (graph, input, name) =>
  graph.node(name, { kind: 'instance-norm', epsilon: 1e-5 }, input)

export const relu: Layer = (graph, input, name) => graph.node(name, { kind: 'relu' }, input)

export function leakyRelu(slope: number): Layer {
  return (graph, input, name) => graph.node(name, { kind: 'leaky-relu', slope }, input)
}

export const tanh: Layer = (graph, input, name) => graph.node(name, { kind: 'tanh' }, input)
