/** A training step in ONNX Runtime: what one run gives for a parameter is what the next takes. */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { StatefulGraph } from '../../graph/graph.ts'
import type { Weights } from '../../protocol.ts'
import { stepInput } from '../runtime.ts'
import type { StepProgram, Values } from '../runtime.ts'
import { loadOnnxRuntime } from './library.ts'
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
    const { InferenceSession, Tensor } = await loadOnnxRuntime()
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
    for (const name of graph.inputs) {
      const { shape, data } = stepInput(graph, inputs, name)
      feeds[name] = this.#makeTensor(data, shape)
    }
    const results = await session.run(feeds)
    // All that the run has made is given back, but for what is the state from now on.
    const unused = new Set(Object.values(results))
    try {
      const outputs = graph.outputs.map((name) => [name, floats(tensorOf(results, name), name)] as const)
      const next = [...updates].map(([name, update]) => [name, tensorOf(results, update)] as const)
      // What can fail has not.
      for (const [name, tensor] of next) {
        this.#state.replace(name, tensor)
        unused.delete(tensor)
      }
      return Object.fromEntries(outputs)
    } finally {
      for (const tensor of unused) if (tensor.location !== 'cpu') tensor.dispose()
    }
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
}

/** The next parameters stay on the device; what the step also gives, like all its outputs, comes to the host. */
function locationsOf({ graph, updates }: StatefulGraph): Readonly<Record<string, Tensor['location']>> {
  const stay = [...updates.values()].filter((name) => !graph.outputs.includes(name))
  return Object.fromEntries([
    ...graph.outputs.map((name) => [name, 'cpu'] as const),
    ...stay.map((name) => [name, 'gpu-buffer'] as const),
  ])
}

function tensorOf(results: InferenceSession.OnnxValueMapType, name: string): Tensor {
  const result = results[name]
  if (!result) throw new Error(`The session gave no ${name}`)
  return result
}
