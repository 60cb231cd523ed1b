import { expect, it } from 'vitest'
import type { Channel } from './channel.ts'
import { buildGenerator } from './networks/generator.ts'
import type { HostMessage, Pixels, WorkerMessage } from './protocol.ts'
import { OnnxRuntime } from './runtimes/onnx/runtime.ts'
import { serveEngine } from './serve.ts'
import { linearCongruence, numberedWeights } from './testing/numbers.ts'

const network = { key: 'a', architecture: { kind: 'resnet-generator', ngf: 2, blocks: 1 } } as const
const next = linearCongruence(3)
const pixels: Pixels = {
  ...{ width: 8, height: 8, channels: 3 },
  data: Uint8Array.from({ length: 192 }, () => 256 * next()),
}

/** The engine's end of a line, and the host's: what is told, and the next message of a kind. */
function line() {
  const said: WorkerMessage[] = []
  let waiting: (() => void) | null = null
  let tell: (message: HostMessage) => void = () => undefined
  const channel: Channel = {
    post: (message) => {
      said.push(message)
      waiting?.()
    },
    onMessage: (listener) => (tell = listener),
  }
  const hear = async (...kinds: readonly WorkerMessage['kind'][]): Promise<WorkerMessage> => {
    for (;;) {
      const at = said.findIndex(({ kind }) => kinds.includes(kind))
      const found = said[at]
      if (found) {
        said.splice(0, at + 1)
        return found
      }
      await new Promise<void>((resolve) => (waiting = resolve))
    }
  }
  return { channel, hear, tell: (message: HostMessage) => tell(message) }
}

it('pixels that come late, of a request that has ended, are not taken for those of the next', async () => {
  const { channel, hear, tell } = line()
  serveEngine(channel, new OnnxRuntime())
  const weights = numberedWeights(buildGenerator(network.architecture).parameters, linearCongruence(1))
  tell({ kind: 'request', seq: 1, request: { kind: 'load', network, weights } })
  await hear('result')

  const picture = { width: 8, height: 8 }
  tell({ kind: 'request', seq: 3, request: { kind: 'native', network, picture, settings: {} } })
  await hear('read')
  tell({ kind: 'pixels', seq: 2, pixels: null })
  tell({ kind: 'pixels', seq: 3, pixels })
  expect(await hear('write', 'error')).toMatchObject({ kind: 'write', seq: 3 })
  expect(await hear('result', 'error')).toMatchObject({ kind: 'result', seq: 3 })
})
