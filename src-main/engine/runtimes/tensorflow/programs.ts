/** Networks and parts of them ready to run in TensorFlow: a plan, and the weights in the library's memory. */
import { shapeOf } from '../../graph/graph.ts'
import type { Graph } from '../../graph/graph.ts'
import { describeShape } from '../../graph/shape.ts'
import type { Tensor, Weights } from '../../protocol.ts'
import { checkInput, endsOf } from '../runtime.ts'
import type { Program, ShapedValues, StageProgram } from '../runtime.ts'
import { disposeAll, evaluate } from './evaluate.ts'
import type { Tensors } from './evaluate.ts'
import type { Library } from './library.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan.ts'
import { downloadAll, uploadAll, uploadWeights } from './transfer.ts'
import type { Value } from './transfer.ts'

/** A graph and its weights, until it is released. */
class HeldGraph {
  protected readonly graph: Graph
  readonly #tf: Library
  readonly #plan: Plan
  #weights: Tensors | undefined

  /** Throws if the weights do not fit the graph. */
  constructor(tf: Library, graph: Graph, weights: Weights) {
    this.graph = graph
    this.#tf = tf
    this.#plan = planOf(graph, graph.outputs)
    this.#weights = uploadWeights(tf, graph, this.#plan, weights)
  }

  protected expectHeld(): Tensors {
    if (!this.#weights) throw new Error('The program is released')
    return this.#weights
  }

  /** The outputs by their names. */
  protected async evaluate(
    inputs: Iterable<readonly [name: string, value: Value]>,
  ): Promise<ReadonlyMap<string, Value>> {
    const weights = this.expectHeld()
    const [tf, plan] = [this.#tf, this.#plan]
    const results = evaluate(tf, plan, weights, uploadAll(tf, plan, inputs))
    try {
      return await downloadAll(tf, plan, results, this.graph.outputs)
    } finally {
      disposeAll(results)
    }
  }

  async release(): Promise<void> {
    if (this.#weights) disposeAll(this.#weights)
    this.#weights = undefined
  }
}

export class TensorflowProgram extends HeldGraph implements Program {
  async run(input: Tensor): Promise<Tensor> {
    this.expectHeld()
    checkInput(this.graph, input)
    const ends = endsOf(this.graph)
    const output = (await this.evaluate([[ends.input, input]])).get(ends.output)
    const [batch, channels, height, width] = output?.shape ?? []
    if (!output || !batch || !channels || !height || !width) {
      throw new Error(`TensorFlow gave no picture in ${ends.output}`)
    }
    return { shape: [batch, channels, height, width], data: output.data }
  }
}

export class TensorflowStageProgram extends HeldGraph implements StageProgram {
  async run(inputs: ShapedValues): Promise<ShapedValues> {
    this.expectHeld()
    const given = this.graph.inputs.map((name) => {
      const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined
      if (!value) throw new Error(`The input ${name} is missing`)
      expectFit(this.graph, name, value)
      return [name, value] as const
    })
    return Object.fromEntries(await this.evaluate(given))
  }
}

/** Throws unless the value has as many axes as the graph's, and its known sizes. */
function expectFit(graph: Graph, name: string, { shape, data }: Value): void {
  const wanted = shapeOf(graph, name)
  const fits = wanted.every((size, axis) => typeof size !== 'number' || size === shape[axis])
  if (!fits || shape.length !== wanted.length) {
    throw new Error(`The input ${name} is [${shape.join(', ')}] and should be ${describeShape(wanted)}`)
  }
  const count = shape.reduce((a, b) => a * b, 1)
  if (data.length !== count) throw new Error(`The input ${name} has ${data.length} of ${count} values`)
}
