import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultExportSettings } from '../contract/export.ts'
import { failureOf } from '../photos/test-support.ts'
import { BatchStore } from './batch-store.ts'
import { plannedBatch } from './exports.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-batches-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const planned = () =>
  plannedBatch({
    target: '/out',
    styles: [{ model: 'summer-winter', modelId: 'summer-winter', direction: 'AtoB' }],
    settings: defaultExportSettings,
    photos: [{ path: '/in/a.jpg', relative: 'a.jpg' }],
  })

describe('BatchStore', () => {
  it('gives back what it was given', async () => {
    const store = new BatchStore(folder)
    const batch = planned()
    await store.create(batch.record, batch.photos)
    const entry = { kind: 'skipped', item: 0 } as const
    await store.journal(batch.record.id).append(entry)
    expect(await store.load(batch.record.id)).toEqual({ ...batch, entries: [entry] })
    expect(await store.list()).toEqual([batch.record])
    await store.save({ ...batch.record, state: 'done' })
    expect((await store.list())[0]?.state).toBe('done')
    await store.remove(batch.record.id)
    expect(await store.list()).toEqual([])
  })

  it('passes over what it does not understand, and leaves it alone', async () => {
    const store = new BatchStore(folder)
    const [sound, damaged] = [planned(), planned()]
    for (const { record, photos } of [sound, damaged]) await store.create(record, photos)
    const file = join(store.folderOf(damaged.record.id), 'batch.json')
    await writeFile(file, '{"format":1')
    await mkdir(join(folder, 'something-else'))
    expect((await store.list()).map(({ id }) => id)).toEqual([sound.record.id])
    expect((await failureOf(store.load(damaged.record.id))).code).toBe('batch-invalid')
    expect(await readFile(file, 'utf8')).toBe('{"format":1')
  })

  it('refuses a photo in a style that the batch has not', async () => {
    const store = new BatchStore(folder)
    const { record, photos } = planned()
    await store.create(
      record,
      photos.map((photo) => ({ ...photo, style: 1 })),
    )
    expect((await failureOf(store.load(record.id))).code).toBe('batch-invalid')
  })
})
