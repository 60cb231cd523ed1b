/** For tests: what a test and the process that it starts say to each other. */
import { z } from 'zod'

export const errandSchema = z.discriminatedUnion('kind', [
  /** Writes the checkpoints of one step after another into the folder, from the newest on, until it is killed. */
  z.object({ kind: z.literal('write'), folder: z.string() }),
  /** Locks and releases the folder until it is killed. */
  z.object({ kind: z.literal('relock'), folder: z.string() }),
  /** Answers `locked` or `busy`. */
  z.object({ kind: z.literal('lock'), folder: z.string() }),
  /** Answers `released`. */
  z.object({ kind: z.literal('release') }),
])
export type Errand = z.infer<typeof errandSchema>

export const newsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('reading') }),
  z.object({ kind: z.literal('written'), step: z.number() }),
  z.object({ kind: z.literal('locked') }),
  z.object({ kind: z.literal('busy') }),
  z.object({ kind: z.literal('released') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
])
export type News = z.infer<typeof newsSchema>
