/** The photos on the shelf, in the order in which they came, and which of them are chosen. */
import { SvelteMap } from 'svelte/reactivity'
import type { Photo } from '../../src-main/contract/schemas.ts'
import { addFiles, call, on } from '../ui/bridge.ts'
import {
  all,
  extended,
  none,
  nothingChosen,
  only,
  stepped,
  these,
  toggled,
  without,
  type Selection,
  type StepKey,
} from './selection.ts'

class Library {
  readonly #photos = new SvelteMap<string, Photo>()
  #selection = $state.raw<Selection>(nothingChosen)
  #loaded = $state(false)
  #revealWanted = $state(false)
  readonly photos: readonly Photo[] = $derived([...this.#photos.values()])
  readonly order: readonly string[] = $derived([...this.#photos.keys()])
  readonly ready: readonly Photo[] = $derived(this.photos.filter((photo) => photo.state === 'ready'))
  readonly broken: readonly Photo[] = $derived(this.photos.filter((photo) => photo.state === 'broken'))
  /** Their files are not there now; what is known of them is. */
  readonly missing: number = $derived(
    this.photos.filter((photo) => photo.missing && photo.state === 'ready').length,
  )
  readonly reading: number = $derived(this.photos.filter((photo) => photo.state === 'reading').length)
  readonly chosen: readonly Photo[] = $derived(
    this.photos.filter((photo) => this.#selection.chosen.has(photo.id)),
  )

  /** False until the program has said what was open. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** True until the gallery has brought what `present` chose into view. */
  get revealWanted(): boolean {
    return this.#revealWanted && this.#loaded
  }

  get selection(): Selection {
    return this.#selection
  }

  async start(): Promise<void> {
    on('library.added', (photos) => this.#put(photos))
    on('library.changed', (photo) => {
      if (this.#photos.has(photo.id)) this.#photos.set(photo.id, photo)
    })
    on('library.removed', (ids) => this.#forget(ids))
    on('library.presence', ({ ids, missing }) => {
      for (const id of ids) {
        const photo = this.#photos.get(id)
        if (photo !== undefined) this.#photos.set(id, { ...photo, missing })
      }
    })
    await this.#reload()
    this.#loaded = true
  }

  get(id: string): Photo | undefined {
    return this.#photos.get(id)
  }

  choose(kind: 'files' | 'folder'): Promise<number> {
    return call('library.choose', { kind })
  }

  /** Puts the sample photos that ship on the shelf; their ids. */
  addSamples(): Promise<readonly string[]> {
    return call('library.addSamples', {})
  }

  drop(files: readonly File[]): Promise<number> {
    return addFiles(files)
  }

  async remove(ids: readonly string[]): Promise<void> {
    await call('library.remove', { ids: [...ids] })
    this.#forget(ids)
  }

  /** The program knows where each of them stood, so the whole shelf is read again. */
  async restore(ids: readonly string[]): Promise<void> {
    await call('library.restore', { ids: [...ids] })
    await this.#reload()
  }

  async retry(ids: readonly string[]): Promise<void> {
    await call('library.retry', { ids: [...ids] })
  }

  select(id: string, how: { readonly toggle: boolean; readonly extend: boolean }): void {
    if (how.extend) this.#selection = extended(this.#selection, this.order, id, how.toggle)
    else this.#selection = how.toggle ? toggled(this.#selection, id) : only(id)
  }

  /** Selects these photos, and wants the first of them in view. */
  present(ids: readonly string[]): void {
    this.#selection = these(ids)
    this.#revealWanted = true
  }

  revealed(): void {
    this.#revealWanted = false
  }

  selectAll(): void {
    this.#selection = all(this.#selection, this.order)
  }

  selectNone(): void {
    this.#selection = none(this.#selection)
  }

  /** As it was before the window was loaded anew. */
  reselect({ chosen, anchor, active }: Selection): void {
    const known = (id: string | null): string | null => (id !== null && this.#photos.has(id) ? id : null)
    this.#selection = {
      chosen: new Set([...chosen].filter((id) => this.#photos.has(id))),
      anchor: known(anchor),
      active: known(active),
    }
  }

  /** The keyboard has come to a photo by itself, with Tab. */
  attend(id: string): void {
    this.#selection = { ...this.#selection, active: id }
  }

  /** Moves the keyboard's attention; Shift takes what lies between along. */
  step(key: StepKey, columns: number, rows: number, extend: boolean): void {
    const target = stepped(this.order, this.#selection.active, key, columns, rows)
    if (target !== null) this.select(target, { toggle: false, extend })
  }

  /** The photo `by` places further on that can be looked at, or null. */
  neighbour(id: string, by: 1 | -1): Photo | null {
    const at = this.ready.findIndex((photo) => photo.id === id)
    return at < 0 ? null : (this.ready[at + by] ?? null)
  }

  #put(photos: readonly Photo[]): void {
    for (const photo of photos) this.#photos.set(photo.id, photo)
  }

  #forget(ids: readonly string[]): void {
    this.#selection = without(this.#selection, this.order, new Set(ids))
    for (const id of ids) this.#photos.delete(id)
  }

  async #reload(): Promise<void> {
    const photos = await call('library.list', {})
    this.#photos.clear()
    this.#put(photos)
  }
}

export const library = new Library()
