/**
 * A network as a graph: plain data, in the order of evaluation. Every value has a name (its id): an input, a
 * parameter, or what the node of that name gives.
 */
import { inferShape } from './infer-shape.ts'
import type { Operator } from './operators.ts'
import { describeShape, sameShape } from './shape.ts'
import type { Shape } from './shape.ts'

export type ValueId = string

export interface Node {
  /** Also the id of the value that it gives. */
  readonly name: ValueId
  readonly operator: Operator
  readonly inputs: readonly ValueId[]
}

export interface Graph {
  readonly inputs: readonly ValueId[]
  /** In the order in which they were first used. */
  readonly parameters: readonly Parameter[]
  readonly nodes: readonly Node[]
  readonly outputs: readonly ValueId[]
  /** The shape of every value. */
  readonly shapes: ReadonlyMap<ValueId, Shape>
}

/** A graph that replaces parameters by values of its own whenever it has run: a training step. */
export interface StatefulGraph {
  readonly graph: Graph
  /** For each parameter that changes, the value that takes its place. */
  readonly updates: ReadonlyMap<ValueId, ValueId>
}

/** A tensor that is learned, named as in the official state dict. */
export interface Parameter {
  readonly name: ValueId
  readonly shape: readonly number[]
}

/** How many numbers a graph learns. */
export function parameterCount(graph: Graph): number {
  return graph.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
}

export function shapeOf(graph: Pick<Graph, 'shapes'>, value: ValueId): Shape {
  const shape = graph.shapes.get(value)
  if (!shape) throw new Error(`The graph has no value ‘${value}’`)
  return shape
}

/** Collects nodes and infers each one's shape as it comes; whatever does not fit throws with the node's name. */
export class GraphBuilder {
  readonly #inputs: ValueId[] = []
  readonly #parameters: Parameter[] = []
  readonly #nodes: Node[] = []
  readonly #shapes = new Map<ValueId, Shape>()

  input(name: ValueId, shape: Shape): ValueId {
    if (this.#shapes.has(name)) throw new Error(`${name}: the name is taken`)
    this.#inputs.push(name)
    this.#shapes.set(name, shape)
    return name
  }

  /** Declares a parameter; a second use under the same name shares it. */
  parameter(name: ValueId, shape: readonly number[]): ValueId {
    const known = this.#shapes.get(name)
    if (!known) {
      this.#parameters.push({ name, shape })
      this.#shapes.set(name, shape)
    } else if (!sameShape(known, shape) || !this.#parameters.some((parameter) => parameter.name === name)) {
      throw new Error(`${name}: ${describeShape(shape)} is wanted, but ${describeShape(known)} has this name`)
    }
    return name
  }

  /** Adds a node. If its name is taken (a network applied twice), `@2`, `@3`, … is put behind it. */
  node(name: string, operator: Operator, ...inputs: readonly ValueId[]): ValueId {
    const id = this.#freeName(name)
    try {
      const shape = inferShape(
        operator,
        inputs.map((input) => this.shape(input)),
      )
      this.#shapes.set(id, shape)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`${id} (${operator.kind}): ${reason}`, { cause })
    }
    this.#nodes.push({ name: id, operator, inputs })
    return id
  }

  shape(value: ValueId): Shape {
    return shapeOf({ shapes: this.#shapes }, value)
  }

  /** The names of all parameters so far, in the order of first use. */
  get parameters(): readonly ValueId[] {
    return this.#parameters.map(({ name }) => name)
  }

  /** All nodes so far, in the order of evaluation. */
  get nodes(): readonly Node[] {
    return this.#nodes
  }

  /** How many channels a picture-shaped value has. */
  channels(value: ValueId): number {
    const channels = this.shape(value)[1]
    if (typeof channels !== 'number') throw new Error(`${value}: the number of channels is not known`)
    return channels
  }

  build(...outputs: readonly ValueId[]): Graph {
    outputs.forEach((output) => this.shape(output))
    return {
      inputs: [...this.#inputs],
      parameters: [...this.#parameters],
      nodes: [...this.#nodes],
      outputs,
      shapes: new Map(this.#shapes),
    }
  }

  #freeName(name: string): string {
    let free = name
    for (let use = 2; this.#shapes.has(free); use++) free = `${name}@${use}`
    return free
  }
}
