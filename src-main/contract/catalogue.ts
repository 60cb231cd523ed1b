/** The styles that can be fetched, as a window sees them: what each does, where it lies, and how far its fetching is. */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { categorySchema, localisedSchema, modelIdSchema, progressSchema } from './schemas.ts'

/** As the paper's authors name their checkpoints: `style_monet`, `summer2winter_yosemite`. */
export const taskSchema = z
  .string()
  .regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/)
  .max(64)

export const fetchableSchema = z.object({
  task: taskSchema,
  /** The id of the style that it becomes. */
  modelId: modelIdSchema,
  name: localisedSchema,
  category: categorySchema,
  description: localisedSchema,
  from: localisedSchema,
  to: localisedSchema,
  /** Of the file; about so many where `exactBytes` is false. */
  bytes: z.number().int().positive(),
  exactBytes: z.boolean(),
  /** In a few words, and in full. */
  licence: z.object({ short: localisedSchema, words: localisedSchema }),
  address: z.string(),
  /**
   * `stopped`: a part of it lies here, and fetching goes on from there. `checking`: it is all here, and is read and
   * imported. `here`: it is on the shelf.
   */
  state: z.enum(['available', 'waiting', 'fetching', 'checking', 'stopped', 'failed', 'here']),
  /** In bytes; null where nothing has come yet. */
  progress: progressSchema.nullable(),
  failure: failureSchema.optional(),
})
export type Fetchable = Readonly<z.infer<typeof fetchableSchema>>
