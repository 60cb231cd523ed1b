/**
 * Hands the engine's process one request after another. A crash ends the request that was under way and nothing else:
 * what waits is kept here, not there.
 */
import { Failure } from '../contract/errors.ts'
import { lastResort, type Fallback, type RuntimeName } from '../contract/runtimes.ts'
import type { Progress } from '../contract/schemas.ts'
import type { StartEngineProcess } from './engine-process.ts'
import { about, failureOf } from './failure-of.ts'
import { EngineLink } from './link.ts'
import type { EngineAnswer, EngineProgress, PictureDoor } from './link.ts'
import { reportProgress } from './job-progress.ts'
import { Pace, passWork } from './pace.ts'
import { openDoor } from './native-picture.ts'
import type { NativePicture } from './native-picture.ts'
import type {
  ChangeSettings,
  EngineRequest,
  EngineResults,
  LocalChange,
  NativeSettings,
  NetworkKey,
  Pixels,
  Tensor,
  Weights,
} from './protocol.ts'
import { Rest } from './rest.ts'
import { AttemptFailed, reasonOf, RuntimeTurns } from './runtime-turns.ts'
import { patienceFor, unwatched, watchSilence } from './silence.ts'
import type { Watch } from './silence.ts'

/** A network and where its weights come from when the engine's process does not hold them (yet, or any more). */
export interface NetworkSource extends NetworkKey {
  weights(): Promise<Weights>
}

export { inMemory, type NativePicture } from './native-picture.ts'
export { partOf } from './picture-parts.ts'

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** The photo or model to name in an error. */
  readonly subject?: string | undefined
}

export interface EngineHostOptions {
  readonly start: StartEngineProcess
  /** The runtimes that may compute, the best first; asked before each request. By default the last resort alone. */
  readonly order?: (signal?: AbortSignal) => Promise<readonly RuntimeName[]>
  /** The process died in mid-work or while idle, and has been or will be started again. */
  readonly onRestart?: (reason: string) => void
  /** A runtime failed, and another has done its work. From now on `order` is to leave out one that is `lasting`. */
  readonly onFallback?: (fallback: Fallback) => void
  /** A device that says nothing for so long, in mid-work, is given up; more if the work is known to take longer. */
  readonly patienceMs?: number
  /** A process that was not used for so long is ended, and its memory free; by default it stays. */
  readonly restAfterMs?: number
}

/** How long the process may take to stop by itself between two passes before it is ended. */
const cancelGraceMs = 150
/** Between two tiles it stops by itself, and keeps what it has loaded. */
const nativeCancelGraceMs = 2000

interface Job {
  readonly seq: number
  readonly request: EngineRequest
  readonly sources: readonly NetworkSource[]
  readonly options: RequestOptions
  readonly work: number
  readonly picture: NativePicture | undefined
  /** What has failed at it, and how. */
  readonly failures: Map<RuntimeName, Failure>
  readonly resolve: (result: EngineResults[EngineRequest['kind']]) => void
  readonly reject: (failure: Failure) => void
}

export class EngineHost {
  readonly #waiting: Job[] = []
  readonly #onIdle: (() => void)[] = []
  readonly #options: EngineHostOptions
  readonly #link: EngineLink
  readonly #turns = new RuntimeTurns()
  readonly #rest: Rest
  #runtime: RuntimeName = lastResort
  #pace = new Pace()
  #running: Job | null = null
  #nextSeq = 1
  #closed = false

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#link = new EngineLink(
      () => options.start(this.#runtime),
      (reason) => {
        // Another runtime's end is told when the next takes its place.
        if (this.#runtime === lastResort) options.onRestart?.(reason)
      },
    )
    this.#rest = new Rest(options.restAfterMs, () => this.#link.drop(new Failure('engine-stopped')))
  }

  /** The engine's process, for those who watch it; undefined while there is none. */
  get pid(): number | undefined {
    return this.#link.pid
  }

  /** Starts the process before it is needed. */
  async warmUp(): Promise<void> {
    if (this.#running === null) await this.#takeRuntime()
    if (this.#closed) return
    await this.#link.ready()
    if (this.#running === null) this.#rest.begin()
  }

  /** Resolves when nothing is under way and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== null) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  /** G(x) at full strength, with the size, depth and alpha of `pixels`. */
  async translate(
    network: NetworkSource,
    pixels: Pixels,
    options: RequestOptions = {},
  ): Promise<EngineResults['translate']> {
    const work = passWork(network.architecture, pixels.width, pixels.height)
    return this.#enqueue({ kind: 'translate', network: keyOf(network), pixels }, [network], options, work)
  }

  /** What G does to `pixels`, to be carried to the larger photo that they were reduced from. */
  async change(
    network: NetworkSource,
    pixels: Pixels,
    options: RequestOptions & ChangeSettings,
  ): Promise<EngineResults['change']> {
    const work = passWork(network.architecture, pixels.width, pixels.height)
    const request = { kind: 'change', network: keyOf(network), pixels, texture: options.texture } as const
    return this.#enqueue(request, [network], options, work)
  }

  /** The same of a translation that is there already; both pictures are of one size. */
  async fit(before: Pixels, after: Pixels, options: RequestOptions & ChangeSettings): Promise<LocalChange> {
    return this.#enqueue({ kind: 'fit', before, after, texture: options.texture }, [], options, 0)
  }

  /** G(x) at the photo's own size: part after part is read, and written when it is done. */
  async native(
    network: NetworkSource,
    picture: NativePicture,
    options: RequestOptions & NativeSettings = {},
  ): Promise<EngineResults['native']> {
    const { width, height } = picture
    const { tile, statistics, draft } = options
    const settings = { tile, statistics, draft }
    const request = { kind: 'native', network: keyOf(network), picture: { width, height }, settings } as const
    const work = passWork(network.architecture, width, height)
    return this.#enqueue(request, [network], options, work, picture)
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
    return this.#enqueue(request, [forward, backward], options, work)
  }

  /** The bare network on an NCHW tensor in [-1, 1] whose height and width are multiples of 4. */
  async forward(network: NetworkSource, input: Tensor, options: RequestOptions = {}): Promise<Tensor> {
    return this.#enqueue({ kind: 'forward', network: keyOf(network), input }, [network], options, 0)
  }

  /** The network as an ONNX file that other programs open. */
  async exportOnnx(
    network: NetworkSource,
    about: { readonly name: string; readonly producer: string },
    options: RequestOptions = {},
  ): Promise<Uint8Array> {
    const weights = await network.weights()
    const { architecture } = network
    return this.#enqueue({ kind: 'export-onnx', architecture, weights, ...about }, [], options, 0)
  }

  /** Ends the process and all that waits for it. */
  close(): void {
    this.#closed = true
    this.#rest.stop()
    const failure = new Failure('cancelled')
    for (const job of this.#waiting.splice(0)) job.reject(failure)
    this.#link.drop(failure)
  }

  #enqueue<Request extends EngineRequest>(
    request: Request,
    sources: readonly NetworkSource[],
    options: RequestOptions,
    work: number,
    picture?: NativePicture,
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
        work,
        picture,
        failures: new Map(),
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
    if (job === undefined) {
      this.#rest.begin()
      for (const tell of this.#onIdle.splice(0)) tell()
      return
    }
    this.#running = job
    this.#rest.stop()
    try {
      job.resolve(await this.#run(job))
    } catch (thrown) {
      const { signal, subject } = job.options
      const unwanted = this.#closed || signal?.aborted
      job.reject(unwanted ? new Failure('cancelled', subject) : about(subject, thrown))
    } finally {
      this.#running = null
      void this.#pump()
    }
  }

  async #run(job: Job): Promise<EngineResults[EngineRequest['kind']]> {
    for (;;) {
      await this.#takeRuntime(job)
      if (this.#closed || job.options.signal?.aborted === true) throw new Failure('cancelled')
      try {
        const result = await this.#attempt(job)
        this.#tellFallback(job)
        return result
      } catch (thrown) {
        if (!(thrown instanceof AttemptFailed)) throw thrown
        this.#giveToNext(job, thrown.failure)
      }
    }
  }

  /** The best runtime that has not failed at the job; another process where it is not the present one. */
  async #takeRuntime(job?: Job): Promise<void> {
    const order = (await this.#options.order?.(job?.options.signal)) ?? []
    const runtime = this.#turns.next(order, job)
    if (runtime === this.#runtime) return
    this.#link.drop(new Failure('engine-stopped'))
    this.#runtime = runtime
    this.#pace = new Pace()
  }

  /** Throws the failure where another runtime would do no better, or none is left. */
  #giveToNext(job: Job, failure: Failure): void {
    const { failures, options, picture, sources } = job
    // What needs no network does not compute on a device.
    if (this.#runtime === lastResort || sources.length === 0) throw failure
    if (this.#closed || options.signal?.aborted === true) throw failure
    failures.set(this.#runtime, failure)
    this.#link.drop(failure)
    if (picture?.begin() !== false) return
    // Whoever has the photo's file can begin anew, with what is left.
    this.#tellFallback(job)
    throw new Failure('engine-replaced', options.subject, reasonOf(failure))
  }

  /** Only when another has done it, for a style that is damaged fails everywhere. */
  #tellFallback(job: Job): void {
    for (const fallback of this.#turns.fallbacks(job, this.#runtime)) this.#options.onFallback?.(fallback)
  }

  /** Throws `AttemptFailed` where another runtime may do better. */
  async #attempt(job: Job): Promise<EngineResults[EngineRequest['kind']]> {
    try {
      await this.#link.ready()
    } catch (thrown) {
      throw new AttemptFailed(Failure.from(thrown))
    }
    const watch = this.#watchFor(job)
    const progress = reportProgress(
      job.options.onProgress,
      this.#pace.secondsFor(job.work),
      job.picture !== undefined,
    )
    const stopCancelling = this.#cancelOnAbort(job)
    const door = job.picture && openDoor(job.picture, () => this.#link.askToCancel(job.seq))
    try {
      for (;;) {
        const started = performance.now()
        const heard = (said: EngineProgress): void => {
          watch.heard()
          progress.onProgress(said)
        }
        const answer = await this.#exchange(job, job.request, heard, door)
        if (door?.failed !== undefined) throw Failure.from(door.failed.thrown, job.options.subject)
        if (answer.kind === 'result') {
          this.#pace.learn(job.work, (performance.now() - started) / 1000)
          return answer.result
        }
        if (answer.code === 'cancelled') throw failureOf(answer)
        if (answer.code !== 'network-missing') throw new AttemptFailed(failureOf(answer))
        const missing = job.sources.find((source) => source.key === answer.detail)
        if (missing === undefined) throw new Failure('engine-failed', undefined, 'unknown network')
        await this.#load(missing, job)
      }
    } finally {
      stopCancelling()
      progress.stop()
      watch.stop()
    }
  }

  /** What ends the process in mid-exchange may be the runtime's doing. */
  async #exchange(
    job: Job,
    request: EngineRequest,
    onProgress: (progress: EngineProgress) => void,
    door?: PictureDoor,
  ): Promise<EngineAnswer> {
    try {
      return await this.#link.exchange(job.seq, request, onProgress, door)
    } catch (thrown) {
      const failure = Failure.from(thrown)
      throw failure.code === 'engine-stopped' ? new AttemptFailed(failure) : failure
    }
  }

  /** The last resort has nothing that could take its place, and all the time. */
  #watchFor({ work }: Job): Watch {
    if (this.#runtime === lastResort) return unwatched
    const patienceMs = patienceFor(this.#pace.secondsFor(work), this.#options.patienceMs)
    return watchSilence(patienceMs, (failure) => this.#link.drop(failure))
  }

  async #load(network: NetworkSource, job: Job): Promise<void> {
    const weights = await network.weights()
    const request = { kind: 'load', network: keyOf(network), weights } as const
    const answer = await this.#exchange(job, request, () => undefined)
    if (answer.kind === 'error') throw new AttemptFailed(failureOf(answer))
  }

  /** Asks politely, then ends the process: a pass through a network cannot be interrupted otherwise. */
  #cancelOnAbort(job: Job): () => void {
    const { signal } = job.options
    if (signal === undefined) return () => undefined
    let grace: NodeJS.Timeout | undefined
    const onAbort = (): void => {
      this.#link.askToCancel(job.seq)
      const wait = job.picture ? nativeCancelGraceMs : cancelGraceMs
      grace = setTimeout(() => this.#link.drop(new Failure('cancelled')), wait)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    return () => {
      clearTimeout(grace)
      signal.removeEventListener('abort', onAbort)
    }
  }
}

const keyOf = ({ key, architecture }: NetworkKey): NetworkKey => ({ key, architecture })
