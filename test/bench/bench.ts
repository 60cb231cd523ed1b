/** `bench forward | step | native | batch | beside | start | first | idle | scroll | sheet [--option value …]`. Exit code 2 for wrong usage. */
import { join } from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { detailSchema } from '../../src-main/contract/export.ts'
import { lastResort, runtimeNameSchema } from '../../src-main/contract/runtimes.ts'
import { directionSchema } from '../../src-main/contract/schemas.ts'
import { openRuntime } from '../../src-main/engine/runtimes/open.ts'
import type { EngineRuntime } from '../../src-main/engine/runtimes/runtime.ts'
import { programFolders } from '../../src-main/folders.ts'
import { benchBatch } from './batch.ts'
import { benchBeside } from './beside.ts'
import { benchFirst } from './first.ts'
import { benchForward } from './forward.ts'
import { benchIdle } from './idle.ts'
import type { BenchResult, BenchSettings } from './measure.ts'
import { benchNative } from './native.ts'
import { benchScroll } from './scroll.ts'
import { makeSheet } from './sheet.ts'
import { shelfOf } from './shelf.ts'
import { benchStart } from './start.ts'
import { benchStep } from './step.ts'

const usage = `Usage: bench forward [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--runtime onnxruntime-cpu] [--json]
       bench step    [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--runtime onnxruntime-cpu] [--json]
       bench native  [--megapixels 12] [--photo FILE] [--model FOLDER] [--direction AtoB] [--depth 8] [--tile N] [--seams] [--draft]
       bench batch   [--photos 30] [--megapixels 12] [--model summer-winter] [--detail guided]
       bench beside
       bench start   [--photos 5000] [--starts 5] [--program EXECUTABLE]
       bench first   [--starts 3] [--program EXECUTABLE]
       bench idle    [--photos 5000] [--minutes 1,4] [--used] [--program EXECUTABLE]
       bench scroll  [--photos 5000] [--program EXECUTABLE]
       bench sheet   --out FILE [--height 320] [--detail] FOLDER…
  \`forward\` times the generator on a random square picture, \`step\` a whole step of training with the discriminators'
  ndf = ngf. The size is a multiple of 4, at least 8; for a step a multiple of 8, at least 32.
  \`native\` takes a photo, scaled to so many megapixels, from file to file at its own size; with --seams it is compared
  with a single pass, which takes memory. \`batch\` exports so many JPEGs: how busy the engine is, and the memory of both
  processes. \`beside\` computes photos while a style is trained. \`start\`, \`idle\` and \`scroll\` (Linux)
  open the window with so many photos on the shelf, of the built program or a packaged one; \`first\` with none, and has
  a sample photo converted. All but the first two and \`sheet\` print JSON. \`sheet\` measures nothing: it lays pictures of one name side by side, a folder a column.
`

const program = programFolders(join(import.meta.dirname, '../main'))

class WrongUsage extends Error {}

/** Each gives the line to print. */
const benches: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  forward: (args) => benchNetwork(args, { multipleOf: 4, atLeast: 8 }, benchForward),
  step: (args) => benchNetwork(args, { multipleOf: 8, atLeast: 32 }, benchStep),
  native: async (args) => {
    const values = read(args, {
      megapixels: { type: 'string', default: '12' },
      photo: { type: 'string', default: join(program.samples, 'picosdeeuropa.jpg') },
      model: { type: 'string', default: join(program.models, 'summer-winter') },
      direction: { type: 'string', default: 'AtoB' },
      depth: { type: 'string', default: '8' },
      tile: { type: 'string' },
      seams: { type: 'boolean', default: false },
      draft: { type: 'boolean', default: false },
    })
    const { photo, model, seams, draft } = values
    const megapixels = Number(values.megapixels)
    const depth = values.depth === '8' ? 8 : values.depth === '16' ? 16 : refuse()
    const direction = directionSchema.safeParse(values.direction).data ?? refuse()
    const tile = values.tile === undefined ? undefined : size(values.tile, 4)
    if (!(megapixels > 0 && megapixels <= 400)) refuse()
    const settings = { photo, model, direction, megapixels, depth, tile, seams, draft } as const
    return JSON.stringify(await benchNative(settings))
  },
  batch: async (args) => {
    const values = read(args, {
      photos: { type: 'string', default: '30' },
      megapixels: { type: 'string', default: '12' },
      model: { type: 'string', default: 'summer-winter' },
      detail: { type: 'string', default: 'guided' },
    })
    const [photos, megapixels] = [size(values.photos), size(values.megapixels)]
    const detail = detailSchema.safeParse(values.detail).data ?? refuse()
    const settings = { photos, megapixels, model: values.model, detail, folders: program }
    return JSON.stringify(await benchBatch(settings))
  },
  beside: async (args) => {
    read(args, {})
    return JSON.stringify(await benchBeside(program))
  },
  start: async (args) => {
    const values = read(args, { ...windowOptions, starts: { type: 'string', default: '5' } })
    return JSON.stringify(await benchStart(await windowProgram(values), size(values.starts)))
  },
  first: async (args) => {
    const values = read(args, { program: { type: 'string' }, starts: { type: 'string', default: '3' } })
    return JSON.stringify(await benchFirst(values.program, size(values.starts)))
  },
  idle: async (args) => {
    const values = read(args, {
      ...windowOptions,
      minutes: { type: 'string', default: '1,4' },
      used: { type: 'boolean', default: false },
    })
    const minutes = values.minutes.split(',').map((minute) => size(minute))
    return JSON.stringify(await benchIdle(await windowProgram(values), { minutes, used: values.used }))
  },
  sheet: async (args) => {
    const { values, positionals } = readWords(args, {
      out: { type: 'string' },
      height: { type: 'string', default: '320' },
      detail: { type: 'boolean', default: false },
    })
    const { out = refuse(), detail } = values
    if (positionals.length === 0) refuse()
    await makeSheet({ folders: positionals, height: size(values.height), detail, out })
    return out
  },
  scroll: async (args) => JSON.stringify(await benchScroll(await windowProgram(read(args, windowOptions)))),
}

const windowOptions = {
  photos: { type: 'string', default: '5000' },
  program: { type: 'string' },
} as const

async function windowProgram({
  photos,
  program: executable,
}: {
  photos: string
  program?: string | undefined
}) {
  return { program: executable, data: await shelfOf(size(photos), program.samples) }
}

async function benchNetwork(
  args: readonly string[],
  { multipleOf, atLeast }: { readonly multipleOf: number; readonly atLeast: number },
  bench: (runtime: EngineRuntime, settings: BenchSettings) => Promise<BenchResult>,
): Promise<string> {
  const values = read(args, {
    size: { type: 'string', default: '256' },
    ngf: { type: 'string', default: '64' },
    blocks: { type: 'string', default: '9' },
    runs: { type: 'string', default: '7' },
    runtime: { type: 'string', default: lastResort },
    json: { type: 'boolean', default: false },
  })
  const runtime = runtimeNameSchema.safeParse(values.runtime).data ?? refuse()
  const side = size(values.size, multipleOf)
  if (side < atLeast) refuse()
  const settings = { size: side, ngf: size(values.ngf), blocks: size(values.blocks), runs: size(values.runs) }
  const result = await bench(openRuntime(runtime), settings)
  if (values.json) return JSON.stringify(result)
  const { medianMs, minMs, maxMs, peakRssMiB } = result
  return `median ${medianMs} ms (${minMs} to ${maxMs}), peak memory ${peakRssMiB} MiB`
}

type BenchOptions = NonNullable<ParseArgsConfig['options']>

function read<const Options extends BenchOptions>(args: readonly string[], options: Options) {
  const { values, positionals } = readWords(args, options)
  return positionals.length === 0 ? values : refuse()
}

function readWords<const Options extends BenchOptions>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch {
    return refuse()
  }
}

function size(text: string, multipleOf = 1): number {
  const value = Number(text)
  const isSize = Number.isSafeInteger(value) && value > 0 && value <= 16384 && value % multipleOf === 0
  return isSize ? value : refuse()
}

function refuse(): never {
  throw new WrongUsage()
}

const [, , what = '', ...args] = process.argv
try {
  const bench = Object.hasOwn(benches, what) ? benches[what] : undefined
  process.stdout.write(`${await (bench ?? refuse)(args)}\n`)
} catch (thrown) {
  const isWrong = thrown instanceof WrongUsage
  process.stderr.write(isWrong ? usage : `${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = isWrong ? 2 : 1
}
