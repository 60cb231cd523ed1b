/** The photos of a batch as a list: what was told of them anew, and which of them are looked at. */
import type { ExportItem } from '../../src-main/contract/export.ts'

export const itemFilters = ['all', 'waiting', 'failed'] as const
export type ItemFilter = (typeof itemFilters)[number]

/** Each changed one in place of what was known of it, in the batch's own order. */
export function withItems(
  known: readonly ExportItem[],
  changed: readonly ExportItem[],
): readonly ExportItem[] {
  const next = [...known]
  let added = false
  for (const item of changed) {
    // As a rule an item stands at its own number; while the list is still loading it need not.
    const at =
      next[item.index]?.index === item.index
        ? item.index
        : next.findIndex(({ index }) => index === item.index)
    if (at >= 0) next[at] = item
    else {
      next.push(item)
      added = true
    }
  }
  return added ? next.sort((one, two) => one.index - two.index) : next
}

const shownBy: Readonly<Record<ItemFilter, (item: ExportItem) => boolean>> = {
  all: () => true,
  waiting: ({ state }) => state === 'waiting' || state === 'running',
  failed: ({ state }) => state === 'failed',
}

export const filtered = (items: readonly ExportItem[], filter: ItemFilter): readonly ExportItem[] =>
  filter === 'all' ? items : items.filter(shownBy[filter])

/** The filters that would show something, but not everything. */
export function usefulFilters(items: readonly ExportItem[]): readonly ItemFilter[] {
  const useful = itemFilters.filter((filter) => {
    if (filter === 'all') return false
    const count = filtered(items, filter).length
    return count > 0 && count < items.length
  })
  return useful.length === 0 ? [] : ['all', ...useful]
}

/** The row that a key leads to in a list of so many, `page` of which are on the screen; null: not a key of lists. */
export function steppedRow(at: number, key: string, count: number, page: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    PageUp: at - page,
    PageDown: at + page,
    Home: 0,
    End: count - 1,
  }
  const target = targets[key]
  return target === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, target))
}
