/** What several places of the gallery let the user do with photos. */
import { styles } from '../models/styles.svelte.ts'
import { settings } from '../settings/settings.svelte.ts'
import { conversions } from '../ui/conversions.svelte.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { attempt, toasts } from '../ui/toasts.svelte.ts'
import { library } from './library.svelte.ts'
import { galleryText } from './text.ts'

/** Takes photos off the shelf and offers to undo that. */
export async function removePhotos(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const t = galleryText[settings.locale]
  await attempt(async () => {
    await library.remove(ids)
    toasts.show({
      kind: 'note',
      text: t.removed(ids.length),
      action: { label: t.undo, run: () => void attempt(() => library.restore(ids)) },
    })
  })
}

/** Shows what the system asked Solstice to open, whatever was looked at before. */
export function showOpened(ids: readonly string[]): void {
  if (ids.length === 0) {
    toasts.show({ kind: 'note', text: galleryText[settings.locale].nothingOpened })
    return
  }
  // What is half written there would be lost.
  if (rooms.dialog?.kind !== 'import') rooms.closeDialog()
  rooms.showGallery()
  library.present(ids)
}

/** Shows a sample photo through the first style: what Solstice does, before anything of one's own is at hand. */
export async function trySamples(): Promise<void> {
  await attempt(async () => {
    const [photoId] = await library.addSamples()
    const [style] = styles.groups.flatMap((group) => group.styles)
    const [direction] = style?.directions ?? []
    if (photoId === undefined || style === undefined || direction === undefined) return
    rooms.compare(photoId)
    await conversions.convert([photoId], style.modelId, direction)
  })
}

/** For the buttons in a cell: pressing one is not a click on the photo. */
export const apart = (action: () => unknown) => (event: MouseEvent) => {
  event.stopPropagation()
  void action()
}
