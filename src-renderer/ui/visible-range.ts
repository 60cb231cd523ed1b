/** Which rows of a long list are on the screen, so that five thousand photos cost what fifty do. */

export interface VisibleRange {
  /** First index to draw. */
  readonly start: number
  /** One past the last. */
  readonly end: number
}

/** Items of equal `itemSize` pixels, `overscan` more of them drawn on either side. */
export function visibleRange(
  scroll: number,
  viewport: number,
  itemSize: number,
  count: number,
  overscan: number,
): VisibleRange {
  if (count === 0 || itemSize <= 0) return { start: 0, end: 0 }
  const first = Math.floor(Math.max(0, scroll) / itemSize)
  const last = Math.ceil((Math.max(0, scroll) + viewport) / itemSize)
  const start = Math.min(Math.max(0, first - overscan), Math.max(0, count - 1))
  return { start, end: Math.min(count, last + overscan) }
}

/** How many columns of at least `wanted` pixels fit, and how wide each becomes when they fill the row. */
export function columnsFor(
  width: number,
  wanted: number,
  gap: number,
): { readonly columns: number; readonly cell: number } {
  const columns = Math.max(1, Math.floor((width + gap) / (wanted + gap)))
  return { columns, cell: Math.max(1, Math.floor((width - gap * (columns - 1)) / columns)) }
}

/** The scroll position that brings an item into view with the least movement. */
export function scrollToShow(scroll: number, viewport: number, itemStart: number, itemSize: number): number {
  if (itemStart < scroll) return itemStart
  return itemStart + itemSize > scroll + viewport ? itemStart + itemSize - viewport : scroll
}
