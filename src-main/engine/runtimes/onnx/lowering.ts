/** What the lowerings of all operators share: the graph, the writer, and how values are called. */
import { shapeOf } from '../../graph/graph.ts'
import type { Graph, Node, ValueId } from '../../graph/graph.ts'
import type { Operator } from '../../graph/operators.ts'
import { describeShape } from '../../graph/shape.ts'
import type { Ranges, Weights, WeightTensor } from '../../protocol.ts'
import { weightOf } from '../runtime.ts'
import { GraphWriter } from './graph-writer.ts'

/**
 * `fast` is for our own session; `training` for a session whose weights change, so that they are inputs; `standard`
 * takes the plainest operators, for files that other programs open.
 */
export type Dialect = 'fast' | 'training' | 'standard'

/** One function for each kind of operator: it writes ONNX nodes, the last of which gives the value `node.name`. */
export type Lowerings<Some extends Operator> = {
  readonly [Kind in Some['kind']]: (
    lowering: Lowering,
    node: Node,
    operator: Extract<Some, { kind: Kind }>,
  ) => void
}

export class Lowering {
  readonly graph: Graph
  readonly dialect: Dialect
  /** Of the convolutions that are to be written in 8 bits. */
  readonly ranges: Ranges
  readonly writer = new GraphWriter()
  readonly #weights: Weights
  readonly #parameters: ReadonlyMap<ValueId, Graph['parameters'][number]>

  constructor(graph: Graph, weights: Weights, dialect: Dialect, ranges: Ranges = {}) {
    this.graph = graph
    this.dialect = dialect
    this.ranges = ranges
    this.#weights = weights
    this.#parameters = new Map(graph.parameters.map((parameter) => [parameter.name, parameter]))
  }

  /** The tensor of a parameter that does not change; undefined for any other value. */
  constantOf(id: ValueId): WeightTensor | undefined {
    const parameter = this.#parameters.get(id)
    return parameter && this.dialect !== 'training' ? weightOf(this.#weights, parameter) : undefined
  }

  /** The ONNX name of a value; a parameter that does not change becomes an initializer at its first use. */
  value(id: ValueId): string {
    const constant = this.constantOf(id)
    return constant ? this.writer.weight(id, constant) : id
  }

  values(ids: readonly ValueId[]): readonly string[] {
    return ids.map((id) => this.value(id))
  }

  /** Throws for a shape that is left open. */
  sizes(id: ValueId): readonly number[] {
    const shape = shapeOf(this.graph, id)
    return shape.map((size) => {
      if (typeof size !== 'number') throw new Error(`${id}: ${describeShape(shape)} is not wholly known`)
      return size
    })
  }

  /** Of a picture-shaped value. Throws for a shape that is left open. */
  pictureSizes(id: ValueId): readonly [batch: number, channels: number, height: number, width: number] {
    const [batch, channels, height, width] = this.sizes(id)
    if (batch === undefined || channels === undefined || height === undefined || width === undefined) {
      throw new Error(`${id}: is no picture`)
    }
    return [batch, channels, height, width]
  }

  count(id: ValueId): number {
    return this.sizes(id).reduce((a, b) => a * b, 1)
  }
}
