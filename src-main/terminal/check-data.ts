/** `solstice check-data`: two folders looked at before a training starts on them. */
import { Option, type Command } from 'commander'
import type { Finding, FindingFile, Severity } from '../contract/training-findings.ts'
import { findingText } from '../contract/training-findings-text.ts'
import { PictureCache } from '../training/data/cache.ts'
import { checkData, type CheckedFolder } from '../training/data/check-data.ts'
import type { Scaling } from '../training/data/scaling.ts'
import { existingFolder, wholeNumber } from './arguments.ts'
import { exitCodes, progressLine, result, resultJson, sentence } from './console.ts'
import type { RunCommand, Services } from './services.ts'

interface CheckDataFlags {
  a: string
  b: string
  load: number
  crop: number
  scale: Scaling['kind']
  json?: true
}

/** Files that the text names; `--json` names more. */
const namedFiles = 5

const examples = `
Examples:
  solstice check-data --a summer --b winter
  solstice check-data --a day --b night --scale width --load 1024 --crop 320
  solstice check-data --a photos --b paintings --json > findings.json`

export function addCheckData(program: Command, run: RunCommand): void {
  program
    .command('check-data')
    .summary('look at two folders before training on them')
    .description(
      'Looks at two folders of pictures before a training: what cannot be read, what comes twice, what is in both, and whether there is something to learn. Exit code 1 means that they cannot be trained on as they are.',
    )
    .requiredOption('--a <folder>', 'the pictures of side A, subfolders included', existingFolder)
    .requiredOption('--b <folder>', 'the pictures of side B, subfolders included', existingFolder)
    .option('--load <pixels>', 'the size that pictures are scaled to', wholeNumber(32, 8192), 286)
    .option('--crop <pixels>', 'the side of the squares that are cut from them', wholeNumber(32, 8192), 256)
    .addOption(
      new Option('--scale <side>', 'which side --load is about')
        .choices(['short-side', 'width'])
        .default('short-side'),
    )
    .option('--json', 'print one object with what is in the folders and what was found')
    .addHelpText('after', examples)
    .action((flags: CheckDataFlags) => run((services) => checkFolders(services, flags)))
}

async function checkFolders({ data, signal }: Services, flags: CheckDataFlags): Promise<number> {
  const line = progressLine()
  const { a, b, findings } = await checkData(
    new PictureCache(data.trainingCache),
    { a: flags.a, b: flags.b, scaling: { kind: flags.scale, pixels: flags.load }, crop: flags.crop },
    { signal, onProgress: line.update },
  ).finally(line.stop)
  if (flags.json) {
    resultJson({ a: folderJson(a), b: folderJson(b), findings: findings.map(findingJson) })
  } else {
    result(`A  ${describeFolder(a)}`)
    result(`B  ${describeFolder(b)}`)
    for (const finding of findings) for (const text of describeFinding(finding)) result(text)
    if (findings.length === 0) result('\nNothing stands in the way of a training.')
  }
  return findings.some(({ severity }) => severity === 'stop') ? exitCodes.someFailed : exitCodes.ok
}

const folderJson = ({ folder, summary }: CheckedFolder) => ({ folder, ...summary })

function findingJson(finding: Finding) {
  const { problem, advice } = findingText(finding, 'en')
  const files = finding.files.map(({ failure, ...file }) => ({
    ...file,
    ...(failure && { code: failure.code, message: sentence({ ...failure, subject: file.name }) }),
  }))
  return { ...finding, files, message: problem, advice }
}

export function describeFolder({ folder, summary }: CheckedFolder): string {
  const { pictures, usable, different, brightness } = summary
  const light = brightness === null ? '' : `, mean brightness ${Math.round(brightness * 100)} %`
  return `${folder}: ${pictures} ${pictures === 1 ? 'picture' : 'pictures'}, ${usable} usable, ${different} different${light}`
}

const marks: Readonly<Record<Severity, string>> = { stop: 'STOP', warn: 'WARNING', info: 'NOTE' }

export function describeFinding(finding: Finding): readonly string[] {
  const { problem, advice } = findingText(finding, 'en')
  const named = finding.files.slice(0, namedFiles).map((file) => `    ${describeFile(file)}`)
  const more = finding.count - named.length
  return [
    '',
    `${marks[finding.severity]}  ${problem}`,
    `  ${advice}`,
    ...named,
    ...(more > 0 ? [`    and ${more} more`] : []),
  ]
}

function describeFile({ side, name, failure, twin }: FindingFile): string {
  if (failure !== undefined) return sentence({ ...failure, subject: name })
  if (twin === undefined) return name
  return side === twin.side
    ? `${name}, like ${twin.name}`
    : `${name}, like ${twin.name} of ${twin.side.toUpperCase()}`
}
