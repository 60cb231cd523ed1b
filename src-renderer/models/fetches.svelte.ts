/** The styles that can be fetched, and how far each is. */
import type { Fetchable } from '../../src-main/contract/catalogue.ts'
import type { FailureData } from '../../src-main/contract/errors.ts'
import type { Style } from '../../src-main/contract/schemas.ts'
import { settings } from '../settings/settings.svelte.ts'
import { call, failureOf, on } from '../ui/bridge.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { toasts } from '../ui/toasts.svelte.ts'
import { fetchText } from './fetch-text.ts'

class Fetches {
  #list = $state.raw<readonly Fetchable[]>([])
  #failure = $state.raw<FailureData | null>(null)

  get list(): readonly Fetchable[] {
    return this.#list
  }

  /** Why there is no list. */
  get failure(): FailureData | null {
    return this.#failure
  }

  async start(): Promise<void> {
    on('catalogue.changed', (changed) => this.#change(changed))
    // A style that was removed can be fetched again.
    on('styles.changed', () => void this.#read())
    await this.#read()
  }

  async fetch(task: string): Promise<void> {
    await call('catalogue.fetch', { task })
  }

  async cancel(task: string): Promise<void> {
    await call('catalogue.cancel', { task })
  }

  importFile(task: string): Promise<Style | null> {
    return call('catalogue.importFile', { task })
  }

  async copyAddress(task: string): Promise<void> {
    await call('catalogue.copyAddress', { task })
  }

  async #read(): Promise<void> {
    try {
      this.#list = await call('catalogue.list', {})
      this.#failure = null
    } catch (thrown) {
      this.#failure = failureOf(thrown)
    }
  }

  #change(changed: Fetchable): void {
    const before = this.#list.find(({ task }) => task === changed.task)
    this.#list = this.#list.map((one) => (one.task === changed.task ? changed : one))
    const isNew = changed.state === 'here' && before?.state === 'checking'
    // In its own dialog it is seen; toasts lie behind.
    if (isNew && rooms.dialog?.kind !== 'catalogue') {
      const t = fetchText[settings.locale]
      toasts.show({ kind: 'note', text: t.arrived(changed.name[settings.locale]) })
    }
    if (changed.state === 'failed' && before?.state !== 'failed' && rooms.dialog?.kind !== 'catalogue') {
      const t = fetchText[settings.locale]
      toasts.show({ kind: 'failure', text: t.didNotCome(changed.name[settings.locale]) })
    }
  }
}

export const fetches = new Fetches()
