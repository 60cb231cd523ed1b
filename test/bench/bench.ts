/** `bench forward | step | batch`: see its usage. Exit code 2 for wrong usage. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { detailSchema } from '../../src-main/contract/export.ts'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { programFolders } from '../../src-main/folders.ts'
import { benchBatch, type BatchBenchSettings } from './batch.ts'
import { benchForward } from './forward.ts'
import type { BenchSettings } from './measure.ts'
import { benchStep } from './step.ts'

const usage = `Usage: bench forward [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--json]
       bench step    [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--json]
  Times the generator on a random square picture, or a whole step of training with the discriminators' ndf = ngf. The
  size is a multiple of 4, at least 8; for a step a multiple of 8, at least 32.
       bench batch   [--photos 30] [--megapixels 12] [--model summer-winter] [--detail guided] [--json]
  Exports so many JPEGs: the time, how busy the engine is, and the memory of both processes.
`

const benches = { forward: benchForward, step: benchStep }
const sizes = { forward: { multipleOf: 4, atLeast: 8 }, step: { multipleOf: 8, atLeast: 32 } }

async function main(): Promise<number> {
  const batch = readBatchArguments()
  if (batch) return printBatch(batch)
  const arguments_ = readArguments()
  if (!arguments_) {
    process.stderr.write(usage)
    return 2
  }
  const result = await benches[arguments_.what](new OnnxRuntime(), arguments_.bench)
  const { medianMs, minMs, maxMs, peakRssMiB } = result
  const line = `median ${medianMs} ms (${minMs} to ${maxMs}), peak memory ${peakRssMiB} MiB`
  process.stdout.write(`${arguments_.json ? JSON.stringify(result) : line}\n`)
  return 0
}

async function printBatch({ settings, json }: BatchArguments): Promise<number> {
  const { seconds, secondsPerPhoto, engineBusy, rssMiB, ...what } = await benchBatch(settings)
  const result = { ...what, seconds, secondsPerPhoto, engineBusy, rssMiB }
  const line = [
    `${seconds.toFixed(1)} s, ${secondsPerPhoto.toFixed(2)} s a photo`,
    `the engine busy ${(100 * engineBusy).toFixed(1)} % of the time`,
    `memory ${rssMiB.early} MiB early, ${rssMiB.end} at the end, ${rssMiB.peak} at most`,
  ]
  process.stdout.write(`${json ? JSON.stringify(result) : line.join('; ')}\n`)
  return 0
}

interface BatchArguments {
  readonly settings: BatchBenchSettings
  readonly json: boolean
}

/** Nothing if they are wrong, or ask for another bench. */
function readBatchArguments(): BatchArguments | undefined {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        photos: { type: 'string', default: '30' },
        megapixels: { type: 'string', default: '12' },
        model: { type: 'string', default: 'summer-winter' },
        detail: { type: 'string', default: 'guided' },
        json: { type: 'boolean', default: false },
      },
    })
    const [photos, megapixels] = [Number(values.photos), Number(values.megapixels)]
    const detail = detailSchema.safeParse(values.detail)
    if (positionals.join() !== 'batch' || !isSize(photos) || !isSize(megapixels) || !detail.success)
      return undefined
    const program = programFolders(join(import.meta.dirname, '../main'))
    const folders = { ...program, samples: join(program.models, '../samples') }
    return {
      settings: { photos, megapixels, model: values.model, detail: detail.data, folders },
      json: values.json,
    }
  } catch {
    return undefined
  }
}

interface Arguments {
  readonly what: keyof typeof benches
  readonly bench: BenchSettings
  readonly json: boolean
}

/** Nothing if they are wrong. */
function readArguments(): Arguments | undefined {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        size: { type: 'string', default: '256' },
        ngf: { type: 'string', default: '64' },
        blocks: { type: 'string', default: '9' },
        runs: { type: 'string', default: '7' },
        json: { type: 'boolean', default: false },
      },
    })
    const [size, ngf, blocks, runs] = [values.size, values.ngf, values.blocks, values.runs].map(Number)
    const what = positionals.join()
    if (what !== 'forward' && what !== 'step') return undefined
    if (!isSize(size) || size % sizes[what].multipleOf !== 0 || size < sizes[what].atLeast) return undefined
    if (!isSize(ngf) || !isSize(blocks) || !isSize(runs)) return undefined
    return { what, bench: { size, ngf, blocks, runs }, json: values.json }
  } catch {
    return undefined
  }
}

function isSize(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value > 0 && value <= 16384
}

try {
  process.exitCode = await main()
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
}
