/** A training step in TensorFlow: its parameters stay in the library's memory from one run to the next. */
import type { StatefulGraph } from '../../graph/graph.ts'
import type { Weights, WeightTensor } from '../../protocol.ts'
import { knownShape, stepInput, weightOf } from '../runtime.ts'
import type { StepProgram, Values } from '../runtime.ts'
import { disposeAll, evaluate } from './evaluate.ts'
import type { Tensors } from './evaluate.ts'
import type { Library } from './library.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan.ts'
import { downloadAll, uploadAll, uploadWeights } from './transfer.ts'

export class TensorflowStepProgram implements StepProgram {
  readonly #tf: Library
  readonly #step: StatefulGraph
  readonly #plan: Plan
  #state: Tensors | undefined

  /** Throws an Error that names a tensor of the state if it does not fit the graph. */
  constructor(tf: Library, step: StatefulGraph, state: Weights) {
    const { graph, updates } = step
    for (const parameter of graph.parameters) {
      const { dtype } = weightOf(state, parameter)
      if (dtype !== 'F32') throw new Error(`${parameter.name} is not of single precision`)
    }
    graph.inputs.forEach((input) => knownShape(graph, input))
    this.#tf = tf
    this.#step = step
    this.#plan = planOf(graph, [...graph.outputs, ...updates.values()])
    this.#state = uploadWeights(tf, graph, this.#plan, state)
  }

  async run(inputs: Values): Promise<Values> {
    const { graph, updates } = this.#step
    const [tf, plan, before] = [this.#tf, this.#plan, this.#held()]
    const given = graph.inputs.map((name) => [name, stepInput(graph, inputs, name)] as const)
    const results = evaluate(tf, plan, before, uploadAll(tf, plan, given))
    try {
      const outputs = await downloadAll(tf, plan, results, graph.outputs)
      // Only what is read is known to have been computed.
      const state = this.#held()
      for (const [parameter, update] of updates) {
        const next = results.get(update)
        if (!next) throw new Error(`The value ${update} is missing`)
        state.get(parameter)?.dispose()
        state.set(parameter, tf.clone(next))
      }
      return Object.fromEntries([...outputs].map(([name, { data }]) => [name, data]))
    } finally {
      disposeAll(results)
    }
  }

  async read(names: readonly string[] = [...this.#held().keys()]): Promise<Weights> {
    const state = this.#held()
    const unknown = names.find((name) => !state.has(name))
    if (unknown !== undefined) throw new Error(`The step has no parameter ${unknown}`)
    // All of one moment, though a step may run meanwhile; these copies share the memory of what they are of.
    const copies = cloneAll(this.#tf, state, names)
    try {
      const values = await downloadAll(this.#tf, this.#plan, copies, names)
      return Object.fromEntries(
        [...values].map(([name, value]): [string, WeightTensor] => [name, { dtype: 'F32', ...value }]),
      )
    } finally {
      disposeAll(copies)
    }
  }

  async release(): Promise<void> {
    if (this.#state) disposeAll(this.#state)
    this.#state = undefined
  }

  #held(): Tensors {
    if (!this.#state) throw new Error('The program is released')
    return this.#state
  }
}

function cloneAll(tf: Library, tensors: Tensors, names: readonly string[]): Tensors {
  return new Map(
    names.flatMap((name) => {
      const tensor = tensors.get(name)
      return tensor ? [[name, tf.clone(tensor)] as const] : []
    }),
  )
}
