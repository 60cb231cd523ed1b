/** `solstice doctor`: what is installed here, whether it computes the right numbers, and where things are kept. */
import { cpus, totalmem } from 'node:os'
import type { Command } from 'commander'
import { Failure } from '../contract/errors.ts'
import type { RuntimeReport } from '../engine/protocol.ts'
import { photoLibraries } from '../photos/libraries.ts'
import { exitCodes, result, resultJson, sentence } from './console.ts'
import type { RunCommand, Services } from './services.ts'

const mebibyte = 1024 * 1024

const examples = `
Examples:
  solstice doctor
  solstice doctor --json > report.json`

export function addDoctor(program: Command, run: RunCommand): void {
  program
    .command('doctor')
    .summary('check this installation')
    .description(
      'Checks that every part works here. Exit code 1 means that no runtime computes the right numbers.',
    )
    .option('--json', 'print one object')
    .addHelpText('after', examples)
    .action((flags: { json?: true }) => run((services) => doctor(services, flags)))
}

async function doctor(
  { engine, version, data, program, signal }: Services,
  flags: { json?: true },
): Promise<number> {
  const runtimes = await engine.runtimes({ signal }).catch((thrown: unknown) => Failure.from(thrown))
  if (signal.aborted) throw new Failure('cancelled')
  const processors = cpus()
  const report = {
    solstice: version,
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    processors: processors.length,
    memoryMiB: Math.round(totalmem() / mebibyte),
    runtimes: runtimes instanceof Failure ? [] : runtimes,
    runtimesFailure: runtimes instanceof Failure ? sentence(runtimes) : null,
    photoLibraries: await photoLibraries(),
    folders: { data: data.root, models: data.models, builtInModels: program.models },
  }
  const healthy = report.runtimes.some(({ passed }) => passed)
  if (flags.json) resultJson(report)
  else {
    result(`Solstice    ${report.solstice}, Node ${report.node}, ${report.system}`)
    result(`Processor   ${report.processor}, ${report.processors} threads, ${report.memoryMiB} MiB of memory`)
    for (const runtime of report.runtimes) result(`Runtime     ${describeRuntime(runtime)}`)
    if (report.runtimesFailure !== null) result(`Runtime     ${report.runtimesFailure}`)
    for (const { name, version: its, reason } of report.photoLibraries) {
      result(`Photos      ${name} ${its ?? `is missing: ${reason ?? 'unknown reason'}`}`)
    }
    result(`Data        ${report.folders.data}`)
    result(`Models      ${report.folders.builtInModels} and ${report.folders.models}`)
  }
  return healthy ? exitCodes.ok : exitCodes.someFailed
}

function describeRuntime({
  name,
  version,
  available,
  passed,
  selfTestDifference,
  reason,
}: RuntimeReport): string {
  if (!available) return `${name}: not available here (${reason ?? 'unknown reason'})`
  const difference =
    selfTestDifference === null ? '' : `, largest difference ${selfTestDifference.toExponential(1)}`
  return `${name} ${version}: self-test ${passed ? 'passed' : 'FAILED'}${difference}${reason === null ? '' : ` (${reason})`}`
}
