/** The flags of `solstice train`, and the settings that they make of a preset. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { Failure } from '../contract/errors.ts'
import { presetSchema, type Preset } from '../contract/training-presets.ts'
import {
  augmentationSchema,
  ganSchema,
  trainingSettingsSchema,
  type RunLength,
  type TrainingSettings,
} from '../contract/training.ts'
import { existingFolder, named, runtimeOption, wholeNumber } from './arguments.ts'
import type { EngineFlags } from './services.ts'

export interface TrainFlags extends EngineFlags {
  a?: string
  b?: string
  out?: string
  name?: string
  from?: string
  preset: Preset
  epochs?: number
  decay?: number
  steps?: number
  minutes?: number
  scale?: TrainingSettings['scale']
  load?: number
  crop?: number
  flip: boolean
  ngf?: number
  blocks?: number
  ndf?: number
  gan?: TrainingSettings['gan']
  lambdaCycle?: number
  lambdaIdentity?: number
  forwardCycle: boolean
  backwardCycle: boolean
  rate?: number
  batch?: number
  pool?: number
  augmentation?: TrainingSettings['augmentation']
  averageDecay?: number
  warmUp?: number
  seed?: number
  checkpointEvery?: number
  sampleEvery?: number
  json?: true
}

/** What they are when they are not given is the preset's business, so no flag but these has a default. */
export function addTrainFlags(command: Command): Command {
  const large = 100_000_000
  return command
    .option('--a <folder>', 'the pictures of side A, subfolders included', existingFolder)
    .option('--b <folder>', 'the pictures of side B, subfolders included', existingFolder)
    .option('--out <folder>', "the run's folder: a new one, or one to go on with", named)
    .option('--name <name>', 'what the run is called', runNamed)
    .option('--from <model>', 'fine-tune a style: its id, a model folder, or a folder of .pth files', named)
    .addOption(
      new Option('--preset <preset>', 'where the settings begin: minutes, hours, or the paper’s days')
        .choices(presetSchema.options)
        .default('evening'),
    )
    .option('--epochs <number>', 'epochs at the full learning rate', wholeNumber(0, 10_000))
    .option('--decay <number>', 'epochs in which it falls to 0', wholeNumber(0, 10_000))
    .option('--steps <number>', 'steps behind the warm-up, in place of epochs', wholeNumber(1, large))
    .option('--minutes <number>', 'as many steps behind the warm-up as fit into the time', positive)
    .addOption(
      new Option('--scale <side>', 'which side --load is about').choices(
        trainingSettingsSchema.shape.scale.options,
      ),
    )
    .option('--load <pixels>', 'the size that pictures are scaled to', wholeNumber(32, 8192))
    .option('--crop <pixels>', 'the side of the squares that are cut from them', wholeNumber(32, 2048))
    .option('--no-flip', 'do not mirror pictures')
    .option('--ngf <channels>', "the generators' width", wholeNumber(1, 256))
    .option('--blocks <number>', "the generators' residual blocks", wholeNumber(1, 32))
    .option('--ndf <channels>', "the discriminators' width", wholeNumber(1, 256))
    .addOption(
      new Option('--gan <loss>', 'the adversarial loss; none trains the cycle alone').choices(
        ganSchema.options,
      ),
    )
    .option('--lambda-cycle <weight>', 'λ of the cycle loss', notNegative)
    .option(
      '--lambda-identity <share>',
      'of the identity loss, as a share of λ; 0 leaves it out',
      notNegative,
    )
    .option('--no-forward-cycle', 'leave ‖F(G(x)) − x‖ out')
    .option('--no-backward-cycle', 'leave ‖G(F(y)) − y‖ out')
    .option('--rate <number>', "Adam's learning rate", positive)
    .option('--batch <number>', 'pictures a step', wholeNumber(1, 64))
    .option('--pool <number>', 'old fakes kept for the discriminators', wholeNumber(0, 500))
    .option('--augmentation <kinds>', 'translation, cutout, both with a comma, or none', augmentation)
    .option('--average-decay <share>', 'of the moving average that the style keeps', notNegative)
    .option(
      '--warm-up <steps>',
      'steps in which new discriminators learn alone (default: 200 for a style without)',
      wholeNumber(0, 100_000),
    )
    .option(
      '--seed <number>',
      'of all that is drawn at random',
      wholeNumber(0, trainingSettingsSchema.shape.seed.maxValue ?? 0),
    )
    .option('--checkpoint-every <minutes>', 'between two checkpoints', positive)
    .option('--sample-every <steps>', 'between two sets of sample pictures', wholeNumber(1, 1_000_000))
    .addOption(runtimeOption())
    .option('--json', 'print a line for each report: step, epoch, losses, stepMs, etaSeconds')
}

/** The preset with what the flags say. Throws `bad-request` where that does not go together. */
export function settingsFrom(preset: TrainingSettings, flags: TrainFlags): TrainingSettings {
  const { scale, load, crop, ngf, blocks, ndf, gan, lambdaCycle, lambdaIdentity, rate, batch, pool } = flags
  const { augmentation: augment, averageDecay, warmUp, seed, checkpointEvery, sampleEvery } = flags
  const given = {
    ...{ scale, load, crop, ngf, blocks, ndf, gan, lambdaCycle, lambdaIdentity, rate, batch, pool },
    ...{ averageDecay, warmUp, seed, sampleEvery },
    augmentation: augment,
    checkpointMinutes: checkpointEvery,
    length: lengthFrom(flags),
    // A flag that starts with no- is true unless it is given.
    flip: flags.flip && undefined,
    forwardCycle: flags.forwardCycle && undefined,
    backwardCycle: flags.backwardCycle && undefined,
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  const checked = trainingSettingsSchema.safeParse({ ...preset, ...Object.fromEntries(set) })
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  const place = issue?.path.join('.') ?? ''
  throw new Failure('bad-request', undefined, `${place === '' ? '' : `${place}: `}${issue?.message ?? ''}`)
}

function lengthFrom({ epochs, decay, steps, minutes }: TrainFlags): RunLength | undefined {
  const inEpochs = epochs !== undefined || decay !== undefined
  if ([inEpochs, steps !== undefined, minutes !== undefined].filter(Boolean).length > 1)
    throw new Failure(
      'bad-request',
      undefined,
      'a run is as long as epochs, steps or minutes say: one of them',
    )
  if (steps !== undefined) return { kind: 'steps', steps }
  if (minutes !== undefined) return { kind: 'minutes', minutes }
  if (!inEpochs) return undefined
  return { kind: 'epochs', constant: epochs ?? 0, decay: decay ?? 0 }
}

/** As long as the window takes it. */
function runNamed(text: string): string {
  if (named(text).length <= 80) return text
  throw new InvalidArgumentError('It takes at most 80 characters.')
}

function positive(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It takes a number above 0.')
}

function notNegative(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('It takes a number from 0 on.')
}

function augmentation(text: string): TrainingSettings['augmentation'] {
  if (text === 'none') return []
  const kinds = text.split(',').map((kind) => augmentationSchema.safeParse(kind.trim()))
  const known = kinds.flatMap(({ data }) => (data === undefined ? [] : [data]))
  if (known.length === kinds.length) return [...new Set(known)]
  throw new InvalidArgumentError(`It takes none, or some of ${augmentationSchema.options.join(', ')}.`)
}
