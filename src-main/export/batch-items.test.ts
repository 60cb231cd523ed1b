import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultExportSettings } from '../contract/export.ts'
import { BatchItems } from './batch-items.ts'
import type { BatchPhoto, BatchRecord, JournalEntry } from './batch-store.ts'

const record: BatchRecord = {
  format: 1,
  id: 'batch-0001',
  created: '2026-11-23T10:00:00.000Z',
  target: '/out',
  styles: [
    { model: 'summer-winter', modelId: 'summer-winter', direction: 'AtoB' },
    { model: 'monet', modelId: 'monet', direction: 'BtoA' },
  ],
  settings: defaultExportSettings,
  state: 'running',
  failure: null,
}
const photos: readonly BatchPhoto[] = Array.from({ length: 6 }, (_, index) => ({
  path: `/in/sub/${index >> 1}.jpg`,
  relative: `sub/${index >> 1}.jpg`,
  style: index % 2,
}))
const written = { output: 'sub/0-winter.jpg', width: 30, height: 20, seconds: 1.5, metadataKept: false }
const items = (entries: readonly JournalEntry[]): BatchItems => new BatchItems(record, photos, entries)
const statesOf = (all: BatchItems) => all.all.map(({ state }) => state)

describe('BatchItems', () => {
  it('wait at first, each photo in each style', () => {
    const fresh = items([])
    expect(statesOf(fresh)).toEqual(Array.from({ length: 6 }, () => 'waiting'))
    expect(fresh.get(3)).toEqual({
      ...{ index: 3, name: '1.jpg', folder: 'sub', state: 'waiting' },
      style: { modelId: 'monet', direction: 'BtoA' },
      ...{ output: null, width: 0, height: 0, seconds: 0, metadataKept: true },
    })
  })

  it('are what the journal says last, and tried again where it says so', () => {
    const failure = { code: 'picture-damaged', subject: '1.jpg' } as const
    const all = items([
      { kind: 'begun', item: 0, folder: 'sub' },
      { kind: 'placing', item: 0, ...written, bytes: 9, sha256: 'ab' },
      { kind: 'done', item: 0, ...written },
      { kind: 'failed', item: 1, failure },
      { kind: 'cancelled', item: 2 },
      { kind: 'skipped', item: 3 },
      { kind: 'failed', item: 4, failure },
      { kind: 'again', item: 4 },
      { kind: 'done', item: 99, ...written },
    ])
    expect(statesOf(all)).toEqual(['done', 'failed', 'cancelled', 'skipped', 'waiting', 'waiting'])
    expect(all.get(0)).toMatchObject(written)
    expect(all.get(1)?.failure).toEqual(failure)
    expect(all.get(4)).not.toHaveProperty('failure')
    expect(all.counts()).toEqual({ total: 6, done: 1, failed: 1, skipped: 1, cancelled: 1 })
    expect(all.nextWaiting()).toBe(4)
    // What is done leaves nothing to be looked for after a crash.
    expect([all.placing.size, all.begun.size]).toEqual([0, 0])
  })

  it('remember what was under way when the program ended', () => {
    const all = items([
      { kind: 'begun', item: 0, folder: 'sub' },
      { kind: 'begun', item: 1, folder: '' },
      { kind: 'placing', item: 1, ...written, bytes: 9, sha256: 'ab' },
    ])
    expect(statesOf(all).slice(0, 2)).toEqual(['waiting', 'waiting'])
    expect([...all.begun.values()]).toEqual(['sub', ''])
    expect([...all.placing.keys()]).toEqual([1])
  })

  it('find the first that waits, whatever happens to them', () => {
    const deed = fc.oneof(
      fc.record({ kind: fc.constantFrom('cancelled', 'skipped', 'again'), item: fc.nat(5) }),
      fc.record({ mark: fc.constantFrom('running', 'waiting'), item: fc.nat(5) }),
    )
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const all = items([])
        for (const one of deeds) {
          if ('mark' in one) all.mark(one.item, one.mark)
          else all.apply(one)
          const first = statesOf(all).indexOf('waiting')
          expect(all.nextWaiting()).toBe(first < 0 ? undefined : first)
        }
      }),
    )
  })
})
