/**
 * The line to the engine's process, of which there is one at a time: starts it when it is needed, waits for its word,
 * carries one exchange, and tells when the process is gone.
 */
import { Failure } from '../contract/errors.ts'
import type { EngineProcess } from './engine-process.ts'
import type { EngineRequest, Pixels, Rect, WorkerMessage } from './protocol.ts'

export type EngineAnswer = Extract<WorkerMessage, { kind: 'result' | 'error' }>

export type EngineProgress = Extract<WorkerMessage, { kind: 'progress' }>

/** The pictures of a request that come and go in parts. */
export interface PictureDoor {
  /** Null where the picture cannot be read. */
  read(rect: Rect): Promise<Pixels | null>
  write(rect: Rect, pixels: Pixels): void
}

const startTimeoutMs = 60_000

interface Exchange {
  readonly seq: number
  readonly onProgress: (progress: EngineProgress) => void
  readonly door: PictureDoor | undefined
  readonly resolve: (answer: EngineAnswer) => void
  readonly reject: (failure: Failure) => void
}

export class EngineLink {
  readonly #start: () => EngineProcess
  readonly #onLost: (reason: string) => void
  #process: EngineProcess | null = null
  #ready: Promise<void> | null = null
  /** Ends the waiting for the process that is being started. */
  #refuseStart: (failure: Failure) => void = () => undefined
  #exchange: Exchange | null = null

  /** `onLost` is called when the process dies by itself, not when it is dropped. */
  constructor(start: () => EngineProcess, onLost: (reason: string) => void) {
    this.#start = start
    this.#onLost = onLost
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Resolves when a process listens. Throws `engine-stopped` where none can be started. */
  ready(): Promise<void> {
    this.#ready ??= this.#startProcess()
    return this.#ready
  }

  /** One request and the answer to it. Throws `engine-stopped` when the process dies meanwhile, or what `drop` says. */
  exchange(
    seq: number,
    request: EngineRequest,
    onProgress: (progress: EngineProgress) => void,
    door?: PictureDoor,
  ): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#process === null) {
        reject(new Failure('engine-stopped'))
        return
      }
      this.#exchange = { seq, onProgress, door, resolve, reject }
      this.#process.post({ kind: 'request', seq, request })
    })
  }

  /** Asks the process to stop between two passes. */
  askToCancel(seq: number): void {
    this.#process?.post({ kind: 'cancel', seq })
  }

  /**
   * Ends the process, whatever it is doing; an exchange under way, and a start that is waited for, fail with `failure`.
   * The next use starts another.
   */
  drop(failure: Failure): void {
    const engine = this.#process
    this.#process = null
    this.#ready = null
    this.#refuseStart(failure)
    this.#fail(failure)
    engine?.kill()
  }

  #startProcess(): Promise<void> {
    const engine = this.#start()
    this.#process = engine
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.drop(new Failure('engine-stopped', undefined, 'the engine did not start in time'))
      }, startTimeoutMs)
      // Its exit may never be told: of one that was not spawned yet there is none.
      this.#refuseStart = (failure) => {
        clearTimeout(timer)
        reject(failure)
      }
      engine.onMessage((message) => {
        if (this.#process !== engine) return
        if (message.kind === 'ready') {
          clearTimeout(timer)
          resolve()
        } else this.#receive(message)
      })
      engine.onExit((reason) => {
        clearTimeout(timer)
        const failure = new Failure('engine-stopped', undefined, reason)
        reject(failure)
        // One that was dropped says nothing more.
        if (this.#process !== engine) return
        this.#process = null
        this.#ready = null
        this.#fail(failure)
        this.#onLost(reason)
      })
    })
  }

  #receive(message: Exclude<WorkerMessage, { kind: 'ready' }>): void {
    const exchange = this.#exchange
    if (exchange?.seq !== message.seq) return
    if (message.kind === 'progress') exchange.onProgress(message)
    else if (message.kind === 'write') exchange.door?.write(message.rect, message.pixels)
    else if (message.kind === 'read') void this.#read(exchange, message.rect)
    else {
      this.#exchange = null
      exchange.resolve(message)
    }
  }

  async #read(exchange: Exchange, rect: Rect): Promise<void> {
    const pixels = (await exchange.door?.read(rect)) ?? null
    // Not by its number: a request that is made again has the same, and asks another process.
    if (this.#exchange === exchange) this.#process?.post({ kind: 'pixels', seq: exchange.seq, pixels })
  }

  #fail(failure: Failure): void {
    const exchange = this.#exchange
    this.#exchange = null
    exchange?.reject(failure)
  }
}
