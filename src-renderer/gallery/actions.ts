/** What several places of the gallery let the user do with photos. */
import { settings } from '../settings/settings.svelte.ts'
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

/** For the buttons in a cell: pressing one is not a click on the photo. */
export const apart = (action: () => unknown) => (event: MouseEvent) => {
  event.stopPropagation()
  void action()
}
