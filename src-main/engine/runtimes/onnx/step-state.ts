/**
 * The parameters of a step between its runs, as tensors of ONNX Runtime: on the provider's device where the binding can
 * leave them there, and on the host elsewhere. (There it copies an output into a new array even where one is given to
 * write to.)
 */
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Graph } from '../../graph/graph.ts'
import type { Weights, WeightTensor } from '../../protocol.ts'
import { weightOf } from '../runtime.ts'
import { DeviceCopies } from './copies.ts'

export type MakeTensor = (data: Float32Array, shape: readonly number[]) => Tensor

export class StepState {
  readonly #tensors: Map<string, Tensor>
  #copies: DeviceCopies | undefined

  /** Takes the weights' arrays over. Throws an Error that names a tensor if it does not fit the graph. */
  constructor({ parameters }: Graph, weights: Weights, makeTensor: MakeTensor) {
    this.#tensors = new Map(
      parameters.map((parameter) => {
        const { dtype, data, shape } = weightOf(weights, parameter)
        if (dtype !== 'F32') throw new Error(`${parameter.name} is not of single precision`)
        return [parameter.name, makeTensor(data, shape)]
      }),
    )
  }

  /** Moves all to the device. If it fails, all is as it was. */
  async moveTo(options: InferenceSession.SessionOptions): Promise<void> {
    const copies = await DeviceCopies.open(options)
    const moved = new Map<string, Tensor>()
    try {
      for (const [name, tensor] of this.#tensors) moved.set(name, await copies.toDevice(tensor))
    } catch (thrown) {
      moved.forEach(drop)
      await copies.release()
      throw thrown
    }
    this.#copies = copies
    for (const [name, tensor] of moved) this.replace(name, tensor)
  }

  /** All of them by their names, as the session takes them. */
  tensors(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(this.#tensors)
  }

  names(): readonly string[] {
    return [...this.#tensors.keys()]
  }

  replace(name: string, tensor: Tensor): void {
    const before = this.#tensors.get(name)
    this.#tensors.set(name, tensor)
    if (before) drop(before)
  }

  /** A copy. */
  async read(name: string): Promise<WeightTensor> {
    const tensor = this.#tensors.get(name)
    if (!tensor) throw new Error(`The step has no parameter ${name}`)
    const shape = [...tensor.dims]
    if (tensor.location === 'cpu' || !this.#copies) {
      return { dtype: 'F32', shape, data: floats(tensor, name).slice() }
    }
    return { dtype: 'F32', shape, data: floats(await this.#copies.toHost(tensor), name) }
  }

  async release(): Promise<void> {
    this.#tensors.forEach(drop)
    this.#tensors.clear()
    await this.#copies?.release()
  }
}

export function floats({ data }: Tensor, name: string): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error(`${name} is not of single precision`)
  return data
}

/** A closed port: what is transferred to it is gone. */
const nowhere = closedPort()

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}

/** Gives a tensor's memory back now, and not when the collector comes by: a step leaves hundreds of MiB behind. */
function drop(tensor: Tensor): void {
  if (tensor.location !== 'cpu') {
    tensor.dispose()
    return
  }
  const { buffer, byteLength } = tensor.data instanceof Float32Array ? tensor.data : new Float32Array()
  // An array that is part of a larger buffer is not alone in it.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) nowhere.postMessage(null, [buffer])
}
