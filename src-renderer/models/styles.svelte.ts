/** The styles on the panel, and what a click on a direction applies to. */
import type { CallArgs, CallResult } from '../../src-main/contract/contract.ts'
import type { Direction, Photo, Style } from '../../src-main/contract/schemas.ts'
import { library } from '../gallery/library.svelte.ts'
import { call, on } from '../ui/bridge.ts'
import { conversions } from '../ui/conversions.svelte.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { grouped, type StyleGroup } from './naming.ts'

export type ChosenCheckpoint = NonNullable<CallResult<'styles.chooseCheckpoint'>>

export interface Targets {
  readonly kind: 'this' | 'chosen' | 'all'
  readonly photos: readonly Photo[]
}

class Styles {
  #list = $state.raw<readonly Style[]>([])
  readonly groups: readonly StyleGroup[] = $derived(grouped(this.#list))
  readonly #byId: ReadonlyMap<string, Style> = $derived(
    new Map(this.#list.map((style) => [style.modelId, style])),
  )
  /** The photo in the compare room; else the chosen ones; else all. */
  readonly targets: Targets = $derived.by(() => {
    const { room } = rooms
    if (room.kind === 'compare') {
      const photo = library.get(room.photoId)
      return { kind: 'this', photos: photo?.state === 'ready' ? [photo] : [] }
    }
    if (library.chosen.length === 0) return { kind: 'all', photos: library.ready }
    return { kind: 'chosen', photos: library.chosen.filter((photo) => photo.state === 'ready') }
  })

  async start(): Promise<void> {
    on('styles.changed', (list) => (this.#list = list))
    this.#list = await call('styles.list', {})
  }

  get(modelId: string): Style | undefined {
    return this.#byId.get(modelId)
  }

  /** Starts a direction on the targets; in the compare room its result is shown. */
  async apply(modelId: string, direction: Direction): Promise<void> {
    const ids = this.targets.photos.map((photo) => photo.id)
    if (ids.length === 0) return
    const started = await conversions.convert(ids, modelId, direction)
    const { room } = rooms
    const own = room.kind === 'compare' ? started.find((one) => one.photoId === room.photoId) : undefined
    if (own !== undefined) rooms.compare(own.photoId, own.id)
  }

  chooseCheckpoint(kind: 'file' | 'folder'): Promise<ChosenCheckpoint | null> {
    return call('styles.chooseCheckpoint', { kind })
  }

  import(request: CallArgs<'styles.import'>): Promise<Style> {
    return call('styles.import', request)
  }

  async remove(modelId: string): Promise<void> {
    await call('styles.remove', { modelId })
  }
}

export const styles = new Styles()
