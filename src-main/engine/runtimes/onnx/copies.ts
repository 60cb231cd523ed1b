/**
 * Copies of tensors between the host and a device, by sessions of a single node: the binding moves what it is given to
 * where the provider computes, and what comes out to where it is wanted. (Of a tensor on a device, its own `getData`
 * ends the process: binding 1.30.)
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { loadOnnxRuntime } from './library.ts'
import { dataType, encodeModel } from './proto.ts'

type SessionOptions = InferenceSession.SessionOptions

const [input, output] = ['value', 'copy']

export class DeviceCopies {
  readonly #toDevice: InferenceSession
  readonly #toHost: InferenceSession

  static async open(options: SessionOptions): Promise<DeviceCopies> {
    const toDevice = await openCopySession(options, 'gpu-buffer')
    try {
      return new DeviceCopies(toDevice, await openCopySession(options))
    } catch (thrown) {
      await toDevice.release()
      throw thrown
    }
  }

  private constructor(toDevice: InferenceSession, toHost: InferenceSession) {
    this.#toDevice = toDevice
    this.#toHost = toHost
  }

  toDevice(tensor: Tensor): Promise<Tensor> {
    return copy(this.#toDevice, tensor)
  }

  /** An array of its own. */
  toHost(tensor: Tensor): Promise<Tensor> {
    return copy(this.#toHost, tensor)
  }

  async release(): Promise<void> {
    await this.#toDevice.release()
    await this.#toHost.release()
  }
}

/** A session that gives its only input, of any shape; it is the least that a provider can be asked for. */
export async function openCopySession(
  options: SessionOptions,
  preferredOutputLocation: Tensor['location'] = 'cpu',
): Promise<InferenceSession> {
  const { InferenceSession } = await loadOnnxRuntime()
  const value = (name: string) => ({ name, type: { tensorType: { elemType: dataType.float } } })
  const model = encodeModel({
    ...{ irVersion: 8, opsetImport: [{ domain: '', version: 17 }] },
    graph: {
      name: 'copy',
      node: [{ name: 'copy', opType: 'Identity', input: [input], output: [output], attribute: [] }],
      initializer: [],
      input: [value(input)],
      output: [value(output)],
    },
  })
  return InferenceSession.create(model, { ...options, preferredOutputLocation })
}

async function copy(session: InferenceSession, tensor: Tensor): Promise<Tensor> {
  const copied = (await session.run({ [input]: tensor }))[output]
  if (!copied) throw new Error('A copy gave nothing')
  return copied
}
