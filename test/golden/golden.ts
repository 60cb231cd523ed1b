/**
 * `golden DIR [--runtime R]`: runs every golden pair and every golden training of a folder. Exit code 1 if one differs
 * too much, 2 for wrong usage.
 */
import { parseArgs } from 'node:util'
import { compareGolden, goldenNames } from './compare.ts'
import { goldenRuntime, goldenRuntimeNames } from './runtimes.ts'
import { compareTraining, trainingNames } from './training.ts'

const usage = `Usage: golden DIR [--runtime R]
  DIR  a folder of NAME.pth files with NAME.io.safetensors beside them, and of train-NAME.json files with the tensors
       before and after, gradients and pictures beside them
  R    ${goldenRuntimeNames.join(', ')}; the first if left out
`

async function main(): Promise<number> {
  const asked = readArguments()
  if (asked === undefined) {
    process.stderr.write(usage)
    return 2
  }
  const { folder, runtime } = asked
  const names = await goldenNames(folder)
  const trainings = await trainingNames(folder)
  if (names.length + trainings.length === 0) {
    process.stderr.write(
      `${folder} has neither a NAME.pth with a NAME.io.safetensors nor a train-NAME.json.\n`,
    )
    return 2
  }
  let passed = true
  for (const name of names) {
    const row = await compareGolden(runtime, folder, name)
    passed &&= row.passed
    const network = `ngf ${row.ngf}, ${row.blocks} blocks${row.half ? ', half' : ''}`
    print(row, network, `${row.difference.toExponential(2)} of ${row.tolerance} allowed`)
  }
  for (const name of trainings) {
    const row = await compareTraining(runtime, folder, name)
    passed &&= row.passed
    const losses = `losses ${percent(row.losses)} of what is allowed`
    const weights = `weights ${percent(row.near)} near, ${row.weights.toExponential(2)} at most`
    const details = `${losses}, gradients ${row.gradients.toExponential(2)}, ${weights}`
    print(row, `training, ${row.steps} steps`, details)
  }
  return passed ? 0 : 1
}

function print(
  row: { readonly name: string; readonly passed: boolean },
  what: string,
  details: string,
): void {
  const verdict = row.passed ? 'ok    ' : 'FAILED'
  process.stdout.write(`${verdict} ${row.name.padEnd(24)} ${what.padEnd(24)} ${details}\n`)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { runtime: { type: 'string' } },
    })
    const [folder, ...more] = positionals
    const runtime = goldenRuntime(values.runtime)
    return folder === undefined || more.length > 0 || !runtime ? undefined : { folder, runtime }
  } catch {
    return undefined
  }
}

try {
  process.exitCode = await main()
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
}
