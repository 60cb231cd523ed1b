/** Training as the user sees it: the settings of a run with their bounds and defaults, and what is told of a run. */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { folderSummarySchema, findingSchema } from './training-findings.ts'
import { idSchema, modelIdSchema } from './schemas.ts'

const whole = (least: number, most: number) => z.number().int().min(least).max(most)
const share = z.number().min(0).max(1)

/** How long a run is. `steps`: the rate is constant for the first half and falls over the second. */
export const runLengthSchema = z.discriminatedUnion('kind', [
  /** As the paper counts: an epoch is as many pictures as the larger folder has. */
  z
    .object({ kind: z.literal('epochs'), constant: whole(0, 10_000), decay: whole(0, 10_000) })
    .refine(({ constant, decay }) => constant + decay > 0, 'a run of no epochs trains nothing'),
  z.object({ kind: z.literal('steps'), steps: whole(1, 100_000_000) }),
  /** As many steps as fit into the time, by a step that is measured before the first. */
  z.object({ kind: z.literal('minutes'), minutes: z.number().min(0.1).max(100_000) }),
])
export type RunLength = Readonly<z.infer<typeof runLengthSchema>>

export const augmentationSchema = z.enum(['translation', 'cutout'])

export const ganSchema = z.enum(['lsgan', 'vanilla', 'none'])

/** All that decides what a run learns. The defaults are the paper's. */
export const trainingSettingsSchema = z
  .object({
    /** Channels after the generator's first convolution. */
    ngf: whole(1, 256),
    /** Residual blocks of the generator: 9 for crops of 256 pixels and above, 6 for 128. */
    blocks: whole(1, 32),
    /** Channels after the discriminator's first convolution. */
    ndf: whole(1, 256),
    scale: z.enum(['short-side', 'width']),
    /** Pixels that the side of `scale` is scaled to. */
    load: whole(32, 8192),
    /** The side of the square crops in pixels; a multiple of 4. */
    crop: whole(32, 2048).refine((crop) => crop % 4 === 0, 'the crop must be a multiple of 4'),
    /** Mirrors every other picture. */
    flip: z.boolean(),
    batch: whole(1, 64),
    length: runLengthSchema,
    /** Adam's learning rate. */
    rate: z.number().min(1e-7).max(0.1),
    gan: ganSchema,
    /** λ of both cycle losses. */
    lambdaCycle: z.number().min(0).max(1000),
    /** λ_idt, as a share of λ; 0 leaves the identity loss out. */
    lambdaIdentity: z.number().min(0).max(1000),
    forwardCycle: z.boolean(),
    backwardCycle: z.boolean(),
    /** Old fakes kept for the discriminators; 0: none. */
    pool: whole(0, 500),
    /** Differentiable augmentation of all that the discriminators see, for few pictures. */
    augmentation: z.array(augmentationSchema).max(2),
    /** Of the moving average of the generators, which is what the model keeps. */
    averageDecay: share,
    /** Steps in which the discriminators learn alone; for a model that comes without them. */
    warmUp: whole(0, 100_000),
    seed: whole(0, 2 ** 32 - 1),
    checkpointMinutes: z.number().min(0.02).max(1440),
    /** Steps between two sets of sample pictures. */
    sampleEvery: whole(1, 1_000_000),
  })
  // Without discriminators there are none to warm up, whatever a preset says.
  .overwrite((settings) => (settings.gan === 'none' ? { ...settings, warmUp: 0 } : settings))
  .refine(({ load, crop }) => crop <= load, 'the crop does not fit into the scaled picture')
  .refine(
    ({ gan, forwardCycle, backwardCycle, lambdaIdentity }) =>
      gan !== 'none' || forwardCycle || backwardCycle || lambdaIdentity > 0,
    'the objective has no term',
  )
export type TrainingSettings = Readonly<z.infer<typeof trainingSettingsSchema>>

/** What the paper trains with. */
export const paperSettings: TrainingSettings = {
  ...{ ngf: 64, blocks: 9, ndf: 64 },
  ...{ scale: 'short-side', load: 286, crop: 256, flip: true, batch: 1 },
  length: { kind: 'epochs', constant: 100, decay: 100 },
  ...{ rate: 2e-4, gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0.5 },
  ...{ forwardCycle: true, backwardCycle: true },
  ...{ pool: 50, augmentation: [], averageDecay: 0.999, warmUp: 0 },
  ...{ seed: 1, checkpointMinutes: 10, sampleEvery: 500 },
}

/** An epoch is as many steps as it takes to see each picture of the larger folder once. */
export function epochSteps({ batch }: Pick<TrainingSettings, 'batch'>, larger: number): number {
  return Math.max(1, Math.ceil(larger / batch))
}

/**
 * The steps of a whole run, the warm-up included, when the larger folder has so many pictures and a step takes so many
 * seconds (only a length in minutes depends on that).
 */
export function totalSteps(settings: TrainingSettings, larger: number, stepSeconds: number): number {
  const { length, warmUp } = settings
  switch (length.kind) {
    case 'epochs':
      return warmUp + (length.constant + length.decay) * epochSteps(settings, larger)
    case 'steps':
      return warmUp + length.steps
    case 'minutes':
      return warmUp + Math.max(1, Math.round((length.minutes * 60) / stepSeconds))
  }
}

/** Sample pictures of each side. */
export const samplesPerSide = 3

/** As the reference implementation reports them, λ included; one that the objective leaves out is missing. */
export const lossNames = ['G_A', 'G_B', 'cycle_A', 'cycle_B', 'idt_A', 'idt_B', 'D_A', 'D_B'] as const
export const lossesSchema = z.partialRecord(z.enum(lossNames), z.number())
export type Losses = Readonly<z.infer<typeof lossesSchema>>

/** A line of the journal: means over the steps since the last one. */
export const trainingReportSchema = z.object({
  /** Steps done, those of the warm-up included. */
  step: z.number().int().positive(),
  /** From 1 on; 0 in the warm-up. */
  epoch: z.number().int().nonnegative(),
  losses: lossesSchema,
  stepMs: z.number().nonnegative(),
  etaSeconds: z.number().nonnegative(),
})
export type TrainingReport = Readonly<z.infer<typeof trainingReportSchema>>

/**
 * `preparing`: pictures are read, the engine is made ready. `interrupted`: the program ended in mid-run without a word.
 * `failed`: see `failure`; it can be gone on with all the same. `done`: all steps.
 */
export const runStateSchema = z.enum([
  'preparing',
  'running',
  'pausing',
  'paused',
  'stopped',
  'interrupted',
  'failed',
  'done',
])
export type RunState = z.infer<typeof runStateSchema>

export const trainingRunSchema = z.object({
  id: idSchema,
  name: z.string(),
  state: runStateSchema,
  /** The folders' own names. */
  a: z.object({ folder: z.string(), pictures: z.number().int() }),
  b: z.object({ folder: z.string(), pictures: z.number().int() }),
  /** The model that it began from; null: from scratch. */
  from: modelIdSchema.nullable(),
  settings: trainingSettingsSchema,
  step: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  epoch: z.number().int().nonnegative(),
  /** Null until a step was measured. */
  stepMs: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  /** The steps that have sample pictures, in order. */
  samples: z.array(z.number().int().nonnegative()),
  /** What can be kept: there is a checkpoint. */
  keepable: z.boolean(),
  failure: failureSchema.optional(),
})
export type TrainingRun = Readonly<z.infer<typeof trainingRunSchema>>

export const dataCheckSchema = z.object({
  /** For the thumbnails of the findings. */
  id: idSchema,
  a: folderSummarySchema,
  b: folderSummarySchema,
  findings: z.array(findingSchema),
})
export type DataCheckResult = Readonly<z.infer<typeof dataCheckSchema>>

/** A folder that was chosen or dropped; its path stays on the other side. */
export const trainingFolderSchema = z.object({ token: idSchema, name: z.string() })
export type TrainingFolder = Readonly<z.infer<typeof trainingFolderSchema>>
