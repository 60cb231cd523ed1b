/**
 * The paper's own test, real or fake, as a window sees it: a round of pictures, what was answered, and the results that
 * are kept. What a picture is the window learns only in the practice, and only after the answer.
 */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { directionSchema, idSchema, localisedSchema, modelIdSchema, progressSchema } from './schemas.ts'

/** The first so many of a round are practice: the answer is told, and does not count. */
export const practiceTrials = 10
/** Each picture is shown for so long. */
export const shownMs = 1000
export const usualTrials = 50
const trialsMin = practiceTrials + 4
const trialsMax = 100

export const kindSchema = z.enum(['real', 'translated'])
export type PictureOfRound = z.infer<typeof kindSchema>

export const answerSchema = z.enum(['real', 'fake'])
export type RoundAnswer = z.infer<typeof answerSchema>

/** Null: the picture could not be shown. It is left out of what is counted. */
export const givenAnswerSchema = answerSchema.nullable()
export type GivenAnswer = z.infer<typeof givenAnswerSchema>

/** How many pictures can be used is known only when they are read; broken and small ones are passed over. */
export const testFolderSchema = z.object({
  token: idSchema,
  name: z.string(),
  pictures: z.number().int().nonnegative(),
})
export type TestFolder = Readonly<z.infer<typeof testFolderSchema>>

export const trialsSchema = z.number().int().min(trialsMin).max(trialsMax)

/** How often pictures of a kind were called real, the practice left out. */
const shareSchema = z.object({
  asked: z.number().int().nonnegative(),
  calledReal: z.number().int().nonnegative(),
  /** 95 % (Wilson's); null where none was asked. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
})
export type CalledReal = Readonly<z.infer<typeof shareSchema>>

export const testResultSchema = z.object({
  id: idSchema,
  created: z.iso.datetime(),
  modelId: modelIdSchema,
  direction: directionSchema,
  /** What they were called then; the style may be gone. */
  style: localisedSchema,
  from: localisedSchema,
  to: localisedSchema,
  translated: shareSchema,
  real: shareSchema,
  /** Why it is not on the disk yet; it is tried again before the next round, after an export and at the end. */
  unsaved: failureSchema.optional(),
})
export type TestResult = Readonly<z.infer<typeof testResultSchema>>

export const roundSchema = z.object({
  id: idSchema,
  modelId: modelIdSchema,
  direction: directionSchema,
  /** `preparing`: pictures are read and translated; `asking`: they are there, and wait for answers. */
  state: z.enum(['preparing', 'asking', 'done', 'failed', 'cancelled']),
  progress: progressSchema.nullable(),
  failure: failureSchema.optional(),
  trials: z.number().int(),
  answered: z.number().int().nonnegative(),
  /** What the last picture was and whether the answer was right; in the practice only. */
  told: z.object({ kind: kindSchema, right: z.boolean() }).nullable(),
  result: testResultSchema.nullable(),
})
export type Round = Readonly<z.infer<typeof roundSchema>>
