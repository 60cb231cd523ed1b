/** A place in the window that takes dropped folders, and says so of single files. */
import { settings } from '../settings/settings.svelte.ts'
import { frameText } from './text.ts'
import { attempt, toasts } from './toasts.svelte.ts'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

export class FolderDrop {
  /** Enter and leave come for every element on the way. */
  #depth = $state(0)

  /** Whether something that may be dropped is over it. */
  get isOver(): boolean {
    return this.#depth > 0
  }

  /** For the element; `take` gets what is dropped, folders and nothing else. */
  handlers(take: (folders: readonly File[]) => Promise<void>) {
    return {
      ondragenter: (event: DragEvent): void => {
        if (!hasFiles(event)) return
        event.preventDefault()
        this.#depth += 1
      },
      ondragleave: (event: DragEvent): void => {
        if (hasFiles(event)) this.#depth = Math.max(0, this.#depth - 1)
      },
      ondragover: (event: DragEvent): void => {
        if (!hasFiles(event)) return
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      },
      ondrop: (event: DragEvent): void => {
        event.preventDefault()
        this.#depth = 0
        const items = [...(event.dataTransfer?.items ?? [])]
        const files = [...(event.dataTransfer?.files ?? [])]
        if (items.some((item) => item.webkitGetAsEntry()?.isFile))
          toasts.show({ kind: 'note', text: frameText[settings.locale].foldersOnly })
        else void attempt(() => take(files))
      },
    }
  }
}
