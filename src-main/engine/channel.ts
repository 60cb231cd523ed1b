/** The engine's end of the line to its host: `utilityProcess` and child processes speak through different doors. */
import type { HostMessage, WorkerMessage } from './protocol.ts'

export interface Channel {
  post(message: WorkerMessage): void
  onMessage(listener: (message: HostMessage) => void): void
}

/** As much of Electron's `process.parentPort` as is needed; the engine does not import Electron. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** Throws where there is no host. The process ends when its host is gone. */
export function openChannel(): Channel {
  const { parentPort } = process as { parentPort?: ParentPort }
  if (parentPort !== undefined) {
    return {
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data as HostMessage)),
    }
  }
  if (process.send === undefined) throw new Error('The engine runs only as the process of a host.')
  const send = process.send.bind(process)
  process.once('disconnect', () => process.exit())
  // Ctrl-C reaches the whole group; the host decides what becomes of the engine.
  process.on('SIGINT', () => undefined)
  return {
    post: (message) => {
      // A host that is gone takes its engine with it, quietly.
      send(message, undefined, undefined, (error) => {
        if (error !== null) process.exit()
      })
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as HostMessage)),
  }
}
