/** ONNX Runtime on any of its providers: one session a graph, for every size of picture. */
import type { InferenceSession } from 'onnxruntime-node'
import type { Graph, StatefulGraph } from '../../graph/graph.ts'
import type { Ranges, Tensor, Weights } from '../../protocol.ts'
import { checkInput, endsOf } from '../runtime.ts'
import type {
  Program,
  ShapedValues,
  StageProgram,
  StageRuntime,
  StepProgram,
  TrainingRuntime,
} from '../runtime.ts'
import { lower, lowerStep } from './lower.ts'
import { loadOnnxRuntime } from './library.ts'
import { expectProvider, prepare, providers } from './providers.ts'
import type { OnnxProvider } from './providers.ts'
import { OnnxStepProgram } from './step-program.ts'

export class OnnxRuntime implements TrainingRuntime, StageRuntime {
  readonly name: `onnxruntime-${OnnxProvider}`
  readonly #provider: OnnxProvider

  constructor(provider: OnnxProvider = 'cpu') {
    this.name = `onnxruntime-${provider}`
    this.#provider = provider
    prepare(provider)
  }

  async version(): Promise<string> {
    await expectProvider(this.#provider)
    const { env } = await loadOnnxRuntime()
    return env.versions.node ?? env.versions.common
  }

  async compile(graph: Graph, weights: Weights, ranges?: Ranges): Promise<Program> {
    return new OnnxProgram(graph, await this.#open(graph, weights, ranges))
  }

  async compileStage(graph: Graph, weights: Weights): Promise<StageProgram> {
    return new OnnxStageProgram(graph, await this.#open(graph, weights))
  }

  async compileStep(step: StatefulGraph, state: Weights): Promise<StepProgram> {
    const { step: options, title, keepsState, winograd } = providers[this.#provider]
    if (!options) throw new Error(`Training does not run on ${title}`)
    return OnnxStepProgram.open(step, state, { options, keepsState, model: lowerStep(step, { winograd }) })
  }

  async #open(graph: Graph, weights: Weights, ranges?: Ranges): Promise<InferenceSession> {
    const usable = providers[this.#provider].computesBytes ? ranges : undefined
    const { model, externalData } = lower(graph, weights, usable)
    const { InferenceSession } = await loadOnnxRuntime()
    return InferenceSession.create(model, { ...providers[this.#provider].session, externalData })
  }
}

/** A graph and the session that runs it, until it is released. */
class HeldSession {
  protected readonly graph: Graph
  #session: InferenceSession | undefined

  constructor(graph: Graph, session: InferenceSession) {
    this.graph = graph
    this.#session = session
  }

  protected session(): InferenceSession {
    if (!this.#session) throw new Error('The program is released')
    return this.#session
  }

  async release(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.release()
  }
}

class OnnxProgram extends HeldSession implements Program {
  async run(input: Tensor): Promise<Tensor> {
    const session = this.session()
    checkInput(this.graph, input)
    const ends = endsOf(this.graph)
    const { Tensor } = await loadOnnxRuntime()
    const feeds = { [ends.input]: new Tensor('float32', input.data, input.shape) }
    const result = (await session.run(feeds))[ends.output]
    const [batch, channels, height, width] = result?.dims ?? []
    if (!(result?.data instanceof Float32Array) || !batch || !channels || !height || !width) {
      throw new Error(`The session gave no picture in ${ends.output}`)
    }
    return { shape: [batch, channels, height, width], data: result.data }
  }
}

class OnnxStageProgram extends HeldSession implements StageProgram {
  async run(inputs: ShapedValues): Promise<ShapedValues> {
    const session = this.session()
    const { Tensor } = await loadOnnxRuntime()
    const feeds = this.graph.inputs.map((name) => {
      const value = inputs[name]
      if (!value) throw new Error(`The input ${name} is missing`)
      return [name, new Tensor('float32', value.data, value.shape)] as const
    })
    const results = await session.run(Object.fromEntries(feeds))
    const outputs = this.graph.outputs.map((name) => {
      const result = results[name]
      if (!(result?.data instanceof Float32Array)) throw new Error(`The session gave no ${name}`)
      return [name, { shape: result.dims, data: result.data }] as const
    })
    return Object.fromEntries(outputs)
  }
}
