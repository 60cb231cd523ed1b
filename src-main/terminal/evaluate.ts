/** `solstice evaluate`: a style judged by figures over pictures that it was not trained on. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { featureSide, featuresVersion } from '../evaluation/features/features.ts'
import { ContactSheet, sheetRows } from '../evaluation/contact-sheet.ts'
import { evaluateStyle, type Evaluation, type FailedPicture } from '../evaluation/evaluate.ts'
import { seenInTraining } from '../evaluation/seen-in-training.ts'
import { picturesOf, sides, type OfSides } from '../evaluation/sides.ts'
import { makeFolder } from '../export/write-photo.ts'
import { localised, trainedHere } from '../models/card.ts'
import type { Model } from '../models/shelf.ts'
import { existingFolder, modelOption, named, runtimeOption, sizeOption, wholeNumber } from './arguments.ts'
import { exitCodes, progressLine, result, resultJson, sentence } from './console.ts'
import { evaluationTable } from './evaluation-table.ts'
import { expectRuntime, type EngineFlags, type RunCommand, type Services } from './services.ts'

interface EvaluateFlags extends EngineFlags {
  model: string
  a: string
  b: string
  out?: string
  limit?: number
  size?: number
  json?: true
}

const examples = `
The distance between two sets of pictures is a kernel distance (squared MMD, unbiased, in thousandths) over fixed
features: histograms of colour (L*a*b*), of edge orientations and of textures at four scales. Smaller is nearer; two sets
of the same kind come to about 0. It needs no download, knows nothing of what pictures show, and can be compared only
with distances of this program on the same pictures at the same size, not with the FID or KID of papers.

Examples:
  solstice evaluate --model summer-winter --a SUMMER --b WINTER
  solstice evaluate --model run/model --a SUMMER --b WINTER --limit 50 --out sheets --json > figures.json`

export function addEvaluate(program: Command, run: RunCommand): void {
  program
    .command('evaluate')
    .summary('judge a style by figures over two folders of pictures')
    .description(
      'Measures over pictures that the style was not trained on: the cycle error (L1, PSNR, SSIM), the identity error (L1), and how far the translated pictures, as a set, are from real ones.',
    )
    .addOption(modelOption())
    .requiredOption('--a <folder>', 'pictures of side A, subfolders included', existingFolder)
    .requiredOption('--b <folder>', 'pictures of side B, subfolders included', existingFolder)
    .option('--out <folder>', 'write a contact sheet there, never over a file', named)
    .option(
      '--limit <pictures>',
      'of each side at most, evenly spread over the names',
      wholeNumber(2, 1_000_000),
    )
    .addOption(sizeOption())
    .addOption(runtimeOption())
    .option('--json', 'print one object with all figures and settings')
    .addHelpText('after', examples)
    .action((flags: EvaluateFlags) => run((services) => evaluate(services, flags), flags))
}

async function evaluate(services: Services, flags: EvaluateFlags): Promise<number> {
  const { engine, models, data, signal } = services
  await expectRuntime(services, 'translation')
  const model = await models.open(flags.model)
  const out = flags.out === undefined ? null : resolve(flags.out)
  // Known before hours of work that there will be a place for it.
  if (out !== null) await makeFolder(out)
  const pictures = {
    a: await picturesOf(flags.a, flags.limit, signal),
    b: await picturesOf(flags.b, flags.limit, signal),
  }
  const line = progressLine()
  const seen = await seenInTraining(model, flags.model, data.runs, pictures)
  warnOfSeen(seen, model, pictures, line.note)
  const sheet = new ContactSheet()
  const evaluation = await evaluateStyle(engine, model, pictures, {
    longSide: flags.size,
    sheet: { rows: out === null ? 0 : sheetRows, onRow: (...row) => sheet.add(...row) },
    signal,
    onProgress: line.update,
    onFailed: ({ failure }) => line.note(sentence(failure)),
  }).finally(line.stop)
  const written = out === null ? null : await sheet.write(out, model.card.id, signal)
  if (flags.json) resultJson(report(services, model, flags, { evaluation, seen, sheet: written }))
  else {
    for (const text of evaluationTable(model.card, sizeOf(model, flags), evaluation)) result(text)
    if (written !== null) result(`\n${written}`)
  }
  return evaluation.failed.length > 0 ? exitCodes.someFailed : exitCodes.ok
}

const sizeOf = ({ card }: Model, { size }: EvaluateFlags): number => size ?? card.workingSize

function warnOfSeen(
  seen: OfSides<number> | null,
  { card, builtIn }: Model,
  pictures: OfSides<{ readonly files: readonly unknown[] }>,
  note: (text: string) => void,
): void {
  if (seen === null) {
    const { source = '' } = card.training
    // What a style that ships learned from stands in its recipe; no run of it is anywhere.
    if (!builtIn && localised(source).en.startsWith(trainedHere))
      note(
        'The run that the style was made of is not known here: whether it learned from these pictures cannot be told. --model RUN/model would tell.',
      )
    return
  }
  for (const side of sides) {
    if (seen[side] === 0) continue
    const name = side.toUpperCase()
    note(
      `WARNING  The style was trained on ${seen[side]} of the ${pictures[side].files.length} pictures of ${name}: the figures flatter it.`,
    )
  }
}

interface Outcome {
  readonly evaluation: Evaluation
  readonly seen: OfSides<number> | null
  readonly sheet: string | null
}

function report({ version }: Services, model: Model, flags: EvaluateFlags, outcome: Outcome) {
  const { evaluation, seen, sheet } = outcome
  return {
    solstice: version,
    model: { id: model.card.id, files: model.card.files },
    settings: {
      ...{ a: flags.a, b: flags.b, limit: flags.limit ?? null, size: sizeOf(model, flags) },
      features: { version: featuresVersion, side: featureSide },
    },
    pictures: evaluation.pictures,
    seenInTraining: seen,
    directions: evaluation.directions,
    failed: evaluation.failed.map(failedJson),
    sheet,
  }
}

const failedJson = ({ side, name, failure }: FailedPicture) => ({
  ...{ side, name, code: failure.code, message: sentence({ ...failure, subject: name }) },
})
