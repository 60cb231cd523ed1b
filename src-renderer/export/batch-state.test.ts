/** What a batch's state allows, how far it is, and the list of batches. */
import { describe, expect, it } from 'vitest'
import {
  batchStateSchema,
  defaultExportSettings,
  type Batch,
  type BatchState,
} from '../../src-main/contract/export.ts'
import {
  canPause,
  canRemove,
  canResume,
  finishedOf,
  inOrder,
  isActive,
  shareOf,
  withBatch,
} from './batch-state.ts'

const counts = { total: 10, done: 0, failed: 0, skipped: 0, cancelled: 0 }

function batch(id: string, state: BatchState, minute = 0): Batch {
  const created = `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`
  return {
    ...{ id, created, state, target: id, styles: [{ modelId: 'summer-winter', direction: 'AtoB' }] },
    ...{ settings: defaultExportSettings, counts, progress: null },
  }
}
const ids = (batches: readonly Batch[]): string[] => batches.map(({ id }) => id)

describe('a state', () => {
  it.each(batchStateSchema.options)(
    '%s allows either a pause or going on, and removal only at rest',
    (state) => {
      expect(canPause(state) && canResume(state)).toBe(false)
      expect(canRemove(state)).toBe(!isActive(state))
    },
  )
})

describe('progress', () => {
  it('counts what had its turn', () => {
    const mixed = { ...counts, done: 3, failed: 2, skipped: 1, cancelled: 2 }
    expect(finishedOf({ counts: mixed })).toBe(6)
    expect(shareOf({ counts: mixed, progress: null })).toBeCloseTo(0.6)
  })

  it('goes on within a picture, and never back behind what is counted', () => {
    const half = { ...counts, done: 5 }
    const told = (done: number, total = 10) => ({ done, total, etaSeconds: null })
    expect(shareOf({ counts: half, progress: told(5.4) })).toBeCloseTo(0.54)
    expect(shareOf({ counts: half, progress: told(1, 5) })).toBeCloseTo(0.5)
    expect(shareOf({ counts: half, progress: told(30) })).toBe(1)
  })

  it('is nothing of nothing', () => {
    expect(shareOf({ counts: { ...counts, total: 0 }, progress: null })).toBe(0)
  })
})

describe('the list', () => {
  const old = batch('old', 'done', 1)
  const recent = batch('recent', 'cancelled', 2)
  const next = batch('next', 'waiting', 3)
  const later = batch('later', 'waiting', 4)
  const now = batch('now', 'running', 0)

  it('has what runs first, then what waits by turn, then the newest', () => {
    expect(ids(inOrder([old, later, now, recent, next]))).toEqual(['now', 'next', 'later', 'recent', 'old'])
  })

  it('moves a batch where it belongs when its state changes', () => {
    const list = withBatch([now, next, old], { ...now, state: 'done' })
    expect(ids(list)).toEqual(['next', 'old', 'now'])
    expect(ids(withBatch(list, { ...now, state: 'running' }))).toEqual(['now', 'next', 'old'])
  })
})
