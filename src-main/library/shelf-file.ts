/**
 * The form in which the shelf is kept on disk. One entry that makes no sense costs itself, not the others, and a damaged
 * list those that can neither be found in it nor in its last good copy.
 */
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

export const shelfSchema = z.object({
  format: z.literal(1),
  /** The list was damaged once: results of photos that it does not name may belong to photos that it has lost. */
  incomplete: z.boolean().optional().catch(undefined),
  photos: z.array(z.unknown()).max(1_000_000),
})
type Shelf = z.output<typeof shelfSchema>

export function soundEntries(photos: readonly unknown[]): ShelfEntry[] {
  return photos.flatMap((photo) => {
    const checked = entrySchema.safeParse(photo)
    return checked.success ? [checked.data] : []
  })
}

/** An entry as it is written: an object that begins with its id, with at most one object within it. */
const writtenEntry = /\{\s*"id":(?:"(?:[^"\\]|\\.)*"|[^"{}]|\{(?:"(?:[^"\\]|\\.)*"|[^"{}])*\})*\}/g

/** What can be read of a damaged list, and what only its last good copy has; null where there is nothing of either. */
export function mendShelf(damaged: string, previous: Shelf | null): Shelf | null {
  const found = (damaged.match(writtenEntry) ?? []).flatMap((text) => soundEntries([parsedEntry(text)]))
  if (found.length === 0 && previous === null) return null
  // A place in the list belongs to the one that was there first, what is known of it comes from the newer list.
  const byId = new Map<string, ShelfEntry>()
  for (const entry of [...soundEntries(previous?.photos ?? []), ...found]) byId.set(entry.id, entry)
  return { format: 1, incomplete: true, photos: [...byId.values()] }
}

function parsedEntry(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
