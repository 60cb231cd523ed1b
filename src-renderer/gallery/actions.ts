/** What several places of the gallery let the user do with photos. */
import { settings } from '../settings/settings.svelte.ts'
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

/** For the buttons in a cell: pressing one is not a click on the photo. */
export const apart = (action: () => unknown) => (event: MouseEvent) => {
  event.stopPropagation()
  void action()
}
