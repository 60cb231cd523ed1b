/**
 * What the engine's process does: it takes one request at a time and answers it, by one runtime. It holds compiled
 * networks and nothing else, so that it can be ended and started again at any moment.
 */
import { lastResort } from '../contract/runtimes.ts'
import type { Channel } from './channel.ts'
import { examine } from './examine.ts'
import { buildGenerator } from './networks/generator.ts'
import { NetworkMissing, ProgramShelf } from './program-shelf.ts'
import type { EngineErrorCode, EngineRequest, EngineResults, Pixels, Rect } from './protocol.ts'
import { randomAt } from './random.ts'
import { exportOnnx } from './runtimes/onnx/lower.ts'
import { isAllocationFailure, isDeviceFailure } from './runtimes/failures.ts'
import type { EngineRuntime } from './runtimes/runtime.ts'
import { TrainingDesk } from './training-desk.ts'
import { NoPicture } from './translate/expect-picture.ts'
import { translateNative } from './translate/native.ts'
import { tileForMemory, wholeForMemory } from './translate/tile-size.ts'
import { changePicture, cyclePicture, fitChange, translatePicture } from './translate/translate.ts'

type RequestOf<Kind extends EngineRequest['kind']> = Extract<EngineRequest, { kind: Kind }>

class Cancelled extends Error {}

class Unreadable extends Error {}

interface AwaitedPixels {
  readonly seq: number
  readonly take: (pixels: Pixels | null) => void
}

/** Answers what comes over the channel until the process ends. */
export function serveEngine(channel: Channel, runtime: EngineRuntime): void {
  new EngineServer(channel, runtime).listen()
}

class EngineServer {
  readonly #channel: Channel
  readonly #runtime: EngineRuntime
  readonly #programs: ProgramShelf
  readonly #training: TrainingDesk
  readonly #cancelled = new Set<number>()
  /** What waits for a part of its request's picture. */
  #awaited: AwaitedPixels | null = null

  constructor(channel: Channel, runtime: EngineRuntime) {
    this.#channel = channel
    this.#runtime = runtime
    this.#programs = new ProgramShelf(runtime)
    this.#training = new TrainingDesk(runtime)
  }

  listen(): void {
    this.#channel.onMessage((message) => {
      if (message.kind === 'cancel') this.#cancelled.add(message.seq)
      else if (message.kind === 'pixels') this.#takePixels(message.seq, message.pixels)
      else void this.#answer(message.seq, message.request)
    })
    this.#channel.post({ kind: 'ready' })
  }

  async #answer(seq: number, request: EngineRequest): Promise<void> {
    try {
      this.#channel.post({ kind: 'result', seq, result: await this.#compute(seq, request) })
    } catch (thrown) {
      this.#channel.post({ kind: 'error', seq, ...describeError(thrown) })
    } finally {
      this.#cancelled.delete(seq)
    }
  }

  async #compute(seq: number, request: EngineRequest): Promise<EngineResults[EngineRequest['kind']]> {
    const started = performance.now()
    const seconds = (): number => (performance.now() - started) / 1000
    switch (request.kind) {
      case 'load':
        await this.#programs.load(request.network, request.weights)
        return null
      case 'forward':
        return this.#programs.take(request.network).run(request.input)
      case 'translate': {
        const pixels = await translatePicture(this.#programs.take(request.network), request.pixels)
        return { pixels, seconds: seconds() }
      }
      case 'change': {
        const change = await changePicture(this.#programs.take(request.network), request.pixels, {
          texture: request.texture,
        })
        return { change, seconds: seconds() }
      }
      case 'fit':
        return fitChange(request.before, request.after, { texture: request.texture })
      case 'native':
        return { ...(await this.#native(seq, request)), seconds: seconds() }
      case 'cycle': {
        const forward = this.#programs.take(request.forward)
        const backward = this.#programs.take(request.backward)
        const onPass = async (done: number): Promise<void> => {
          this.#channel.post({ kind: 'progress', seq, done, total: 2 })
          await this.#stopIfCancelled(seq)
        }
        return { ...(await cyclePicture(forward, backward, request.pixels, { onPass })), seconds: seconds() }
      }
      case 'export-onnx':
        return exportOnnx(buildGenerator(request.architecture), request.weights, request)
      case 'examine':
        return examine(this.#runtime, request.purpose)
      case 'train-load':
      case 'train-begin':
      case 'train-step':
      case 'train-entries':
      case 'train-read':
      case 'train-sample':
      case 'train-measure':
        return this.#training.answer(request)
    }
  }

  #native(seq: number, { network, picture, settings }: RequestOf<'native'>) {
    const graph = buildGenerator(network.architecture)
    const weights = this.#programs.weightsOf(network)
    const photo = {
      ...picture,
      read: (rect: Rect) => this.#readPicture(seq, rect),
      write: (rect: Rect, pixels: Pixels) => this.#channel.post({ kind: 'write', seq, rect, pixels }),
    }
    const free = process.availableMemory()
    const tile = settings.tile ?? tileForMemory(graph, free)
    const whole = settings.tile === undefined ? wholeForMemory(graph, free) : tile ** 2
    return translateNative(this.#runtime, { graph, weights }, photo, {
      tile,
      whole,
      statistics: settings.statistics ?? 'sampled',
      draft: settings.draft ?? false,
      device: this.#runtime.name !== lastResort,
      random: randomAt(0, 'measured-crops', 0),
      onWork: async (done, total, now) => {
        this.#channel.post({
          kind: 'progress',
          seq,
          done,
          total,
          ...(now < tile && { detail: `tiles of ${now} pixels` }),
        })
        await this.#stopIfCancelled(seq)
      },
    })
  }

  /** Asks the host for a part of the request's picture. */
  async #readPicture(seq: number, rect: Rect): Promise<Pixels> {
    await this.#stopIfCancelled(seq)
    const pixels = await new Promise<Pixels | null>((resolve) => {
      this.#awaited = { seq, take: resolve }
      this.#channel.post({ kind: 'read', seq, rect })
    })
    if (pixels === null) throw new Unreadable('The picture could not be read')
    return pixels
  }

  /** Of a request that has ended there is nothing to take. */
  #takePixels(seq: number, pixels: Pixels | null): void {
    const awaited = this.#awaited
    if (awaited?.seq !== seq) return
    this.#awaited = null
    awaited.take(pixels)
  }

  /** A pass through a network blocks this process; between two passes it listens. */
  async #stopIfCancelled(seq: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#cancelled.has(seq)) throw new Cancelled()
  }
}

function describeError(thrown: unknown): { code: EngineErrorCode; detail: string } {
  if (thrown instanceof NetworkMissing) return { code: 'network-missing', detail: thrown.key }
  if (thrown instanceof Cancelled) return { code: 'cancelled', detail: '' }
  const detail = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 2000)
  if (thrown instanceof NoPicture) return { code: 'no-picture', detail }
  if (isAllocationFailure(thrown)) return { code: 'out-of-memory', detail }
  return { code: isDeviceFailure(thrown) ? 'device-failed' : 'failed', detail }
}
