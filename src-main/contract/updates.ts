/** New versions of Solstice, as a window sees them. */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { progressSchema } from './schemas.ts'

export const updatesSchema = z.object({
  /**
   * `absent`: this copy has no feed, and never asks. `idle`: has not looked in this run. `found`: there is a newer
   * version, which is here when it is `ready`.
   */
  state: z.enum(['absent', 'idle', 'looking', 'newest', 'found', 'fetching', 'ready']),
  /** The server that is asked; null where there is none. */
  host: z.string().nullable(),
  /** The newer version, and what its makers say of it: plain text, whatever it looks like. */
  version: z.string().nullable(),
  notes: z.string(),
  /** In bytes. */
  progress: progressSchema.nullable(),
  /** Why the last step came to nothing. */
  failure: failureSchema.optional(),
})
export type UpdatesState = Readonly<z.infer<typeof updatesSchema>>
