/** Saving the result that is looked at, with what the user should know afterwards. */
import { settings } from '../settings/settings.svelte.ts'
import { call } from '../ui/bridge.ts'
import { attempt, toasts } from '../ui/toasts.svelte.ts'
import { look } from './look.svelte.ts'
import { compareText } from './text.ts'

class Saving {
  #busy = $state(false)

  /** One is being saved, from the question for its name on. */
  get busy(): boolean {
    return this.#busy
  }

  async save(conversionId: string): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    await attempt(() => this.#save(conversionId))
    this.#busy = false
  }

  async #save(conversionId: string): Promise<void> {
    const saved = await call('results.save', { conversionId, strength: look.strength(conversionId) })
    if (saved === null) return
    const t = compareText[settings.locale]
    toasts.show({
      kind: 'note',
      text: saved.metadataKept ? t.saved(saved.name) : `${t.saved(saved.name)} ${t.metadataLost}`,
      action: {
        label: t.showInFolder,
        run: () => void attempt(() => call('results.reveal', {})),
      },
    })
  }
}

export const saving = new Saving()
