/** ONNX Runtime on the CPU: one session a graph, for every size of picture. */
import type { InferenceSession } from 'onnxruntime-node'
import type { Graph } from '../../graph/graph.ts'
import type { Tensor, Weights } from '../../protocol.ts'
import { checkInput, endsOf } from '../runtime.ts'
import type { Program, Runtime } from '../runtime.ts'
import { lower } from './lower.ts'

export class OnnxRuntime implements Runtime {
  readonly name = 'onnxruntime-cpu'

  async version(): Promise<string> {
    const { env } = await load()
    return env.versions.node ?? env.versions.common
  }

  async compile(graph: Graph, weights: Weights): Promise<Program> {
    return new OnnxProgram(graph, await createSession(graph, weights))
  }
}

/** The native library; it is loaded by the first that needs it. */
function load() {
  return import('onnxruntime-node')
}

/** The options are measured: see `bench -- forward`. */
const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  // A plan of the memory is kept for each size of picture, and costs a quarter more of it.
  enableMemPattern: false,
  // Waiting threads that spin take the processor from the other programs, and gain nothing here.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
}

async function createSession(graph: Graph, weights: Weights): Promise<InferenceSession> {
  const { model, externalData } = lower(graph, weights)
  const { InferenceSession } = await load()
  return InferenceSession.create(model, { ...sessionOptions, externalData })
}

class OnnxProgram implements Program {
  readonly #graph: Graph
  #session: InferenceSession | undefined

  constructor(graph: Graph, session: InferenceSession) {
    this.#graph = graph
    this.#session = session
  }

  async run(input: Tensor): Promise<Tensor> {
    if (!this.#session) throw new Error('The program is released')
    checkInput(this.#graph, input)
    const ends = endsOf(this.#graph)
    const { Tensor } = await load()
    const feeds = { [ends.input]: new Tensor('float32', input.data, input.shape) }
    const result = (await this.#session.run(feeds))[ends.output]
    const [batch, channels, height, width] = result?.dims ?? []
    if (!(result?.data instanceof Float32Array) || !batch || !channels || !height || !width) {
      throw new Error(`The session gave no picture in ${ends.output}`)
    }
    return { shape: [batch, channels, height, width], data: result.data }
  }

  async release(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.release()
  }
}
