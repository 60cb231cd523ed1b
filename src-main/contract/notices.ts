/** What happened to the program that its user should know, and what waits to be gone on with; told once. */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { directionSchema, idSchema, modelIdSchema } from './schemas.ts'

/** The program's own files by what they hold, for a sentence each. */
export const ownFileSchema = z.enum([
  'library',
  'settings',
  'export-presets',
  'runtimes',
  'training-pace',
  'window',
  'unfinished-conversions',
])
export type OwnFile = z.infer<typeof ownFileSchema>

export const noticeContentSchema = z.discriminatedUnion('kind', [
  /** The last run of the program was ended in its midst. */
  z.object({ kind: z.literal('ended-abruptly') }),
  /** The window's process died or hung, and the window was loaded anew. */
  z.object({ kind: z.literal('window-reloaded'), because: z.enum(['crashed', 'hung']) }),
  z.object({ kind: z.literal('export-waiting'), batchId: idSchema, target: z.string() }),
  z.object({ kind: z.literal('training-waiting'), runId: idSchema, name: z.string() }),
  z.object({
    kind: z.literal('conversions-waiting'),
    groups: z.array(
      z.object({
        modelId: modelIdSchema,
        direction: directionSchema,
        photoIds: z.array(idSchema).max(100_000),
      }),
    ),
  }),
  /** One of the program's own files could not be understood. */
  z.object({
    kind: z.literal('file-damaged'),
    file: ownFileSchema,
    /** The name under which it was set aside; null where it was missing. */
    keptAs: z.string().nullable(),
    outcome: z.enum(['defaults', 'restored']),
  }),
  /** Works whose description could not be understood. */
  z.object({
    kind: z.literal('works-damaged'),
    what: z.enum(['results', 'exports', 'trainings', 'tests']),
    count: z.number().int().positive(),
  }),
  /** The program's own files cannot be saved now; goes away when they can. */
  z.object({ kind: z.literal('not-saved'), failure: failureSchema }),
])
export type NoticeContent = Readonly<z.infer<typeof noticeContentSchema>>

export const noticeSchema = z.intersection(
  z.object({
    id: idSchema,
    /** Whether the system's file manager can show the files concerned. */
    hasFiles: z.boolean(),
  }),
  noticeContentSchema,
)
export type Notice = Readonly<z.infer<typeof noticeSchema>>
