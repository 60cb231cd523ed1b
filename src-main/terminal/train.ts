/** `solstice train`: a style learnt from two folders; the same command goes on with a run that was paused or cut off. */
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../contract/errors.ts'
import { fallbackText } from '../contract/runtimes-text.ts'
import type { Category } from '../contract/schemas.ts'
import { presetSettings } from '../contract/training-presets.ts'
import type { Losses, TrainingReport } from '../contract/training.ts'
import { localised } from '../models/card.ts'
import { baseOf, expectSizes, networksOf } from '../training/begin-from.ts'
import { PictureCache } from '../training/data/cache.ts'
import { checkData, type DataCheck } from '../training/data/check-data.ts'
import { writeTrainedModel } from '../training/keep.ts'
import { newRunId, prepareRun, runName } from '../training/prepare.ts'
import { expectFree, readRecord, writeRecord, type RunRecord } from '../training/run-file.ts'
import { trainSession, type SessionEnd } from '../training/session.ts'
import { clearDeadLock, lockFolder } from '../storage/lock.ts'
import { categoryOption, modelId, named } from './arguments.ts'
import { describeFinding, describeFolder } from './check-data.ts'
import { exitCodes, progressLine, result, say, type ProgressLine } from './console.ts'
import { expectRuntime, type RunCommand, type Services } from './services.ts'
import { addTrainFlags, settingsFrom, type TrainFlags } from './train-flags.ts'

const examples = `
Examples:
  solstice train --a summer --b winter --out my-season --preset quick
  solstice train --out my-season                 goes on with it
  solstice train keep my-season --id my-season --name "My season"
  solstice train --a day --b night --out night --from summer-winter --epochs 20 --decay 20

Ctrl-C pauses with a checkpoint. Samples, journal and checkpoints lie in the run's folder.`

export function addTrain(program: Command, run: RunCommand): void {
  const train = addTrainFlags(
    program
      .command('train')
      .summary('learn a style from two folders of pictures')
      .description('Trains a CycleGAN on two folders of pictures, from scratch or from a style.')
      .addHelpText('after', examples)
      // `keep` has a --name, too.
      .enablePositionalOptions(),
  ).action((flags: TrainFlags) => run((services) => trainRun(services, flags), flags))

  train
    .command('keep')
    .description("Makes a style of your own of a run's last checkpoint.")
    .argument('<run>', "the run's folder", named)
    .requiredOption('--id <id>', 'lower-case letters, digits and hyphens', modelId)
    .requiredOption('--name <name>', 'as it is shown', named)
    .option('--label-a <label>', 'what the pictures of side A show (default: their folder)', named)
    .option('--label-b <label>', 'what the pictures of side B show (default: their folder)', named)
    .addOption(categoryOption())
    .action((folder: string, flags: KeepFlags) => run((services) => keep(services, folder, flags)))
}

async function trainRun(services: Services, flags: TrainFlags): Promise<number> {
  if (flags.out === undefined)
    throw new Failure('bad-request', undefined, '--out names the folder of the run')
  const folder = resolve(flags.out)
  const begun = await readRecord(folder)
  if (begun !== null) expectSame(begun, flags)
  if (begun?.state === 'done') {
    // One that was killed right after its last step has left its lock.
    await clearDeadLock(folder).catch(() => undefined)
    say(`${begun.name} has done all of its steps. ${toKeep(folder)}`)
    return exitCodes.ok
  }
  await expectRuntime(services, 'training')
  const line = progressLine()
  try {
    const record = begun ?? (await begin(services, folder, flags, line))
    if (record === null) return exitCodes.someFailed
    return await session(services, folder, record, flags, line)
  } finally {
    line.stop()
  }
}

/** A run goes on with what it was begun with; flags that say something else are a mistake. */
function expectSame(record: RunRecord, flags: TrainFlags): void {
  const { settings, a, b } = record
  const others = [
    flags.a !== undefined && flags.a !== a.folder && '--a',
    flags.b !== undefined && flags.b !== b.folder && '--b',
    flags.from !== undefined && beginning(flags.from) !== record.from && '--from',
    JSON.stringify(settingsFrom(settings, flags)) !== JSON.stringify(settings) && 'its settings',
  ].filter((other) => other !== false)
  if (others.length === 0) return
  const detail = `the run was begun with other values of ${others.join(', ')}; leave these out to go on with it`
  throw new Failure('bad-request', record.name, detail)
}

/** Null where the pictures cannot be trained on; what is wrong with them has been said. */
async function begin(
  { data, models, signal }: Services,
  folder: string,
  flags: TrainFlags,
  line: ProgressLine,
): Promise<RunRecord | null> {
  const { a, b } = flags
  if (a === undefined || b === undefined)
    throw new Failure('bad-request', undefined, 'a new run takes the folders --a and --b')
  await expectFree(folder)
  const opened = flags.from === undefined ? null : await models.open(flags.from)
  if (opened !== null && opened.directions.length < 2)
    throw new Failure('bad-request', opened.card.id, 'it has one direction; a training begins from both')
  const model = opened && (await networksOf(opened))
  // Discriminators of another size cannot be taken over.
  const fits = flags.ndf === undefined || flags.ndf === model?.ndf
  const from = model && { ...model, ndf: fits ? model.ndf : null }
  const look = settingsFrom(presetSettings(flags.preset, { pictures: Number.POSITIVE_INFINITY, from }), flags)
  if (from !== null) expectSizes(from, look)
  const check = await checkData(
    new PictureCache(data.trainingCache),
    { a, b, scaling: { kind: look.scale, pixels: look.load }, crop: look.crop },
    { signal, onProgress: line.update },
  )
  tell(check, line)
  if (check.findings.some(({ severity }) => severity === 'stop')) return null
  const pictures = Math.min(check.a.summary.different, check.b.summary.different)
  const settings = settingsFrom(presetSettings(flags.preset, { pictures, from }), flags)
  if (settings.augmentation.length > 0 && flags.augmentation === undefined)
    line.note(`Few pictures: augmentation is on (${settings.augmentation.join(', ')}; --augmentation none).`)
  const name = flags.name ?? runName(a, b)
  const beginsFrom = flags.from === undefined ? null : beginning(flags.from)
  return prepareRun(folder, newRunId(), check, {
    name,
    from: beginsFrom,
    base: opened && baseOf(opened),
    settings,
  })
}

/** A path is kept whole: the next session may start elsewhere. */
const beginning = (from: string): string => (/[/\\.]/.test(from) ? resolve(from) : from)

function tell({ a, b, findings }: DataCheck, line: ProgressLine): void {
  line.note(`A  ${describeFolder(a)}`)
  line.note(`B  ${describeFolder(b)}`)
  for (const finding of findings) for (const text of describeFinding(finding)) line.note(text)
}

async function session(
  { data, models, pace, startEngine, runtimes, signal }: Services,
  folder: string,
  record: RunRecord,
  { json }: TrainFlags,
  line: ProgressLine,
): Promise<number> {
  const lock = await lockFolder(folder, 'training-busy')
  let known = record
  let last: TrainingReport | null = null
  const save = async (change: Partial<RunRecord>): Promise<void> => {
    known = { ...known, failure: null, ...change }
    await writeRecord(folder, known)
  }
  try {
    await save({ state: 'running' })
    const end = await trainSession(
      folder,
      known,
      {
        start: startEngine,
        order: () => runtimes.order('training', signal),
        cache: new PictureCache(data.trainingCache),
        ...{ models, pace },
      },
      {
        signal,
        onRecord: (changed) => {
          known = changed
        },
        onBegun: (step) =>
          line.note(step === 0 ? `Training for ${known.total ?? 0} steps.` : `Going on after step ${step}.`),
        onReport: (report) => {
          last = report
          if (json) line.result(JSON.stringify(report))
          const { step, etaSeconds } = report
          line.update({ done: step, total: known.total ?? step, etaSeconds, detail: lossText(report.losses) })
        },
        onFallback: (fallback) => {
          runtimes.leaveOut(fallback.from)
          line.note(`${fallbackText(fallback, 'en')} (${fallback.reason})`)
        },
        onSample: (step) => {
          if (!json && last !== null)
            line.result(`step ${step}, epoch ${last.epoch}: ${lossText(last.losses)}`)
        },
      },
    )
    await save({ state: end })
    return tellEnd(end, folder, line)
  } catch (thrown) {
    const failure = Failure.from(thrown, record.name)
    await save({ state: 'failed', failure: failure.toData() }).catch(() => undefined)
    throw failure
  } finally {
    await lock.release()
  }
}

function tellEnd(end: SessionEnd, folder: string, line: ProgressLine): number {
  if (end === 'paused') {
    line.note(`Paused. To go on: solstice train --out ${folder}`)
    return exitCodes.interrupted
  }
  line.note(`Done. ${toKeep(folder)}`)
  return exitCodes.ok
}

const toKeep = (folder: string): string =>
  `To convert with it: solstice train keep ${folder} --id my-style --name "My style"`

const lossText = (losses: Losses): string =>
  Object.entries(losses)
    .map(([name, loss]) => `${name} ${loss.toFixed(3)}`)
    .join('  ')

interface KeepFlags {
  id: string
  name: string
  labelA?: string
  labelB?: string
  category: Category
}

async function keep({ models, version }: Services, run: string, flags: KeepFlags): Promise<number> {
  const folder = resolve(run)
  const record = await readRecord(folder)
  if (record === null) throw new Failure('run-not-found', run)
  const names = {
    a: flags.labelA ?? basename(record.a.folder).slice(0, 40),
    b: flags.labelB ?? basename(record.b.folder).slice(0, 40),
  }
  const { id, name, category } = flags
  const trained = await writeTrainedModel(folder, record, names, version)
  const { card } = await models.import(trained, { id, name, category, ...names })
  result(`${card.id}\t${localised(card.name).en}\t${card.training.steps ?? 0} steps`)
  return exitCodes.ok
}
