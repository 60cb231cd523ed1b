/**
 * Starts the engine's process, hands it one request after another, and starts it again when it dies. A crash ends
 * the request that was under way and nothing else: what waits is kept here, not there.
 */
import { Failure } from '../contract/errors.ts'
import type { Progress } from '../contract/schemas.ts'
import type { EngineProcess, StartEngineProcess } from './engine-process.ts'
import { Pace, passWork } from './pace.ts'
import type {
  EngineRequest,
  EngineResults,
  NetworkKey,
  Pixels,
  RuntimeReport,
  Tensor,
  WorkerMessage,
  Weights,
} from './protocol.ts'

/** A network and where its weights come from when the engine's process does not hold them (yet, or any more). */
export interface NetworkSource extends NetworkKey {
  weights(): Promise<Weights>
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** The photo or model to name in an error. */
  readonly subject?: string | undefined
}

export interface EngineHostOptions {
  readonly start: StartEngineProcess
  /** The process died in mid-work or while idle, and has been or will be started again. */
  readonly onRestart?: (reason: string) => void
}

/** How long the process may take to stop by itself between two passes before it is ended. */
const cancelGraceMs = 150
const startTimeoutMs = 60_000
const progressIntervalMs = 200
/** An estimate never claims the last twentieth: that is for the result. */
const estimateCeiling = 0.95

interface Job {
  readonly seq: number
  readonly request: EngineRequest
  readonly sources: readonly NetworkSource[]
  readonly options: RequestOptions
  readonly passes: number
  readonly work: number
  readonly resolve: (result: EngineResults[EngineRequest['kind']]) => void
  readonly reject: (failure: Failure) => void
}

export class EngineHost {
  readonly #options: EngineHostOptions
  readonly #waiting: Job[] = []
  readonly #pace = new Pace()
  #process: EngineProcess | null = null
  #ready: Promise<void> | null = null
  #running: Job | null = null
  #listener: ((message: WorkerMessage) => void) | null = null
  #gone: ((failure: Failure) => void) | null = null
  #nextSeq = 1
  #closed = false

  constructor(options: EngineHostOptions) {
    this.#options = options
  }

  /** The engine's process, for those who watch it; undefined while there is none. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts the process before it is needed. */
  async warmUp(): Promise<void> {
    await this.#ensureProcess()
  }

  /** G(x) at full strength, with the size, depth and alpha of `pixels`. */
  async translate(
    network: NetworkSource,
    pixels: Pixels,
    options: RequestOptions = {},
  ): Promise<EngineResults['translate']> {
    const work = passWork(network.architecture, pixels.width, pixels.height)
    return this.#enqueue({ kind: 'translate', network: keyOf(network), pixels }, [network], options, 1, work)
  }

  /** G(x), F(G(x)) and how far it is from x. */
  async cycle(
    forward: NetworkSource,
    backward: NetworkSource,
    pixels: Pixels,
    options: RequestOptions = {},
  ): Promise<EngineResults['cycle']> {
    const request = { kind: 'cycle', forward: keyOf(forward), backward: keyOf(backward), pixels } as const
    const work = passWork(forward.architecture, pixels.width, pixels.height) * 2
    return this.#enqueue(request, [forward, backward], options, 2, work)
  }

  /** The bare network on an NCHW tensor in [-1, 1] whose height and width are multiples of 4. */
  async forward(network: NetworkSource, input: Tensor, options: RequestOptions = {}): Promise<Tensor> {
    return this.#enqueue({ kind: 'forward', network: keyOf(network), input }, [network], options, 1, 0)
  }

  /** The network as an ONNX file that other programs open. */
  async exportOnnx(
    network: NetworkSource,
    about: { readonly name: string; readonly producer: string },
    options: RequestOptions = {},
  ): Promise<Uint8Array> {
    const weights = await network.weights()
    const { architecture } = network
    return this.#enqueue({ kind: 'export-onnx', architecture, weights, ...about }, [], options, 1, 0)
  }

  /** Which runtimes load here, and whether each computes the right numbers. */
  async runtimes(options: RequestOptions = {}): Promise<readonly RuntimeReport[]> {
    return this.#enqueue({ kind: 'runtimes' }, [], options, 1, 0)
  }

  /** Ends the process and all that waits for it. */
  close(): void {
    this.#closed = true
    const failure = new Failure('cancelled')
    for (const job of this.#waiting.splice(0)) job.reject(failure)
    this.#dropProcess()
    this.#gone?.(failure)
  }

  #enqueue<Request extends EngineRequest>(
    request: Request,
    sources: readonly NetworkSource[],
    options: RequestOptions,
    passes: number,
    work: number,
  ): Promise<EngineResults[Request['kind']]> {
    return new Promise((resolve, reject) => {
      if (this.#closed || options.signal?.aborted) {
        reject(new Failure('cancelled', options.subject))
        return
      }
      const { signal } = options
      const cancelWaiting = (): void => this.#cancelWaiting(job)
      const settled = (): void => signal?.removeEventListener('abort', cancelWaiting)
      const job: Job = {
        seq: this.#nextSeq++,
        request,
        sources,
        options,
        passes,
        work,
        resolve: (result) => {
          settled()
          resolve(result as EngineResults[Request['kind']])
        },
        reject: (failure) => {
          settled()
          reject(failure)
        },
      }
      signal?.addEventListener('abort', cancelWaiting, { once: true })
      this.#waiting.push(job)
      void this.#pump()
    })
  }

  #cancelWaiting(job: Job): void {
    const place = this.#waiting.indexOf(job)
    if (place < 0) return
    this.#waiting.splice(place, 1)
    job.reject(new Failure('cancelled', job.options.subject))
  }

  async #pump(): Promise<void> {
    if (this.#running !== null) return
    const job = this.#waiting.shift()
    if (job === undefined) return
    this.#running = job
    try {
      job.resolve(await this.#run(job))
    } catch (thrown) {
      const { signal, subject } = job.options
      const unwanted = this.#closed || signal?.aborted
      job.reject(unwanted ? new Failure('cancelled', subject) : Failure.from(thrown, subject))
    } finally {
      this.#running = null
      void this.#pump()
    }
  }

  async #run(job: Job): Promise<EngineResults[EngineRequest['kind']]> {
    await this.#ensureProcess()
    const started = performance.now()
    const progress = this.#reportProgress(job)
    const stopCancelling = this.#cancelOnAbort(job)
    try {
      for (;;) {
        const answer = await this.#exchange(job.seq, job.request, job.options.subject, progress.passDone)
        if (answer.kind === 'result') {
          this.#pace.learn(job.work, (performance.now() - started) / 1000)
          return answer.result
        }
        if (answer.code !== 'network-missing') throw failureOf(answer, job.options.subject)
        const missing = job.sources.find((source) => source.key === answer.detail)
        if (missing === undefined) throw new Failure('engine-failed', job.options.subject, 'unknown network')
        await this.#load(missing, job)
      }
    } finally {
      stopCancelling()
      progress.stop()
    }
  }

  async #load(network: NetworkSource, job: Job): Promise<void> {
    const weights = await network.weights()
    const request = { kind: 'load', network: keyOf(network), weights } as const
    const answer = await this.#exchange(job.seq, request, job.options.subject, () => undefined)
    if (answer.kind === 'error') throw failureOf(answer, job.options.subject)
  }

  /** One message and the answer to it; a process that dies meanwhile is a failure of this request. */
  #exchange(
    seq: number,
    request: EngineRequest,
    subject: string | undefined,
    onPass: (done: number) => void,
  ): Promise<Extract<WorkerMessage, { kind: 'result' | 'error' }>> {
    const engine = this.#process
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        this.#listener = null
        this.#gone = null
      }
      this.#gone = (failure) => {
        finish()
        reject(new Failure(failure.code, subject, failure.detail))
      }
      if (engine === null) {
        this.#gone(new Failure('engine-stopped'))
        return
      }
      this.#listener = (message) => {
        if (message.kind === 'ready' || message.seq !== seq) return
        if (message.kind === 'progress') onPass(message.done)
        else {
          finish()
          resolve(message)
        }
      }
      engine.post({ kind: 'request', seq, request })
    })
  }

  /** Asks politely, then ends the process: a pass through a network cannot be interrupted otherwise. */
  #cancelOnAbort(job: Job): () => void {
    const { signal } = job.options
    if (signal === undefined) return () => undefined
    let grace: NodeJS.Timeout | undefined
    const onAbort = (): void => {
      this.#process?.post({ kind: 'cancel', seq: job.seq })
      grace = setTimeout(() => {
        this.#dropProcess()
        this.#gone?.(new Failure('cancelled'))
      }, cancelGraceMs)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    return () => {
      clearTimeout(grace)
      signal.removeEventListener('abort', onAbort)
    }
  }

  #reportProgress(job: Job): { passDone: (done: number) => void; stop: () => void } {
    const { onProgress } = job.options
    if (onProgress === undefined) return { passDone: () => undefined, stop: () => undefined }
    const started = performance.now()
    let passes = 0
    const report = (): void => {
      const expected = this.#pace.secondsFor(job.work)
      const elapsed = (performance.now() - started) / 1000
      const estimated = expected === null ? 0 : Math.min(estimateCeiling, elapsed / expected)
      const share = Math.max(passes / job.passes, estimated)
      onProgress({
        done: share,
        total: 1,
        etaSeconds: expected === null ? null : Math.max(0, expected * (1 - share)),
      })
    }
    report()
    const timer = setInterval(report, progressIntervalMs)
    return {
      passDone: (done) => {
        passes = done
        report()
      },
      stop: () => clearInterval(timer),
    }
  }

  #ensureProcess(): Promise<void> {
    if (this.#closed) return Promise.reject(new Failure('cancelled'))
    this.#ready ??= this.#startProcess()
    return this.#ready
  }

  #startProcess(): Promise<void> {
    const engine = this.#options.start()
    this.#process = engine
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#dropProcess()
        reject(new Failure('engine-stopped', undefined, 'the engine did not start in time'))
      }, startTimeoutMs)
      engine.onMessage((message) => {
        if (this.#process !== engine) return
        if (message.kind === 'ready') {
          clearTimeout(timer)
          resolve()
        } else this.#listener?.(message)
      })
      engine.onExit((reason) => {
        clearTimeout(timer)
        const failure = new Failure('engine-stopped', undefined, reason)
        reject(failure)
        if (this.#process !== engine) return
        this.#process = null
        this.#ready = null
        this.#gone?.(failure)
        this.#options.onRestart?.(reason)
      })
    })
  }

  /** Lets go of the process and ends it; the next request starts another. */
  #dropProcess(): void {
    const engine = this.#process
    this.#process = null
    this.#ready = null
    engine?.kill()
  }
}

const keyOf = ({ key, architecture }: NetworkKey): NetworkKey => ({ key, architecture })

function failureOf(error: Extract<WorkerMessage, { kind: 'error' }>, subject: string | undefined): Failure {
  switch (error.code) {
    case 'out-of-memory':
      return new Failure('out-of-memory', subject, error.detail)
    case 'cancelled':
      return new Failure('cancelled', subject)
    case 'failed':
    case 'network-missing':
      return new Failure('engine-failed', subject, error.detail)
  }
}
