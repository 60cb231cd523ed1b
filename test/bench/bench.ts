/** `bench forward | step [--size N] [--ngf N] [--blocks N] [--runs N] [--json]`. Exit code 2 for wrong usage. */
import { parseArgs } from 'node:util'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { benchForward } from './forward.ts'
import type { BenchSettings } from './measure.ts'
import { benchStep } from './step.ts'

const usage = `Usage: bench forward [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--json]
       bench step    [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--json]
  Times the generator on a random square picture, or a whole step of training with the discriminators' ndf = ngf. The
  size is a multiple of 4, at least 8; for a step a multiple of 8, at least 32.
`

const benches = { forward: benchForward, step: benchStep }
const sizes = { forward: { multipleOf: 4, atLeast: 8 }, step: { multipleOf: 8, atLeast: 32 } }

async function main(): Promise<number> {
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
