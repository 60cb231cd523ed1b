/** A training step in ONNX Runtime: what one run gives for a parameter is what the next takes. */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { shapeOf } from '../../graph/graph.ts'
import type { Graph, StatefulGraph } from '../../graph/graph.ts'
import type { Weights } from '../../protocol.ts'
import type { StepProgram, Values } from '../runtime.ts'
import { floats, StepState } from './step-state.ts'
import type { MakeTensor } from './step-state.ts'

interface StepSession {
  /** Of `lowerStep`. */
  readonly model: Uint8Array
  readonly options: InferenceSession.SessionOptions
  /** Whether the parameters stay on the provider's device. */
  readonly keepsState: boolean
}

export class OnnxStepProgram implements StepProgram {
  readonly #step: StatefulGraph
  readonly #state: StepState
  readonly #makeTensor: MakeTensor
  #session: InferenceSession | undefined

  /** Takes the state's arrays over, unless it throws. Throws an Error that names a tensor if it does not fit the graph. */
  static async open(
    step: StatefulGraph,
    weights: Weights,
    { model, options, keepsState }: StepSession,
  ): Promise<OnnxStepProgram> {
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const makeTensor: MakeTensor = (data, shape) => new Tensor('float32', data, shape)
    const state = new StepState(step.graph, weights, makeTensor)
    const located = keepsState ? { ...options, preferredOutputLocation: locationsOf(step) } : options
    const session = await InferenceSession.create(model, located)
    try {
      if (keepsState) await state.moveTo(options)
    } catch (thrown) {
      await session.release()
      throw thrown
    }
    return new OnnxStepProgram(step, state, session, makeTensor)
  }

  private constructor(
    step: StatefulGraph,
    state: StepState,
    session: InferenceSession,
    makeTensor: MakeTensor,
  ) {
    this.#step = step
    this.#state = state
    this.#session = session
    this.#makeTensor = makeTensor
  }

  async run(inputs: Values): Promise<Values> {
    const session = this.#session
    if (!session) throw new Error('The program is released')
    const { graph, updates } = this.#step
    const feeds: Record<string, Tensor> = { ...this.#state.tensors() }
    for (const name of graph.inputs) feeds[name] = this.#input(inputs, name)
    const results = await session.run(feeds)
    const outputs = graph.outputs.map((name) => [name, floats(tensorOf(results, name), name)] as const)
    // What can fail has not: from here on the state is the next.
    const next = [...updates].map(([name, update]) => [name, tensorOf(results, update)] as const)
    for (const [name, tensor] of next) this.#state.replace(name, tensor)
    return Object.fromEntries(outputs)
  }

  async read(names: readonly string[] = this.#state.names()): Promise<Weights> {
    const read: Record<string, Weights[string]> = {}
    for (const name of names) read[name] = await this.#state.read(name)
    return read
  }

  async release(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (!session) return
    await this.#state.release()
    await session.release()
  }

  #input(inputs: Values, name: string): Tensor {
    const shape = knownShape(this.#step.graph, name)
    const count = shape.reduce((a, b) => a * b, 1)
    const data = Object.hasOwn(inputs, name) ? inputs[name] : undefined
    if (data?.length !== count)
      throw new Error(`The input ${name} has ${data?.length ?? 0} of ${count} values`)
    return this.#makeTensor(data, shape)
  }
}

/** The next parameters stay on the device; what the step also gives, like all its outputs, comes to the host. */
function locationsOf({ graph, updates }: StatefulGraph): Readonly<Record<string, Tensor['location']>> {
  const stay = [...updates.values()].filter((name) => !graph.outputs.includes(name))
  return Object.fromEntries([
    ...graph.outputs.map((name) => [name, 'cpu'] as const),
    ...stay.map((name) => [name, 'gpu-buffer'] as const),
  ])
}

function knownShape(graph: Graph, id: string): readonly number[] {
  return shapeOf(graph, id).map((size) => {
    if (typeof size !== 'number') throw new Error(`${id}: a step is for sizes that are known`)
    return size
  })
}

function tensorOf(results: InferenceSession.OnnxValueMapType, name: string): Tensor {
  const result = results[name]
  if (!result) throw new Error(`The session gave no ${name}`)
  return result
}
