/**
 * A training step in ONNX Runtime. Parameters stay in tensors of ONNX Runtime: what one run gives for them is what
 * the next takes. (The binding copies an output into a new array even where one is given to write to.)
 */
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { shapeOf } from '../../graph/graph.ts'
import type { Graph, StatefulGraph } from '../../graph/graph.ts'
import type { Weights, WeightTensor } from '../../protocol.ts'
import { weightOf } from '../runtime.ts'
import type { StepProgram, Values } from '../runtime.ts'

type MakeTensor = (data: Float32Array, shape: readonly number[]) => OnnxTensor

export class OnnxStepProgram implements StepProgram {
  readonly #step: StatefulGraph
  readonly #makeTensor: MakeTensor
  readonly #state: Map<string, OnnxTensor>
  #session: InferenceSession | undefined

  /** Takes the state's arrays over. Throws an Error that names a tensor of it if it does not fit the graph. */
  constructor(step: StatefulGraph, state: Weights, session: InferenceSession, makeTensor: MakeTensor) {
    this.#step = step
    this.#session = session
    this.#makeTensor = makeTensor
    this.#state = new Map(
      step.graph.parameters.map((parameter) => {
        const { dtype, data, shape } = weightOf(state, parameter)
        if (dtype !== 'F32') throw new Error(`${parameter.name} is not of single precision`)
        return [parameter.name, makeTensor(data, shape)]
      }),
    )
  }

  async run(inputs: Values): Promise<Values> {
    const session = this.#session
    if (!session) throw new Error('The program is released')
    const { graph, updates } = this.#step
    const feeds: Record<string, OnnxTensor> = Object.fromEntries(this.#state)
    for (const name of graph.inputs) feeds[name] = this.#input(inputs, name)
    const results = await session.run(feeds)
    for (const [parameter, update] of updates) {
      const before = this.#state.get(parameter)
      this.#state.set(parameter, tensorOf(results, update))
      if (before) free(floats(before, parameter))
    }
    return Object.fromEntries(graph.outputs.map((name) => [name, floats(tensorOf(results, name), name)]))
  }

  async read(names: readonly string[] = [...this.#state.keys()]): Promise<Weights> {
    return Object.fromEntries(
      names.map((name): [string, WeightTensor] => {
        const tensor = this.#state.get(name)
        if (!tensor) throw new Error(`The step has no parameter ${name}`)
        return [name, { dtype: 'F32', shape: [...tensor.dims], data: floats(tensor, name).slice() }]
      }),
    )
  }

  async release(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    this.#state.clear()
    await session?.release()
  }

  #input(inputs: Values, name: string): OnnxTensor {
    const shape = knownShape(this.#step.graph, name)
    const count = shape.reduce((a, b) => a * b, 1)
    const data = Object.hasOwn(inputs, name) ? inputs[name] : undefined
    if (data?.length !== count)
      throw new Error(`The input ${name} has ${data?.length ?? 0} of ${count} values`)
    return this.#makeTensor(data, shape)
  }
}

function knownShape(graph: Graph, id: string): readonly number[] {
  return shapeOf(graph, id).map((size) => {
    if (typeof size !== 'number') throw new Error(`${id}: a step is for sizes that are known`)
    return size
  })
}

/** A closed port: what is transferred to it is gone. */
const nowhere = closedPort()

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}

/** Gives an array's memory back now, and not when the collector comes by: a step leaves hundreds of MiB behind. */
function free({ buffer, byteLength }: Float32Array): void {
  // An array that is part of a larger buffer is not alone in it.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) nowhere.postMessage(null, [buffer])
}

function tensorOf(results: InferenceSession.OnnxValueMapType, name: string): OnnxTensor {
  const result = results[name]
  if (!result) throw new Error(`The session gave no ${name}`)
  return result
}

function floats({ data }: OnnxTensor, name: string): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error(`${name} is not of single precision`)
  return data
}
