/**
 * The engine's process: takes one request at a time and answers it. It holds compiled networks and nothing else, so
 * that it can be ended and started again at any moment.
 */
import { openChannel } from './channel.ts'
import { buildGenerator } from './networks/generator.ts'
import { NetworkMissing, ProgramShelf } from './program-shelf.ts'
import type { EngineErrorCode, EngineRequest, EngineResults, Pixels, Rect } from './protocol.ts'
import { randomAt } from './random.ts'
import { exportOnnx } from './runtimes/onnx/lower.ts'
import { OnnxRuntime } from './runtimes/onnx/runtime.ts'
import { isAllocationFailure } from './runtimes/runtime.ts'
import { examineRuntime } from './runtimes/self-test.ts'
import { TrainingDesk } from './training-desk.ts'
import { translateNative } from './translate/native.ts'
import { tileForMemory, wholeForMemory } from './translate/tile-size.ts'
import { changePicture, cyclePicture, fitChange, translatePicture } from './translate/translate.ts'

type RequestOf<Kind extends EngineRequest['kind']> = Extract<EngineRequest, { kind: Kind }>

class Cancelled extends Error {}

class Unreadable extends Error {}

const channel = openChannel()
const runtime = new OnnxRuntime()
const programs = new ProgramShelf(runtime)
const training = new TrainingDesk(runtime)
const cancelled = new Set<number>()
/** Takes the part of a picture that was asked for. */
let awaitedPixels: ((pixels: Pixels | null) => void) | null = null

channel.onMessage((message) => {
  if (message.kind === 'cancel') cancelled.add(message.seq)
  else if (message.kind === 'pixels') awaitedPixels?.(message.pixels)
  else void answer(message.seq, message.request)
})
channel.post({ kind: 'ready' })

async function answer(seq: number, request: EngineRequest): Promise<void> {
  try {
    channel.post({ kind: 'result', seq, result: await compute(seq, request) })
  } catch (thrown) {
    channel.post({ kind: 'error', seq, ...describeError(thrown) })
  } finally {
    cancelled.delete(seq)
  }
}

async function compute(seq: number, request: EngineRequest): Promise<EngineResults[EngineRequest['kind']]> {
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  switch (request.kind) {
    case 'load':
      await programs.load(request.network, request.weights)
      return null
    case 'forward':
      return programs.take(request.network).run(request.input)
    case 'translate': {
      const pixels = await translatePicture(programs.take(request.network), request.pixels)
      return { pixels, seconds: seconds() }
    }
    case 'change': {
      const change = await changePicture(programs.take(request.network), request.pixels)
      return { change, seconds: seconds() }
    }
    case 'fit':
      return fitChange(request.before, request.after)
    case 'native':
      return { ...(await native(seq, request)), seconds: seconds() }
    case 'cycle': {
      const forward = programs.take(request.forward)
      const backward = programs.take(request.backward)
      const onPass = async (done: number): Promise<void> => {
        channel.post({ kind: 'progress', seq, done, total: 2 })
        await stopIfCancelled(seq)
      }
      return { ...(await cyclePicture(forward, backward, request.pixels, { onPass })), seconds: seconds() }
    }
    case 'export-onnx':
      return exportOnnx(buildGenerator(request.architecture), request.weights, request)
    case 'runtimes':
      return [await examineRuntime(runtime)]
    case 'train-load':
    case 'train-begin':
    case 'train-step':
    case 'train-entries':
    case 'train-read':
    case 'train-sample':
    case 'train-measure':
      return training.answer(request)
  }
}

function native(seq: number, { network, picture, settings }: RequestOf<'native'>) {
  const graph = buildGenerator(network.architecture)
  const weights = programs.weightsOf(network)
  const photo = {
    ...picture,
    read: (rect: Rect) => readPicture(seq, rect),
    write: (rect: Rect, pixels: Pixels) => channel.post({ kind: 'write', seq, rect, pixels }),
  }
  const free = process.availableMemory()
  const tile = settings.tile ?? tileForMemory(graph, free)
  const whole = settings.tile === undefined ? wholeForMemory(graph, free) : tile ** 2
  return translateNative(runtime, { graph, weights }, photo, {
    tile,
    whole,
    statistics: settings.statistics ?? 'sampled',
    random: randomAt(0, 'measured-crops', 0),
    onWork: async (done, total, now) => {
      channel.post({
        kind: 'progress',
        seq,
        done,
        total,
        ...(now < tile && { detail: `tiles of ${now} pixels` }),
      })
      await stopIfCancelled(seq)
    },
  })
}

/** Asks the host for a part of the request's picture. */
async function readPicture(seq: number, rect: Rect): Promise<Pixels> {
  await stopIfCancelled(seq)
  const pixels = await new Promise<Pixels | null>((resolve) => {
    awaitedPixels = resolve
    channel.post({ kind: 'read', seq, rect })
  })
  awaitedPixels = null
  if (pixels === null) throw new Unreadable('The picture could not be read')
  return pixels
}

/** A pass through a network blocks this process; between two passes it listens. */
async function stopIfCancelled(seq: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  if (cancelled.has(seq)) throw new Cancelled()
}

function describeError(thrown: unknown): { code: EngineErrorCode; detail: string } {
  if (thrown instanceof NetworkMissing) return { code: 'network-missing', detail: thrown.key }
  if (thrown instanceof Cancelled) return { code: 'cancelled', detail: '' }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: isAllocationFailure(thrown) ? 'out-of-memory' : 'failed', detail: detail.slice(0, 2000) }
}
