/**
 * Hands the engine's process one request after another. A crash ends the request that was under way and nothing else:
 * what waits is kept here, not there.
 */
import { Failure } from '../contract/errors.ts'
import type { Progress } from '../contract/schemas.ts'
import type { StartEngineProcess } from './engine-process.ts'
import { failureOf } from './failure-of.ts'
import { EngineLink } from './link.ts'
import type { EngineProgress, PictureDoor } from './link.ts'
import { Pace, passWork } from './pace.ts'
import { partOf, putPart } from './picture-parts.ts'
import type {
  EngineRequest,
  EngineResults,
  LocalChange,
  NativeSettings,
  NetworkKey,
  PictureForm,
  Pixels,
  Rect,
  RuntimeReport,
  Tensor,
  Weights,
} from './protocol.ts'

/** A network and where its weights come from when the engine's process does not hold them (yet, or any more). */
export interface NetworkSource extends NetworkKey {
  weights(): Promise<Weights>
}

export { partOf } from './picture-parts.ts'

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** The photo or model to name in an error. */
  readonly subject?: string | undefined
}

/** A photo that the engine reads and changes in parts. What `read` or `write` throws ends the request. */
export interface NativePicture extends PictureForm {
  read(rect: Rect): Promise<Pixels> | Pixels
  /** A finished part, with the depth and alpha of what was read there. The parts cover the picture once. */
  write(rect: Rect, pixels: Pixels): void
}

/** A photo in memory, and a picture of the same form that its translation is written into. */
export function inMemory(photo: Pixels, into: Pixels): NativePicture {
  const { width, height } = photo
  return {
    width,
    height,
    read: (rect) => partOf(photo, rect),
    write: (rect, pixels) => putPart(into, rect, pixels),
  }
}

export interface EngineHostOptions {
  readonly start: StartEngineProcess
  /** The process died in mid-work or while idle, and has been or will be started again. */
  readonly onRestart?: (reason: string) => void
}

/** How long the process may take to stop by itself between two passes before it is ended. */
const cancelGraceMs = 150
/** Between two tiles it stops by itself, and keeps what it has loaded. */
const nativeCancelGraceMs = 2000
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
  readonly picture: NativePicture | undefined
  readonly resolve: (result: EngineResults[EngineRequest['kind']]) => void
  readonly reject: (failure: Failure) => void
}

export class EngineHost {
  readonly #waiting: Job[] = []
  readonly #pace = new Pace()
  readonly #link: EngineLink
  #running: Job | null = null
  #nextSeq = 1
  #closed = false

  constructor({ start, onRestart }: EngineHostOptions) {
    this.#link = new EngineLink(start, (reason) => onRestart?.(reason))
  }

  /** The engine's process, for those who watch it; undefined while there is none. */
  get pid(): number | undefined {
    return this.#link.pid
  }

  /** Starts the process before it is needed. */
  async warmUp(): Promise<void> {
    await this.#link.ready()
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

  /** What G does to `pixels`, to be carried to the larger photo that they were reduced from. */
  async change(
    network: NetworkSource,
    pixels: Pixels,
    options: RequestOptions = {},
  ): Promise<EngineResults['change']> {
    const work = passWork(network.architecture, pixels.width, pixels.height)
    return this.#enqueue({ kind: 'change', network: keyOf(network), pixels }, [network], options, 1, work)
  }

  /** The same of a translation that is there already; both pictures are of one size. */
  async fit(before: Pixels, after: Pixels, options: RequestOptions = {}): Promise<LocalChange> {
    return this.#enqueue({ kind: 'fit', before, after }, [], options, 1, 0)
  }

  /** G(x) at the photo's own size: part after part is read, and written when it is done. */
  async native(
    network: NetworkSource,
    picture: NativePicture,
    options: RequestOptions & NativeSettings = {},
  ): Promise<EngineResults['native']> {
    const { width, height } = picture
    const settings = { tile: options.tile, statistics: options.statistics }
    const request = { kind: 'native', network: keyOf(network), picture: { width, height }, settings } as const
    const work = passWork(network.architecture, width, height)
    return this.#enqueue(request, [network], options, 1, work, picture)
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
    this.#link.drop(failure)
  }

  #enqueue<Request extends EngineRequest>(
    request: Request,
    sources: readonly NetworkSource[],
    options: RequestOptions,
    passes: number,
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
        passes,
        work,
        picture,
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
      job.reject(unwanted ? new Failure('cancelled', subject) : about(subject, thrown))
    } finally {
      this.#running = null
      void this.#pump()
    }
  }

  async #run(job: Job): Promise<EngineResults[EngineRequest['kind']]> {
    if (this.#closed) throw new Failure('cancelled')
    await this.#link.ready()
    const progress = this.#reportProgress(job)
    const stopCancelling = this.#cancelOnAbort(job)
    const door = job.picture && this.#openDoor(job.seq, job.picture)
    try {
      for (;;) {
        const started = performance.now()
        const answer = await this.#link.exchange(job.seq, job.request, progress.onProgress, door)
        if (door?.failed !== undefined) throw Failure.from(door.failed.thrown, job.options.subject)
        if (answer.kind === 'result') {
          this.#pace.learn(job.work, (performance.now() - started) / 1000)
          return answer.result
        }
        if (answer.code !== 'network-missing') throw failureOf(answer)
        const missing = job.sources.find((source) => source.key === answer.detail)
        if (missing === undefined) throw new Failure('engine-failed', undefined, 'unknown network')
        await this.#load(missing, job)
      }
    } finally {
      stopCancelling()
      progress.stop()
    }
  }

  /** What the picture's owner throws stays on this side; the engine only learns that there is no more to do. */
  #openDoor(seq: number, picture: NativePicture): PictureDoor & { failed: { thrown: unknown } | undefined } {
    const door: PictureDoor & { failed: { thrown: unknown } | undefined } = {
      failed: undefined,
      read: async (rect) => {
        try {
          return await picture.read(rect)
        } catch (thrown) {
          door.failed ??= { thrown }
          return null
        }
      },
      write: (rect, pixels) => {
        if (door.failed !== undefined) return
        try {
          picture.write(rect, pixels)
        } catch (thrown) {
          door.failed = { thrown }
          this.#link.askToCancel(seq)
        }
      },
    }
    return door
  }

  async #load(network: NetworkSource, job: Job): Promise<void> {
    const weights = await network.weights()
    const request = { kind: 'load', network: keyOf(network), weights } as const
    const answer = await this.#link.exchange(job.seq, request, () => undefined)
    if (answer.kind === 'error') throw failureOf(answer)
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

  #reportProgress(job: Job): { onProgress: (progress: EngineProgress) => void; stop: () => void } {
    const { onProgress } = job.options
    if (onProgress === undefined) return { onProgress: () => undefined, stop: () => undefined }
    const started = performance.now()
    let known = 0
    let detail: string | undefined
    const report = (): void => {
      const elapsed = (performance.now() - started) / 1000
      // A photo in tiles tells by itself how fast it goes.
      const expected = job.picture && known > 0 ? elapsed / known : this.#pace.secondsFor(job.work)
      const estimated = expected === null || job.picture ? 0 : Math.min(estimateCeiling, elapsed / expected)
      const share = Math.max(known, estimated)
      onProgress({
        done: share,
        total: 1,
        etaSeconds: expected === null ? null : Math.max(0, expected * (1 - share)),
        ...(detail !== undefined && { detail }),
      })
    }
    report()
    const timer = setInterval(report, progressIntervalMs)
    return {
      onProgress: (progress) => {
        known = progress.done / progress.total
        detail = progress.detail
        report()
      },
      stop: () => clearInterval(timer),
    }
  }
}

const keyOf = ({ key, architecture }: NetworkKey): NetworkKey => ({ key, architecture })

/** The failure with the photo or model it concerns, unless it names one itself. */
function about(subject: string | undefined, thrown: unknown): Failure {
  const { code, subject: named, detail } = Failure.from(thrown, subject)
  return new Failure(code, named ?? subject, detail, { cause: thrown })
}
