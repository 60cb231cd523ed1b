/** The form in which the shelf is kept on disk. One entry that makes no sense costs itself, not the others. */
import { z } from 'zod'
import { failureSchema } from '../contract/errors.ts'
import { idSchema } from '../contract/schemas.ts'

const entrySchema = z.object({
  id: idSchema,
  path: z.string().min(1),
  /** Size and time of the file when it was read; a change means that it must be read again. */
  fingerprint: z.string().nullable(),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  failure: failureSchema.optional().catch(undefined),
})
export type ShelfEntry = z.infer<typeof entrySchema>

export const shelfSchema = z.object({ format: z.literal(1), photos: z.array(z.unknown()).max(1_000_000) })

export function soundEntries(photos: readonly unknown[]): ShelfEntry[] {
  return photos.flatMap((photo) => {
    const checked = entrySchema.safeParse(photo)
    return checked.success ? [checked.data] : []
  })
}
