/** Where the user was: kept with the window, so that one that had to be loaded anew shows the same again. */
import { z } from 'zod'
import { batches } from '../export/batches.svelte.ts'
import { gridView } from '../gallery/grid.svelte.ts'
import { library } from '../gallery/library.svelte.ts'
import { trainings } from '../train/trainings.svelte.ts'
import { rooms } from '../ui/rooms.svelte.ts'

const key = 'place'

const id = z.string()
const placeSchema = z.object({
  room: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['gallery', 'train', 'export', 'test']) }),
    z.object({ kind: z.literal('compare'), photoId: id, conversionId: id.nullable() }),
  ]),
  selection: z.object({ chosen: z.array(id), anchor: id.nullable(), active: id.nullable() }),
  grid: z.object({ cell: z.number(), showing: z.enum(['before', 'after']), scroll: z.number() }),
  run: id.nullable(),
  batch: id.nullable(),
})
type Place = z.infer<typeof placeSchema>

class PlaceKept {
  /** What is shown before all is loaded is not where the user was. */
  #restored = $state(false)

  /** Where the window was loaded anew; a new window has nothing to restore. */
  restore(): void {
    const kept = placeSchema.safeParse(parsed(window.sessionStorage.getItem(key)))
    if (kept.success) show(kept.data)
    this.#restored = true
  }

  /** Within an effect: again with every change. */
  keep(): void {
    if (this.#restored) window.sessionStorage.setItem(key, JSON.stringify(now()))
  }
}

export const placeKept = new PlaceKept()

function now(): Place {
  const { chosen, anchor, active } = library.selection
  return {
    room: rooms.room,
    selection: { chosen: [...chosen], anchor, active },
    grid: { cell: gridView.cell, showing: gridView.showing, scroll: gridView.scroll },
    run: trainings.shown?.id ?? null,
    batch: batches.shown?.id ?? null,
  }
}

const ways = {
  gallery: () => rooms.showGallery(),
  train: () => rooms.showTraining(),
  export: () => rooms.showExport(),
  test: () => rooms.showTest(),
} as const

function show({ room, selection, grid, run, batch }: Place): void {
  library.reselect({ ...selection, chosen: new Set(selection.chosen) })
  gridView.resize(grid.cell)
  gridView.show(grid.showing)
  gridView.scroll = grid.scroll
  if (run !== null && trainings.runs.some((one) => one.id === run)) trainings.show(run)
  if (batch !== null && batches.list.some((one) => one.id === batch)) batches.show(batch)
  if (room.kind === 'compare') {
    if (library.get(room.photoId) !== undefined) rooms.compare(room.photoId, room.conversionId)
  } else ways[room.kind]()
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
