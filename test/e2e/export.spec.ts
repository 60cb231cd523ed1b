/** An export in the window: a folder, a template of names, a run that is paused, cancelled, killed, and gone on with. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import sharp from 'sharp'
import type { Batch, BatchState, ExportItem } from '../../src-main/contract/export.ts'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

const photos = 16
let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

/** A segment's radio button lies unseen behind its label. */
const room = (name: 'Photos' | 'Export'): Promise<void> =>
  solstice.window.getByRole('radiogroup', { name: 'Room' }).locator('label', { hasText: name }).click()
const button = (name: string): Locator => solstice.window.getByRole('button', { name, exact: true })
const inFolder = (...names: string[]): string => join(solstice.folder, ...names)
const batches = (): Promise<Batch[]> => solstice.ask('export.list', {})

async function items(): Promise<ExportItem[]> {
  const [batch] = await batches()
  return solstice.ask('export.items', { id: batch!.id })
}

async function untilState(state: BatchState): Promise<Batch> {
  await expect.poll(async () => (await batches())[0]?.state, { timeout: 60_000 }).toBe(state)
  return (await batches())[0]!
}

const untilDone = (count: number): Promise<void> =>
  expect
    .poll(async () => (await batches())[0]?.counts.done ?? 0, { timeout: 60_000, intervals: [20] })
    .toBeGreaterThanOrEqual(count)

const written = async (folder = 'out'): Promise<string[]> => {
  const entries = await readdir(inFolder(folder), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .toSorted()
}

/** Photos in a folder and one below it; large enough that an export can be caught in its midst. */
async function writeHoliday(count = photos): Promise<string> {
  for (let index = 0; index < count; index++) {
    const name = join(index % 4 === 3 ? 'evening' : '', `day-${String(index).padStart(2, '0')}.jpg`)
    await writeSmallPhoto(inFolder('holiday', name), { width: 480, height: 320 + index })
  }
  return inFolder('holiday')
}

/** A folder dropped on the export room, Summer → Winter, and a folder for the results by the system's dialog. */
async function planExport(template?: string): Promise<void> {
  const folder = await writeHoliday()
  await room('Export')
  const letGo = await solstice.dragIn([folder], { x: 700, y: 300 })
  await letGo()
  await expect(solstice.window.getByText('16 photos').first()).toBeVisible()
  await solstice.window.getByRole('checkbox', { name: /Summer.*Winter/ }).check()
  await mkdir(inFolder('out'))
  await solstice.answerOpenDialog([inFolder('out')])
  await button('Choose a folder').click()
  if (template !== undefined) await solstice.window.getByRole('textbox', { name: 'Names' }).fill(template)
}

test('a folder is exported under names by a template, paused, gone on with, cancelled half-way, and finished', async () => {
  await planExport('{folder}/{index:03} {name}-{direction}')
  await expect(solstice.window.getByText('holiday/001 day-00-winter.jpg')).toBeVisible()
  await expect(solstice.window.getByText('16 photos into “out”')).toBeVisible()
  await button('Export').click()

  await untilDone(2)
  await button('Pause').click()
  const paused = await untilState('paused')
  expect(paused.counts.done).toBeLessThan(photos)
  expect((await written()).length).toBe(paused.counts.done)

  await button('Go on').click()
  await untilDone(paused.counts.done + 1)
  await button('Cancel the rest').click()
  await untilState('done')
  const cancelled = (await batches())[0]!
  expect(cancelled.counts.cancelled).toBeGreaterThan(0)
  expect((await written()).length).toBe(cancelled.counts.done)

  await button('Export the cancelled ones').click()
  await expect.poll(async () => (await batches())[0]?.counts.done, { timeout: 60_000 }).toBe(photos)
  await untilState('done')
  const names = (await items()).map(({ output }) => output)
  expect(names[0]).toBe('holiday/001 day-00-winter.jpg')
  expect(names.find((name) => name?.includes('day-03'))).toBe('evening/evening/013 day-03-winter.jpg')
  // Every photo once, no temporary file.
  expect((await written()).length).toBe(photos)
  expect((await written()).filter((name) => !/^0\d\d day-\d\d-winter\.jpg$/.test(name))).toEqual([])
  const { width, height } = await sharp(inFolder('out', names[5]!)).metadata()
  expect([width, height]).toEqual([480, 326])
})

test('a killed program finds its export again and goes on with it, no photo twice', async () => {
  await planExport()
  await button('Export').click()
  await untilDone(3)
  await solstice.kill()
  await solstice.relaunch()
  await room('Export')
  const found = await untilState('interrupted')
  expect(found.counts.done).toBeGreaterThanOrEqual(3)
  await solstice.window
    .getByRole('complementary', { name: 'Exports' })
    .getByRole('button', { name: /Interrupted/ })
    .click()
  await button('Go on').click()
  await untilState('done')
  const expected = Array.from({ length: photos }, (_, i) => `day-${String(i).padStart(2, '0')}-winter.jpg`)
  expect(await written()).toEqual(expected)
})

test('a photo that cannot be read is named with its reason, and tried again when it is mended', async () => {
  await planExport()
  const broken = inFolder('holiday', 'day-02.jpg')
  await writeFile(broken, 'no picture')
  await button('Export').click()
  const first = await untilState('done')
  expect(first.counts).toMatchObject({ done: photos - 1, failed: 1 })
  await expect(solstice.window.getByText('day-02.jpg is not a picture.')).toBeVisible()
  await writeSmallPhoto(broken)
  await button('Try day-02.jpg again').click()
  await expect.poll(async () => (await batches())[0]?.counts).toMatchObject({ done: photos, failed: 0 })
  expect((await written()).length).toBe(photos)
})

test('the settings of the last export come back, and so do presets', async () => {
  await planExport('{index}-{name}')
  await solstice.window.getByRole('checkbox', { name: /Where it was taken|Place/ }).uncheck()
  await button('Export').click()
  await untilState('done')
  await solstice.restart()
  const { settings, target } = await solstice.ask('export.defaults', {})
  expect(settings).toMatchObject({ name: '{index}-{name}', metadata: { place: false, camera: true } })
  expect(target?.name).toBe('out')
  await room('Export')
  await button('New export').click()
  await expect(solstice.window.getByRole('textbox', { name: 'Names' })).toHaveValue('{index}-{name}')
})

test('a result shows the photo as it was while one points at it', async () => {
  await planExport()
  await button('Export').click()
  await untilState('done')
  const row = solstice.window.getByRole('row').first()
  const picture = row.getByRole('img', { name: 'Result of day-00.jpg' })
  await expect(picture).toBeVisible()
  const before = row.getByRole('img', { name: 'day-00.jpg, before' })
  await expect(before).toHaveCount(0)
  await row.getByRole('gridcell').first().hover()
  await expect(before).toBeVisible()
})
