/**
 * How long a photo takes at its own size, file to file, beside one pass of 256² through the same network; how much memory
 * it takes; and how far it is from a single pass where one is affordable.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { networkOf, translateNativeInPlace } from '../../src-main/conversion/translate-photo.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost, inMemory } from '../../src-main/engine/host.ts'
import type { NetworkSource } from '../../src-main/engine/host.ts'
import type { NativeReport, Pixels } from '../../src-main/engine/protocol.ts'
import { compare } from '../../src-main/engine/translate/metrics.ts'
import { toTensor } from '../../src-main/engine/translate/pixels.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { decodePhoto } from '../../src-main/photos/decode.ts'
import { encodePhoto } from '../../src-main/photos/encode.ts'
import { median, randomPicture } from './measure.ts'
import { compareWithSinglePass } from './seams.ts'
import type { SeamFigures } from './seams.ts'

export interface NativeBenchSettings {
  /** A folder with `model.json`. */
  readonly model: string
  readonly direction: 'AtoB' | 'BtoA'
  /** Enlarged or reduced to so many megapixels. */
  readonly photo: string
  readonly megapixels: number
  readonly depth: 8 | 16
  readonly tile: number | undefined
  /** Compare with a single pass: that takes about 400 bytes a pixel for ngf 32. */
  readonly seams: boolean
  /** In 8 bits, compared with single precision. */
  readonly draft: boolean
}

export interface NativeBenchResult extends NativeReport {
  readonly width: number
  readonly height: number
  /** The median of passes of 256² before and after. */
  readonly forward256Ms: number
  /** `seconds` over the same number of pixels in passes of 256². */
  readonly ratio: number
  /** The same ratio of processor time, which other programs disturb less; null where the system does not tell. */
  readonly processorRatio: number | null
  /** Decoding and writing, too. */
  readonly wholeSeconds: number
  /** The most that the processes held, and that both held together; null where the system does not tell. */
  readonly peakMiB: { readonly main: number; readonly engine: number; readonly together: number } | null
  readonly seams: SeamFigures | null
  readonly draft: DraftFigures | null
}

interface DraftFigures {
  /** Against single precision in pictures of the photo's depth, in dB; null where they are the same. */
  readonly psnr: number | null
  /** How many times quicker than single precision, in this run. */
  readonly faster: number
}

const forwardRuns = 9

const noise256: Pixels = {
  ...{ width: 256, height: 256, channels: 3 },
  data: Uint8Array.from(randomPicture(256).data, (value) => (value + 1) * 127.5),
}

export async function benchNative(settings: NativeBenchSettings): Promise<NativeBenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'solstice-bench-'))
  const engine = new EngineHost({
    start: () => startChildProcess(join(import.meta.dirname, '../main/worker.js')),
  })
  try {
    const model = await openModelFolder(settings.model, true)
    const network = networkOf(model, settings.direction)
    const source = join(folder, 'photo.tif')
    await makePhoto(settings, source)
    await engine.translate(network, noise256)
    const cold = await processorSeconds(engine.pid)
    const before = await timeForward(engine, network)
    const warm = await processorSeconds(engine.pid)
    await resetPeak(process.pid)
    await resetPeak(engine.pid)
    const together = watchMemory([process.pid, engine.pid])
    const started = performance.now()
    const { pixels, ...report } = await translateNativeInPlace(engine, source, model, settings.direction, {
      tile: settings.tile,
      draft: settings.draft,
      strength: 1,
    })
    await encodePhoto(pixels, join(folder, 'result.jpg'), { format: 'jpeg' })
    const done = await processorSeconds(engine.pid)
    const wholeSeconds = (performance.now() - started) / 1000
    const most = together()
    const [main, child] = [await peakMiB(process.pid), await peakMiB(engine.pid)]
    const after = await timeForward(engine, network)
    const forward256Ms = median([...before, ...after])
    const { width, height } = pixels
    const passes = (width * height) / 65_536
    return {
      ...report,
      ...{ width, height, forward256Ms, wholeSeconds },
      ratio: (report.seconds * 1000) / (forward256Ms * passes),
      processorRatio:
        done === null || warm === null || cold === null
          ? null
          : ((done - warm) / passes / (warm - cold)) * forwardRuns,
      peakMiB: main === null || child === null ? null : { main, engine: child, together: most },
      seams: settings.seams ? await seamsOf(engine, network, source, settings.tile) : null,
      draft: settings.draft ? await draftFigures(engine, network, source) : null,
    }
  } finally {
    engine.close()
    await rm(folder, { recursive: true })
  }
}

/** The photo in the size and depth asked for, written without holding it in memory. */
async function makePhoto({ photo, megapixels, depth }: NativeBenchSettings, target: string): Promise<void> {
  const { width, height } = await sharp(photo).metadata()
  const factor = Math.sqrt((megapixels * 1e6) / (width * height))
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) }
  const resized = sharp(photo, { limitInputPixels: false }).resize({ ...size, fit: 'fill' })
  await resized
    .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
    .tiff({ compression: 'lzw' })
    .toFile(target)
}

async function timeForward(engine: EngineHost, network: NetworkSource): Promise<readonly number[]> {
  const times: number[] = []
  for (let run = 0; run < forwardRuns; run++)
    times.push((await engine.translate(network, noise256)).seconds * 1000)
  return times
}

async function seamsOf(engine: EngineHost, network: NetworkSource, path: string, tile: number | undefined) {
  const photo = await decodePhoto(path, {})
  const translate = async (side: number | undefined): Promise<Pixels> => {
    const into: Pixels = { ...photo, data: photo.data.slice() }
    await engine.native(network, inMemory(photo, into), { tile: side })
    return into
  }
  const single = await translate(4 * Math.ceil(Math.max(photo.width, photo.height) / 4))
  return compareWithSinglePass(await translate(tile), single)
}

/** Both go through in tiles, in turn. */
async function draftFigures(engine: EngineHost, network: NetworkSource, path: string): Promise<DraftFigures> {
  const photo = await decodePhoto(path, {})
  const translate = async (draft: boolean) => {
    const into: Pixels = { ...photo, data: photo.data.slice() }
    const { seconds } = await engine.native(network, inMemory(photo, into), { draft, tile: 512 })
    return { pixels: into, seconds }
  }
  const [single, draft] = [await translate(false), await translate(true)]
  const { psnr } = compare(toTensor(single.pixels), toTensor(draft.pixels))
  return { psnr, faster: single.seconds / draft.seconds }
}

/** Linux forgets the most that a process held when it is asked to. */
async function resetPeak(pid: number | undefined): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined)
}

/** In any unit of time. */
async function processorSeconds(pid: number | undefined): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  const fields = stat?.slice(stat.lastIndexOf(')')).split(' ')
  return fields === undefined ? null : Number(fields[12]) + Number(fields[13])
}

/** Looks often at what processes hold together; the function that it gives ends that, and tells the most in MiB. */
function watchMemory(pids: readonly (number | undefined)[]): () => number {
  let most = 0
  const look = (): void => {
    const pages = pids.map((pid) => {
      try {
        return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
      } catch {
        return 0
      }
    })
    most = Math.max(most, (pages.reduce((a, b) => a + b, 0) * 4096) / 2 ** 20)
  }
  const timer = setInterval(look, 20)
  return () => {
    clearInterval(timer)
    return Math.round(most)
  }
}

async function peakMiB(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kibibytes = /VmHWM:\s+(\d+)/.exec(status)?.[1]
  return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 1024)
}
