/** `golden DIR`: runs every golden pair of a folder. Exit code 1 if one differs too much, 2 for wrong usage. */
import { parseArgs } from 'node:util'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { compareGolden, goldenNames } from './compare.ts'

const usage = 'Usage: golden DIR\n  DIR  a folder of NAME.pth files with NAME.io.safetensors beside them\n'

async function main(): Promise<number> {
  const folder = folderArgument()
  if (folder === undefined) {
    process.stderr.write(usage)
    return 2
  }
  const names = await goldenNames(folder)
  if (names.length === 0) {
    process.stderr.write(`${folder} has no NAME.pth with a NAME.io.safetensors beside it.\n`)
    return 2
  }
  let passed = true
  for (const name of names) {
    const row = await compareGolden(new OnnxRuntime(), folder, name)
    passed &&= row.passed
    const network = `ngf ${row.ngf}, ${row.blocks} blocks${row.half ? ', half' : ''}`
    const difference = `${row.difference.toExponential(2)} of ${row.tolerance} allowed`
    process.stdout.write(
      `${row.passed ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${network.padEnd(24)} ${difference}\n`,
    )
  }
  return passed ? 0 : 1
}

function folderArgument(): string | undefined {
  try {
    const { positionals } = parseArgs({ allowPositionals: true })
    return positionals.length === 1 ? positionals[0] : undefined
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
