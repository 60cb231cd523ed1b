/**
 * A network cut at its instance norms. Each needs the mean and variance of its input over the whole picture, so all of
 * the picture must have come as far as the norm before any of it goes on: a stage is what lies between two norms.
 */
import { GraphBuilder, shapeOf } from '../graph/graph.ts'
import type { Graph, Node, ValueId } from '../graph/graph.ts'

export interface Stage {
  /** Its inputs are `reads`; the norms in it have `meanOf(norm)` and `varianceOf(norm)` among its parameters. */
  readonly graph: Graph
  /** The network's input, or values that earlier stages keep. */
  readonly reads: readonly ValueId[]
  /** Outputs that later stages read. */
  readonly keeps: readonly ValueId[]
  /** The norm whose input this stage ends in; undefined for the last, which ends in the network's output. */
  readonly measures: ValueId | undefined
  /** What it ends in. */
  readonly target: ValueId
}

export interface StagedNetwork {
  readonly stages: readonly Stage[]
  /** The network's input. */
  readonly input: ValueId
}

export const meanOf = (norm: ValueId): ValueId => `${norm}.mean`
export const varianceOf = (norm: ValueId): ValueId => `${norm}.variance`

/** Cuts a graph of one picture in and one out. */
export function cutAtNorms(graph: Graph): StagedNetwork {
  const [input, output] = [graph.inputs[0], graph.outputs[0]]
  if (input === undefined || output === undefined)
    throw new Error('A graph with an input and an output is wanted')
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  const norms = graph.nodes.filter(({ operator }) => operator.kind === 'instance-norm')
  const available = new Set<ValueId>([input])
  const stages: Stage[] = []
  const ends = [
    ...norms.map(({ name, inputs }) => ({ norm: name, target: inputs[0] ?? '' })),
    { target: output },
  ]
  for (const end of ends) {
    const inside = new Set<ValueId>()
    const reads = new Set<ValueId>()
    const visit = (value: ValueId): void => {
      if (available.has(value)) reads.add(value)
      const node = nodes.get(value)
      if (available.has(value) || node === undefined || inside.has(value)) return
      inside.add(value)
      node.inputs.forEach(visit)
    }
    visit(end.target)
    const own = graph.nodes.filter(({ name }) => inside.has(name))
    const keeps = own
      .filter(({ name, operator }) => operator.kind === 'add' || name === end.target)
      .map(({ name }) => name)
    keeps.forEach((name) => available.add(name))
    stages.push({
      graph: stageGraph(graph, own, [...reads], [...new Set([...keeps, end.target])]),
      reads: [...reads],
      keeps,
      measures: 'norm' in end ? end.norm : undefined,
      target: end.target,
    })
  }
  const needed = stages.map(({ keeps, ...stage }, index) => ({
    ...stage,
    keeps: keeps.filter((value) => stages.slice(index + 1).some(({ reads }) => reads.includes(value))),
  }))
  return { stages: needed, input }
}

export function channelsOf(graph: Graph, value: ValueId): number {
  const channels = shapeOf(graph, value)[1]
  if (typeof channels !== 'number') throw new Error(`${value}: the number of channels is not known`)
  return channels
}

/** Pixels of the picture in one of this value, in height. */
export function scaleOf(graph: Graph, value: ValueId): number {
  const height = shapeOf(graph, value)[2]
  return typeof height === 'object' ? height.multipleOf / height.times : 1
}

/** The whole network with the statistics of its norms as parameters. */
export function fixNorms(graph: Graph): Graph {
  return stageGraph(graph, graph.nodes, graph.inputs, graph.outputs)
}

/** How many pixels of the picture an output looks beyond its place. */
export function receptiveRadius(graph: Graph): number {
  return reach(graph, graph.nodes, graph.outputs[0] ?? '')
}

function stageGraph(
  graph: Graph,
  nodes: readonly Node[],
  reads: readonly ValueId[],
  outputs: readonly ValueId[],
): Graph {
  const builder = new GraphBuilder()
  const parameters = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
  for (const value of reads) builder.input(value, shapeOf(graph, value))
  for (const { name, operator, inputs } of nodes) {
    for (const value of inputs) {
      const shape = parameters.get(value)
      if (shape) builder.parameter(value, shape)
    }
    if (operator.kind !== 'instance-norm') {
      builder.node(name, operator, ...inputs)
      continue
    }
    const channels = [channelsOf(graph, name)]
    const statistics = [
      builder.parameter(meanOf(name), channels),
      builder.parameter(varianceOf(name), channels),
    ]
    builder.node(name, { kind: 'fixed-norm', epsilon: operator.epsilon }, ...inputs, ...statistics)
  }
  return builder.build(...outputs)
}

/** How many pixels of the picture the value looks beyond its place, through these nodes. */
function reach(graph: Graph, nodes: readonly Node[], target: ValueId): number {
  const known = new Map<ValueId, number>()
  for (const { name, operator, inputs } of nodes) {
    const before = Math.max(...inputs.map((value) => known.get(value) ?? 0))
    const [x = '', weight = ''] = inputs
    const isConvolution = operator.kind === 'convolution' || operator.kind === 'transposed-convolution'
    const kernel = isConvolution ? shapeOf(graph, weight)[2] : 1
    if (typeof kernel !== 'number') throw new Error(`${weight}: the kernel's size is not known`)
    known.set(name, before + ((kernel - 1) / 2) * scaleOf(graph, x))
  }
  return known.get(target) ?? 0
}
