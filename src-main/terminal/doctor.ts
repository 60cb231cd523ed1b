/** `solstice doctor`: what is installed here, whether it computes the right numbers, and where things are kept. */
import { cpus, totalmem } from 'node:os'
import type { Command } from 'commander'
import { purposes, type RuntimeReport, type RuntimesHere, type Verdict } from '../contract/runtimes.ts'
import { photoLibraries } from '../photos/libraries.ts'
import { exitCodes, result, resultJson } from './console.ts'
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
  { runtimes, version, data, program, signal }: Services,
  flags: { json?: true },
): Promise<number> {
  const here = await runtimes.examineAll(signal)
  const processors = cpus()
  const report = {
    solstice: version,
    node: process.versions.node,
    system: `${process.platform} ${process.arch}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    processors: processors.length,
    memoryMiB: Math.round(totalmem() / mebibyte),
    graphicsCards: here.cards,
    runtimes: here.reports,
    chosen: here.chosen,
    pinned: here.pinned,
    photoLibraries: await photoLibraries(),
    folders: { data: data.root, models: data.models, builtInModels: program.models },
  }
  const healthy = here.reports.some(({ translation }) => translation?.outcome === 'right')
  if (flags.json) resultJson(report)
  else {
    result(`Solstice    ${report.solstice}, Node ${report.node}, ${report.system}`)
    result(`Processor   ${report.processor}, ${report.processors} threads, ${report.memoryMiB} MiB of memory`)
    for (const card of here.cards ?? []) result(`Graphics    ${card}`)
    for (const line of here.reports.flatMap(describeRuntime)) result(line)
    result(`Chosen      ${describeChoice(here)}`)
    for (const { name, version: its, reason } of report.photoLibraries) {
      result(`Photos      ${name} ${its ?? `is missing: ${reason ?? 'unknown reason'}`}`)
    }
    result(`Data        ${report.folders.data}`)
    result(`Models      ${report.folders.builtInModels} and ${report.folders.models}`)
  }
  return healthy ? exitCodes.ok : exitCodes.someFailed
}

function describeRuntime(report: RuntimeReport): readonly string[] {
  const { name, version, translation } = report
  if (translation?.outcome === 'absent')
    return [`Runtime     ${name}: not there (${translation.reason ?? 'unknown reason'})`]
  return [
    `Runtime     ${name} ${version ?? ''}`,
    ...purposes.map((purpose) => `  ${purpose.padEnd(11)} ${describeVerdict(report[purpose])}`),
  ]
}

function describeVerdict(verdict: Verdict | null): string {
  if (verdict === null) return 'not examined'
  const { outcome, difference, seconds, reason } = verdict
  return [
    outcome,
    ...(difference === null ? [] : [`largest difference ${difference.toExponential(1)}`]),
    ...(seconds === null ? [] : [`${(1000 * seconds).toFixed(0)} ms`]),
    ...(reason === null ? [] : [reason]),
  ].join(', ')
}

function describeChoice({ chosen, pinned }: RuntimesHere): string {
  const { translation, training } = chosen
  const isAsSet = pinned !== null && (translation === pinned || training === pinned)
  return `${translation} for photos, ${training} for training${isAsSet ? ' (as you have set it)' : ''}`
}
