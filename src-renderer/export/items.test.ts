/** The photos of a batch: changes that are told, filters, and the way through a long list. */
import { describe, expect, it } from 'vitest'
import type { ExportItem, ExportItemState } from '../../src-main/contract/export.ts'
import { filtered, steppedRow, usefulFilters, withItems } from './items.ts'

const item = (index: number, state: ExportItemState = 'waiting'): ExportItem => ({
  ...{ index, name: `${index}.jpg`, folder: '', style: { modelId: 'summer-winter', direction: 'AtoB' } },
  ...{ state, output: null, width: 0, height: 0, seconds: 0, metadataKept: true },
})
const states = (items: readonly ExportItem[]): string =>
  items.map(({ index, state }) => `${index} ${state}`).join()

describe('withItems', () => {
  const known = [item(0), item(1), item(2)]

  it('replaces what was told anew and leaves the rest and the old list alone', () => {
    const next = withItems(known, [item(2, 'failed'), item(0, 'done')])
    expect(states(next)).toBe('0 done,1 waiting,2 failed')
    expect(next[1]).toBe(known[1])
    expect(states(known)).toBe('0 waiting,1 waiting,2 waiting')
  })

  it('keeps what was told before the list came', () => {
    const early = withItems([], [item(2, 'done'), item(1, 'running')])
    expect(states(early)).toBe('1 running,2 done')
    expect(states(withItems(early, [item(2, 'failed')]))).toBe('1 running,2 failed')
    expect(states(withItems(known, early))).toBe('0 waiting,1 running,2 done')
  })
})

describe('filters', () => {
  const mixed = [item(0, 'done'), item(1, 'failed'), item(2, 'running'), item(3), item(4, 'skipped')]

  it('show what failed, and what is still to do', () => {
    expect(states(filtered(mixed, 'failed'))).toBe('1 failed')
    expect(states(filtered(mixed, 'waiting'))).toBe('2 running,3 waiting')
    expect(filtered(mixed, 'all')).toBe(mixed)
  })

  it('are there where they show some but not all', () => {
    expect(usefulFilters(mixed)).toEqual(['all', 'waiting', 'failed'])
    expect(usefulFilters([item(0, 'done'), item(1, 'failed')])).toEqual(['all', 'failed'])
    expect(usefulFilters([item(0), item(1)])).toEqual([])
    expect(usefulFilters([])).toEqual([])
  })
})

describe('steppedRow', () => {
  it.each([
    [0, 'ArrowDown', 1],
    [0, 'ArrowUp', 0],
    [9, 'ArrowDown', 9],
    [5, 'PageDown', 9],
    [5, 'PageUp', 1],
    [5, 'Home', 0],
    [5, 'End', 9],
    [5, 'Enter', null],
  ])('from row %i of ten by %s: %s', (at, key, row) => expect(steppedRow(at, key, 10, 4)).toBe(row))

  it('leads nowhere in an empty list', () => expect(steppedRow(0, 'End', 0, 4)).toBeNull())
})
