/** What has become of each photo of a batch, as the journal tells it; plain data, for the run and for the window. */
import { basename, dirname } from 'node:path'
import type { Batch, ExportItem } from '../contract/export.ts'
import type { BatchPhoto, BatchRecord, JournalEntry } from './batch-store.ts'

/** As in the journal: whole, and about to get its name when the program ended. */
export type Placing = Extract<JournalEntry, { kind: 'placing' }>

export class BatchItems {
  readonly #items: ExportItem[]
  /** No item before this one waits. */
  #firstWaiting = 0
  /** Items whose file may have got its name without a word in the journal. */
  readonly placing = new Map<number, Placing>()
  /** Folders, relative to the target, in which an item that was not finished may have left a temporary file. */
  readonly begun = new Map<number, string>()

  constructor(record: BatchRecord, photos: readonly BatchPhoto[], entries: readonly JournalEntry[]) {
    this.#items = photos.map(({ relative, style }, index) => {
      const { modelId, direction } = record.styles[style] ?? record.styles[0] ?? missing(style)
      const folder = dirname(relative)
      return {
        ...{ index, name: basename(relative), style: { modelId, direction }, state: 'waiting' },
        folder: folder === '.' ? '' : folder.replaceAll('\\', '/'),
        ...{ output: null, width: 0, height: 0, seconds: 0, metadataKept: true },
      }
    })
    for (const entry of entries) this.apply(entry)
  }

  get all(): readonly ExportItem[] {
    return this.#items
  }

  get(index: number): ExportItem | undefined {
    return this.#items[index]
  }

  /** The first that waits. */
  nextWaiting(): number | undefined {
    while (this.#firstWaiting < this.#items.length) {
      if (this.#items[this.#firstWaiting]?.state === 'waiting') return this.#firstWaiting
      this.#firstWaiting++
    }
    return undefined
  }

  /** Makes of an item what the entry says. Null where that changes nothing to be seen. */
  apply(entry: JournalEntry): ExportItem | null {
    const item = this.#items[entry.item]
    if (item === undefined) return null
    switch (entry.kind) {
      case 'begun':
        this.begun.set(entry.item, entry.folder)
        return null
      case 'placing':
        this.placing.set(entry.item, entry)
        return null
      case 'done': {
        this.#forget(entry.item)
        const { output, width, height, seconds, metadataKept } = entry
        return this.#put({ ...bare(item), state: 'done', output, width, height, seconds, metadataKept })
      }
      case 'failed':
        return this.#put({ ...bare(item), state: 'failed', failure: entry.failure })
      case 'skipped':
      case 'cancelled':
        return this.#put({ ...bare(item), state: entry.kind })
      case 'again':
        return this.#put({ ...bare(item), state: 'waiting' })
    }
  }

  /** What is under way is not in the journal: after a crash it waits again. */
  mark(index: number, state: 'running' | 'waiting'): ExportItem | null {
    const item = this.#items[index]
    return item === undefined ? null : this.#put({ ...bare(item), state })
  }

  counts(): Batch['counts'] {
    const counts = { total: this.#items.length, done: 0, failed: 0, skipped: 0, cancelled: 0 }
    for (const { state } of this.#items) if (state !== 'waiting' && state !== 'running') counts[state]++
    return counts
  }

  #put(item: ExportItem): ExportItem {
    this.#items[item.index] = item
    if (item.state === 'waiting') this.#firstWaiting = Math.min(this.#firstWaiting, item.index)
    return item
  }

  #forget(index: number): void {
    this.placing.delete(index)
    this.begun.delete(index)
  }
}

/** Without what it has become. */
function bare({ index, name, folder, style, state }: ExportItem): ExportItem {
  return {
    ...{ index, name, folder, style, state },
    ...{ output: null, width: 0, height: 0, seconds: 0, metadataKept: true },
  }
}

function missing(style: number): never {
  throw new Error(`The batch has no style ${style}`)
}
