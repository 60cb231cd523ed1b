/**
 * HEIC, the one format the picture library cannot decode (HEVC is patented, so its builds leave it out): libheif as
 * WebAssembly. It computes for a second and more, so it runs in a thread of its own, which also gives all its memory
 * back when it ends, and can be stopped in the middle. One at a time, for a 48-megapixel photo takes 500 MB.
 */
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { Worker } from 'node:worker_threads'
import PQueue from 'p-queue'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'
import { throwIfCancelled } from './failures.ts'

/**
 * The thread's program, kept as text because a file of its own would have to survive bundling; `libheif` is the
 * path of its module. It tells the size before it takes memory, and leaves out the alpha that is not there.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const fail = (reason) => parentPort.postMessage({ failed: reason })
const run = async () => {
  const libheif = require(workerData.libheif)
  await libheif.ready
  const images = new libheif.HeifDecoder().decode(workerData.file)
  const image = images.find((each) => each.is_primary()) ?? images[0]
  if (image === undefined) return fail('it holds no picture')
  const width = image.get_width()
  const height = image.get_height()
  if (!(width * height <= workerData.maxPixels)) return fail('its size is not what its header says')
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height }
  image.display(target, (shown) => {
    if (!shown) return fail('its data cannot be decoded')
    const { data } = shown
    const channels = image.has_alpha_channel() ? 4 : 3
    if (channels === 3) {
      for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
        data[to] = data[from]
        data[to + 1] = data[from + 1]
        data[to + 2] = data[from + 2]
      }
    }
    parentPort.postMessage({ width, height, channels, buffer: data.buffer }, [data.buffer])
  })
}
run().catch((thrown) => fail(String(thrown)))
`

interface Decoded {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly buffer: ArrayBuffer
}

type Answer = Decoded | { readonly failed: string }

const queue = new PQueue({ concurrency: 1 })

/**
 * Decodes a HEIC file's primary picture to 8 bits in the picture's own colours; libheif has turned and mirrored it.
 * `maxPixels`: refuse when the stream itself claims more than the header did.
 */
export async function decodeHeic(
  file: Uint8Array,
  path: string,
  maxPixels: number,
  signal?: AbortSignal,
): Promise<Pixels> {
  const answer = await queue.add(() => {
    throwIfCancelled(signal, path)
    return runWorker(file, path, maxPixels, signal)
  })
  if ('failed' in answer) throw new Error(answer.failed)
  const { width, height, channels, buffer } = answer
  return { width, height, channels, data: new Uint8Array(buffer, 0, width * height * channels) }
}

function runWorker(
  file: Uint8Array,
  path: string,
  maxPixels: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  // Its output is taken and dropped: libheif prints what it dislikes about a file on our standard output.
  const worker = new Worker(program, {
    eval: true,
    workerData: { libheif: libheifPath(), file, maxPixels },
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  return new Promise<Answer>((resolve, reject) => {
    const cancel = (): void => reject(new Failure('cancelled', basename(path)))
    signal?.addEventListener('abort', cancel, { once: true })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      signal?.removeEventListener('abort', cancel)
      reject(new Error('its decoder stopped'))
    })
  }).finally(() => worker.terminate())
}

/** Where libheif's module lies; throws where it is not installed. */
export function libheifPath(): string {
  return createRequire(import.meta.url).resolve('libheif-js/wasm-bundle')
}
