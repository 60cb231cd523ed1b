/** The photos of the batch that is looked at: read once, then kept up to date by what is told while it runs. */
import type { ExportItem } from '../../src-main/contract/export.ts'
import { call } from '../ui/bridge.ts'
import { withItems } from './items.ts'

export class BatchItems {
  readonly batchId: string
  #items = $state.raw<readonly ExportItem[]>([])
  #loaded = $state(false)

  constructor(batchId: string) {
    this.batchId = batchId
  }

  get items(): readonly ExportItem[] {
    return this.#items
  }

  get loaded(): boolean {
    return this.#loaded
  }

  async load(): Promise<void> {
    const told = await call('export.items', { id: this.batchId })
    // Of those already known, events have told more than this answer knows.
    this.#items = withItems(told, this.#items)
    this.#loaded = true
  }

  add(changed: readonly ExportItem[]): void {
    this.#items = withItems(this.#items, changed)
  }
}
