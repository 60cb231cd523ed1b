import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { paperSettings } from '../contract/training.ts'
import { failureOf } from '../photos/test-support.ts'
import { temporaryFolder } from './data/test-support.ts'
import {
  createRun,
  readPictures,
  readRecord,
  writeRecord,
  type RunPictures,
  type RunRecord,
} from './run-file.ts'

const at = temporaryFolder()
let runs = 0
const newFolder = (): string => at(`run ${++runs}`)

const record: RunRecord = {
  ...{ format: 1, id: 'abcdefghijklmnop', name: 'Лето ↔ winter', created: '2026-01-02T03:04:05.678Z' },
  settings: { ...paperSettings, augmentation: ['cutout'] },
  a: { folder: '/photos/summer', pictures: 2 },
  b: { folder: '/photos/winter', pictures: 1 },
  from: 'summer-winter',
  base: { id: 'summer-winter', licence: 'MIT', steps: 2500, data: { en: 'Yosemite', ru: 'Йосемити' } },
  ...{ total: null, state: 'preparing', failure: null },
}
const file = (name: string) => ({ path: `/photos/${name}`, name, bytes: 12, modified: 1.5 })
const pictures: RunPictures = { a: [file('1.jpg'), file('ä 2.png')], b: [file('3.jpg')] }

describe("a run's files", () => {
  it('are read as they were written', async () => {
    const folder = newFolder()
    await createRun(folder, record, pictures)
    expect(await readRecord(folder)).toEqual(record)
    expect(await readPictures(folder)).toEqual(pictures)
    const failed: RunRecord = {
      ...record,
      total: 7,
      state: 'failed',
      failure: { code: 'disk-full', subject: 'x' },
    }
    await writeRecord(folder, failed)
    expect(await readRecord(folder)).toEqual(failed)
    expect((await readdir(folder)).toSorted()).toEqual(['pictures.json', 'run.json'])
  })

  it('of a run that does not know what it began from are read, too', async () => {
    const folder = newFolder()
    await mkdir(folder)
    await writeFile(join(folder, 'run.json'), JSON.stringify({ ...record, base: undefined }))
    expect(await readRecord(folder)).toEqual({ ...record, base: null })
  })

  it('are none where there is no record, even with pictures: a run is made by its record', async () => {
    const folder = newFolder()
    expect(await readRecord(folder)).toBeNull()
    await mkdir(folder)
    await writeFile(join(folder, 'pictures.json'), JSON.stringify(pictures))
    expect(await readRecord(folder)).toBeNull()
  })

  const whole = JSON.stringify(record)
  it.each([
    ['nothing in it', ''],
    ['its end cut off', whole.slice(0, -20)],
    ['no object', '[1]'],
    ['a newer format', whole.replace('"format":1', '"format":2')],
    ['no steps', JSON.stringify({ ...record, total: 0 })],
    ['a state that is not known', whole.replace('"preparing"', '"sleeping"')],
    ['settings out of bounds', JSON.stringify({ ...record, settings: { ...record.settings, rate: 7 } })],
  ])('that have %s are told as a damaged run', async (_, text) => {
    const folder = newFolder()
    await createRun(folder, record, pictures)
    await writeFile(join(folder, 'run.json'), text)
    const failure = await failureOf(readRecord(folder))
    expect(failure).toMatchObject({ code: 'run-invalid', subject: `run ${runs}` })
    expect(failure.detail).toMatch(/^run\.json: /)
    expect(await readFile(join(folder, 'run.json'), 'utf8')).toBe(text)
  })

  it.each([
    ['that is missing', null],
    ['that is damaged', '{"a": ['],
    ['with an empty side', JSON.stringify({ ...pictures, b: [] })],
  ])('with a list of pictures %s are told as a damaged run', async (_, text) => {
    const folder = newFolder()
    await mkdir(folder, { recursive: true })
    await writeRecord(folder, record)
    if (text !== null) await writeFile(join(folder, 'pictures.json'), text)
    const failure = await failureOf(readPictures(folder))
    expect(failure.code).toBe('run-invalid')
    expect(failure.detail).toContain('pictures.json')
  })

  it('cannot be made where there is a file already', async () => {
    const path = newFolder()
    await writeFile(path, 'not a folder')
    expect((await failureOf(createRun(join(path, 'run'), record, pictures))).code).toBe('cannot-write')
    expect((await failureOf(createRun(path, record, pictures))).code).toBe('file-exists')
  })
})
