/** The exports as the program tells of them, and which one the room shows. */
import { SvelteSet } from 'svelte/reactivity'
import type { CallArgs } from '../../src-main/contract/contract.ts'
import { errorSentence } from '../../src-main/contract/error-text.ts'
import type { Batch } from '../../src-main/contract/export.ts'
import { settings } from '../settings/settings.svelte.ts'
import { call, on } from '../ui/bridge.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { attempt, toasts, type Toast } from '../ui/toasts.svelte.ts'
import { inOrder, isActive, withBatch } from './batch-state.ts'
import { batchText } from './batch-text.ts'
import { BatchItems } from './items.svelte.ts'

class Batches {
  #list = $state.raw<readonly Batch[]>([])
  #loaded = $state(false)
  /** What the user chose: a batch, or with the id null the page for a new export. */
  #chosen = $state.raw<{ readonly id: string | null } | null>(null)
  #items = $state.raw<BatchItems | null>(null)
  /** Told to pause, and finishing the photos in hand. */
  readonly #pausing = new SvelteSet<string>()
  readonly active: readonly Batch[] = $derived(this.#list.filter(({ state }) => isActive(state)))
  /** What was chosen, else what runs. Null: the page for a new export. */
  readonly shown: Batch | null = $derived.by(() => {
    if (this.#chosen?.id === null) return null
    return this.#list.find(({ id }) => id === this.#chosen?.id) ?? this.active[0] ?? null
  })

  /** What runs first, then the newest. */
  get list(): readonly Batch[] {
    return this.#list
  }

  get loaded(): boolean {
    return this.#loaded
  }

  /** Of the batch that was last followed. */
  get items(): BatchItems | null {
    return this.#items
  }

  async start(): Promise<void> {
    on('export.changed', (batch) => this.#put(batch))
    on('export.removed', ({ id }) => {
      this.#list = this.#list.filter((batch) => batch.id !== id)
    })
    on('export.itemsChanged', ({ id, items }) => {
      if (this.#items?.batchId === id) this.#items.add(items)
    })
    const told = await call('export.list', {})
    // Of those already known, events have told more than this answer knows.
    const known = new Set(this.#list.map(({ id }) => id))
    this.#list = inOrder([...this.#list, ...told.filter(({ id }) => !known.has(id))])
    this.#loaded = true
  }

  showNew(): void {
    this.#chosen = { id: null }
  }

  show(id: string): void {
    this.#chosen = { id }
  }

  /** The batch is on the screen: it stays there, and its photos are kept up to date. */
  follow(id: string): void {
    this.show(id)
    if (this.#items?.batchId === id) return
    const items = new BatchItems(id)
    this.#items = items
    void attempt(() => items.load())
  }

  async begin(request: CallArgs<'export.start'>): Promise<void> {
    const batch = await call('export.start', request)
    if (!this.#list.some(({ id }) => id === batch.id)) this.#put(batch)
    this.show(batch.id)
  }

  isPausing(id: string): boolean {
    return this.#pausing.has(id)
  }

  async pause(id: string): Promise<void> {
    this.#pausing.add(id)
    try {
      await call('export.pause', { id })
    } catch (error) {
      this.#pausing.delete(id)
      throw error
    }
  }

  async resume(id: string): Promise<void> {
    await call('export.resume', { id })
  }

  /** Null: all that are left. */
  async cancel(id: string, items: readonly number[] | null): Promise<void> {
    await call('export.cancel', { id, items: items && [...items] })
  }

  async retry(id: string, items: readonly number[]): Promise<void> {
    await call('export.retry', { id, items: [...items] })
  }

  async remove(id: string): Promise<void> {
    await call('export.remove', { id })
  }

  /** Null: the target folder. */
  async reveal(id: string, item: number | null): Promise<void> {
    await call('export.reveal', { id, item })
  }

  #put(batch: Batch): void {
    const before = this.#list.find(({ id }) => id === batch.id)
    this.#list = withBatch(this.#list, batch)
    if (!isActive(batch.state)) this.#pausing.delete(batch.id)
    if (before !== undefined && isActive(before.state)) this.#tellEnd(batch)
  }

  /** In the other rooms nobody sees that an export has ended. */
  #tellEnd(batch: Batch): void {
    if (rooms.room.kind === 'export' && this.shown?.id === batch.id) return
    const t = batchText[settings.locale]
    const action = this.#wayTo(batch)
    const { done, failed } = batch.counts
    if (batch.state === 'done')
      toasts.show({
        kind: failed > 0 ? 'failure' : 'note',
        text: t.ended(done, failed, batch.target),
        action,
      })
    else if (batch.state === 'failed') {
      const text = batch.failure ? errorSentence(batch.failure, settings.locale) : t.states.failed
      toasts.show({ kind: 'failure', text, action })
    }
  }

  /** What a message's button does. */
  #wayTo({ id }: Batch): NonNullable<Toast['action']> {
    const run = (): void => {
      this.show(id)
      rooms.showExport()
    }
    return { label: batchText[settings.locale].showBatch, run }
  }
}

export const batches = new Batches()
