/** New versions of Solstice, as the program tells of them. */
import type { UpdatesState } from '../../src-main/contract/updates.ts'
import { call, on } from '../ui/bridge.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { toasts } from '../ui/toasts.svelte.ts'
import { settings } from './settings.svelte.ts'
import { updatesText } from './updates-text.ts'

class NewVersions {
  #state = $state.raw<UpdatesState | null>(null)

  /** Null before the program has told. */
  get state(): UpdatesState | null {
    return this.#state
  }

  async start(): Promise<void> {
    on('updates.changed', (state) => {
      const wasLooking = this.#state?.state === 'looking'
      this.#state = state
      if (wasLooking && state.state === 'found') this.#tell(state.version ?? '')
    })
    this.#state = await call('updates.get', {})
  }

  async look(): Promise<void> {
    this.#state = await call('updates.look', {})
  }

  async fetch(): Promise<void> {
    await call('updates.fetch', {})
  }

  async cancel(): Promise<void> {
    await call('updates.cancel', {})
  }

  async install(): Promise<void> {
    await call('updates.install', {})
  }

  /** Where the settings are open they say it themselves. */
  #tell(version: string): void {
    if (rooms.dialog?.kind === 'settings') return
    const t = updatesText[settings.locale]
    toasts.show({
      kind: 'note',
      text: t.found(version),
      action: { label: t.show, run: () => rooms.open({ kind: 'settings', at: 'updates' }) },
    })
  }
}

export const updates = new NewVersions()
