/** `bench forward [--size N] [--ngf N] [--blocks N] [--runs N] [--json]`. Exit code 2 for wrong usage. */
import { parseArgs } from 'node:util'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { benchForward } from './forward.ts'
import type { ForwardBench } from './forward.ts'

const usage = `Usage: bench forward [--size 256] [--ngf 64] [--blocks 9] [--runs 7] [--json]
  Times the generator on a random square picture; the size is a multiple of 4, at least 8.
`

async function main(): Promise<number> {
  const arguments_ = readArguments()
  if (!arguments_) {
    process.stderr.write(usage)
    return 2
  }
  const result = await benchForward(new OnnxRuntime(), arguments_.bench)
  const { medianMs, minMs, maxMs, peakRssMiB } = result
  const line = `median ${medianMs} ms (${minMs} to ${maxMs}), peak memory ${peakRssMiB} MiB`
  process.stdout.write(`${arguments_.json ? JSON.stringify(result) : line}\n`)
  return 0
}

/** Nothing if they are wrong. */
function readArguments(): { readonly bench: ForwardBench; readonly json: boolean } | undefined {
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
    if (positionals.join() !== 'forward' || !isSize(size) || size % 4 !== 0 || size < 8) return undefined
    if (!isSize(ngf) || !isSize(blocks) || !isSize(runs)) return undefined
    return { bench: { size, ngf, blocks, runs }, json: values.json }
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
