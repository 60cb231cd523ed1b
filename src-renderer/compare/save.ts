/** Saving the result that is looked at, with what the user should know afterwards. */
import { settings } from '../settings/settings.svelte.ts'
import { call } from '../ui/bridge.ts'
import { attempt, toasts } from '../ui/toasts.svelte.ts'
import { look } from './look.svelte.ts'
import { compareText } from './text.ts'

export async function saveResult(conversionId: string): Promise<void> {
  await attempt(async () => {
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
  })
}
