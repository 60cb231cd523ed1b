/**
 * What static 8-bit quantisation of a style would gain and cost on the processor: calibrated on every other photo of a
 * folder, judged on the rest, against the same network in single precision.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Direction } from '../../src-main/contract/schemas.ts'
import { widened } from '../../src-main/engine/half.ts'
import { buildGenerator } from '../../src-main/engine/networks/generator.ts'
import { lowerNetwork, toModel } from '../../src-main/engine/runtimes/onnx/lower.ts'
import { encodeModel } from '../../src-main/engine/runtimes/onnx/proto.ts'
import type { GraphProto } from '../../src-main/engine/runtimes/onnx/proto.ts'
import { endsOf } from '../../src-main/engine/runtimes/runtime.ts'
import { toTensor } from '../../src-main/engine/translate/pixels.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { collectPhotos } from '../../src-main/photos/collect.ts'
import { decodePhoto } from '../../src-main/photos/decode.ts'
import { median } from './measure.ts'
import { quantisable, quantise } from './quantise.ts'
import type { QuantisedForm, Range } from './quantise.ts'

export interface Int8Settings {
  /** A folder with `model.json`. */
  readonly model: string
  readonly direction: Direction
  /** A folder of at least two photos. */
  readonly photos: string
  /** The long side of the photos, in pixels. */
  readonly size: number
  readonly runs: number
}

interface Figures {
  /** Of 8-bit pictures against single precision, in dB. */
  readonly psnr: { readonly median: number; readonly worst: number }
  readonly medianMs: number
  /** How many times quicker than single precision, in this run. */
  readonly faster: number
}

export interface Int8Result {
  readonly calibratedOn: number
  readonly judgedOn: number
  readonly singleMs: number
  readonly linear: Figures
  readonly integer: Figures
}

type Picture = ReturnType<typeof toTensor>

/** Of each value so many numbers of each photo are kept for the choice of its range. */
const keptNumbers = 20_000

export async function benchInt8(settings: Int8Settings): Promise<Int8Result> {
  const { size, runs } = settings
  const photos: Picture[] = []
  for await (const { path } of collectPhotos([settings.photos], { recursive: true })) {
    const photo = await decodePhoto(path, { longSide: size })
    photos.push(multipleOfFour(toTensor(photo)))
  }
  const calibration = photos.filter((_, index) => index % 2 === 0)
  const judged = photos.filter((_, index) => index % 2 === 1)
  if (judged.length === 0) throw new Error(`${settings.photos} holds less than two photos`)

  const model = await openModelFolder(settings.model, true)
  const weights = Object.entries(await model.weights(settings.direction))
  const single = Object.fromEntries(weights.map(([name, tensor]) => [name, widened(tensor)]))
  const network = buildGenerator(model.card.architecture)
  const ends = endsOf(network)
  const graph = lowerNetwork(network, single)
  const ranges = await calibrate(graph, ends.input, calibration)

  const sessions = {
    single: await open(graph),
    linear: await open(quantise(graph, ranges, 'linear')),
    integer: await open(quantise(graph, ranges, 'integer')),
  }
  const translate = async (which: keyof typeof sessions, { shape, data }: Picture) => {
    const begun = performance.now()
    const results = await sessions[which].run({ [ends.input]: new Tensor('float32', data, shape) })
    const translated = results[ends.output]?.data
    if (!(translated instanceof Float32Array)) throw new Error(`${which} gave no picture`)
    return { translated, ms: performance.now() - begun }
  }
  const times = { single: [] as number[], linear: [] as number[], integer: [] as number[] }
  const psnr = { linear: [] as number[], integer: [] as number[] }
  const forms = ['linear', 'integer'] as const satisfies readonly QuantisedForm[]
  for (let run = 0; run < runs; run++)
    for (const photo of judged) {
      // In turn, so that a busy moment of the machine is shared.
      const right = await translate('single', photo)
      times.single.push(right.ms)
      for (const form of forms) {
        const { translated, ms } = await translate(form, photo)
        times[form].push(ms)
        if (run === 0) psnr[form].push(pictureNoise(right.translated, translated))
      }
    }
  const figures = (form: QuantisedForm): Figures => ({
    psnr: { median: tenths(median(psnr[form])), worst: tenths(Math.min(...psnr[form])) },
    medianMs: tenths(median(times[form])),
    faster: Math.round((median(times.single) / median(times[form])) * 100) / 100,
  })
  return {
    calibratedOn: calibration.length,
    judgedOn: judged.length,
    singleMs: tenths(median(times.single)),
    linear: figures('linear'),
    integer: figures('integer'),
  }
}

/** The ranges of all values that the convolutions take and give, chosen for the least error in 8 bits. */
async function calibrate(
  graph: GraphProto,
  input: string,
  photos: readonly Picture[],
): Promise<ReadonlyMap<string, Range>> {
  const names = [...new Set(quantisable(graph).flatMap((node) => [node.input[0] ?? '', node.name]))]
  const output = names.map((name) => ({ name, type: { tensorType: { elemType: 1 } } }))
  const session = await open({ ...graph, output })
  const kept = new Map(names.map((name) => [name, [] as number[]]))
  for (const { shape, data } of photos) {
    const values = await session.run({ [input]: new Tensor('float32', data, shape) })
    for (const [name, numbers] of kept) {
      const all = values[name]?.data
      if (!(all instanceof Float32Array)) throw new Error(`${name} has no numbers`)
      const stride = Math.max(1, Math.floor(all.length / keptNumbers))
      for (let i = 0; i < all.length; i += stride) numbers.push(all[i] ?? 0)
    }
  }
  await session.release()
  return new Map([...kept].map(([name, numbers]) => [name, leastError(numbers)]))
}

/** The part of the whole range, in steps of a twentieth, whose 256 levels stand nearest to the numbers. */
function leastError(numbers: readonly number[]): Range {
  let [min, max] = [0, 0]
  for (const value of numbers) [min, max] = [Math.min(min, value), Math.max(max, value)]
  const candidates = Array.from({ length: 15 }, (_, i) => 1 - i / 20)
  const errors = candidates.map((part) => {
    const scale = Math.max(((max - min) * part) / 255, Number.MIN_VALUE)
    const zero = Math.round((-min * part) / scale)
    return numbers.reduce((sum, value) => {
      const level = Math.min(255, Math.max(0, Math.round(value / scale) + zero))
      return sum + ((level - zero) * scale - value) ** 2
    }, 0)
  })
  const part = candidates[errors.indexOf(Math.min(...errors))] ?? 1
  return { min: min * part, max: max * part }
}

function open(graph: GraphProto): Promise<InferenceSession> {
  return InferenceSession.create(encodeModel(toModel(graph)), {
    executionProviders: ['cpu'],
    enableMemPattern: false,
    graphOptimizationLevel: 'all',
  })
}

/** The upper left part whose sides the network's strides divide. */
function multipleOfFour({ shape, data }: Picture): Picture {
  const [, , height, width] = shape
  const [rows, columns] = [height - (height % 4), width - (width % 4)]
  const part = new Float32Array(3 * rows * columns)
  for (let line = 0; line < 3 * rows; line++) {
    const from = (Math.floor(line / rows) * height + (line % rows)) * width
    part.set(data.subarray(from, from + columns), line * columns)
  }
  return { shape: [1, 3, rows, columns], data: part }
}

/** PSNR in dB of two pictures of 8 bits. */
function pictureNoise(right: Float32Array, other: Float32Array): number {
  const level = (value: number) => Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * 255)
  const squares = right.reduce((sum, value, i) => sum + (level(value) - level(other[i] ?? 0)) ** 2, 0)
  return 10 * Math.log10(255 ** 2 / (squares / right.length))
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
