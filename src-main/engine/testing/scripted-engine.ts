/** For tests: engine's processes that answer as they are told, to see what their hosts make of it. */
import type { RuntimeName } from '../../contract/runtimes.ts'
import type { EngineProcess, StartEngineProcess } from '../engine-process.ts'
import type { EngineErrorCode, EngineRequest, EngineResults, WorkerMessage } from '../protocol.ts'

export type Reply =
  | { readonly result: EngineResults[EngineRequest['kind']] }
  | { readonly error: EngineErrorCode; readonly detail: string }
  /** `dies`: in mid-request. `works`: for ever. */
  | 'dies'
  | 'works'

export class ScriptedEngine {
  /** What was asked, by process. */
  readonly requests: EngineRequest[][] = []
  /** Their runtimes. */
  readonly runtimes: RuntimeName[] = []
  /** Processes that were ended by their host. */
  killed = 0
  readonly #answer: (request: EngineRequest, process: number) => Reply
  #die: () => void = () => undefined

  /** `process` counts from 1 on. */
  constructor(answer: (request: EngineRequest, process: number) => Reply) {
    this.#answer = answer
  }

  readonly start: StartEngineProcess = (runtime) => {
    const requests: EngineRequest[] = []
    this.runtimes.push(runtime)
    const number = this.requests.push(requests)
    const listeners: { message?: (message: WorkerMessage) => void; exit?: (reason: string) => void } = {}
    const say = (message: WorkerMessage): void => queueMicrotask(() => listeners.message?.(message))
    this.#die = () => listeners.exit?.('signal SIGKILL')
    say({ kind: 'ready' })
    const process: EngineProcess = {
      pid: undefined,
      post: (message) => {
        if (message.kind !== 'request') return
        requests.push(message.request)
        const reply = this.#answer(message.request, number)
        if (reply === 'dies') queueMicrotask(this.#die)
        else if (reply === 'works') return
        else if ('result' in reply) say({ kind: 'result', seq: message.seq, result: reply.result })
        else say({ kind: 'error', seq: message.seq, code: reply.error, detail: reply.detail })
      },
      onMessage: (listener) => (listeners.message = listener),
      onExit: (listener) => (listeners.exit = listener),
      kill: () => {
        this.killed++
        queueMicrotask(this.#die)
      },
    }
    return process
  }

  /** Ends the newest process from outside, between two requests. */
  die(): void {
    this.#die()
  }
}
