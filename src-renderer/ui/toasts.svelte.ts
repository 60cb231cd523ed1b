/** Short messages at the window's lower edge, and the one way in which a failed request is told. */
import { errorSentence } from '../../src-main/contract/error-text.ts'
import { settings } from '../settings/settings.svelte.ts'
import { failureOf } from './bridge.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'note' | 'failure'
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

const shownFor = 8000
const most = 4

class Toasts {
  #list = $state.raw<readonly Toast[]>([])
  #next = 1
  readonly #timers = new Map<number, number>()

  get list(): readonly Toast[] {
    return this.#list
  }

  show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++
    // What offers something, such as to undo it, says it of its own: two of the same text are two.
    const same = this.#list.find((other) => other.text === toast.text && other.action === undefined)
    if (same !== undefined) this.dismiss(same.id)
    for (const old of this.#list.slice(0, Math.max(0, this.#list.length + 1 - most))) this.dismiss(old.id)
    this.#list = [...this.#list, { ...toast, id }]
    this.resume()
  }

  dismiss(id: number): void {
    window.clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.#list = this.#list.filter((toast) => toast.id !== id)
  }

  /** While the pointer or the focus is on them nothing goes away. */
  pause(): void {
    for (const timer of this.#timers.values()) window.clearTimeout(timer)
    this.#timers.clear()
  }

  resume(): void {
    for (const { id } of this.#list) {
      if (!this.#timers.has(id))
        this.#timers.set(
          id,
          window.setTimeout(() => this.dismiss(id), shownFor),
        )
    }
  }

  failure(thrown: unknown): void {
    const failure = failureOf(thrown)
    if (failure.code === 'cancelled') return
    this.show({ kind: 'failure', text: errorSentence(failure, settings.locale) })
  }
}

export const toasts = new Toasts()

/** Does what the user asked for; a failure is told in a toast. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    toasts.failure(error)
    return undefined
  }
}
