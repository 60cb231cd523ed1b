/** A broken photo among good ones: it says why, the others go on, and it can be mended or taken away. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writeSmallPhoto, writeTruncated } from './photos.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

let solstice: Solstice
let folder: string

test.beforeAll(async () => {
  solstice = await Solstice.start()
  folder = join(solstice.folder, 'photos')
  await mkdir(folder)
  await writeSmallPhoto(join(folder, 'good one.jpg'))
  await writeSmallPhoto(join(folder, 'good two.png'), { sample: 'seeding' })
  await writeTruncated(join(folder, 'half.jpg'))
  await writeFile(join(folder, 'empty.jpg'), '')
  await writeFile(join(folder, 'letter.jpg'), 'Dear photographer,')
})
test.afterAll(() => solstice.end())

test('a dropped folder shows every photo, the broken ones with their reason', async () => {
  const { window } = solstice
  const letGo = await solstice.dragIn([folder])
  await letGo()
  await expect(window.getByTestId('counts')).toHaveText('5 photos · 3 could not be read')
  const reasons = {
    'half.jpg': 'half.jpg ends too early: a part of the picture is missing. Copy it again from its source.',
    'empty.jpg': 'empty.jpg is empty: the file has no contents.',
    'letter.jpg': 'letter.jpg is not a picture.',
  }
  for (const [name, reason] of Object.entries(reasons)) {
    await expect(window.getByRole('gridcell', { name }).getByText(reason, { exact: true })).toBeVisible()
  }
})

test('the good ones are converted', async () => {
  const { window } = solstice
  await expect(window.getByTestId('target')).toHaveText('For all 2 photos')
  await solstice.style().click()
  await expect(window.getByTestId('progress')).toHaveText('2 photos converted', { timeout: 60_000 })
  await expect(solstice.cell('good one.jpg')).toContainText('Winter')
  await expect(solstice.cell('good two.png')).toContainText('Winter')
})

test('a mended photo is read again', async () => {
  const { window } = solstice
  await copyFile(join(folder, 'good one.jpg'), join(folder, 'half.jpg'))
  await solstice.cell('half.jpg').getByRole('button', { name: 'Try again' }).click()
  await expect(window.getByTestId('counts')).toHaveText('5 photos · 2 could not be read')
  await expect(solstice.cell('half.jpg').locator('img')).toBeVisible()
  await solstice.convert('half.jpg')
})

test('one that stays broken says so again', async () => {
  await solstice.cell('empty.jpg').getByRole('button', { name: 'Try again' }).click()
  await solstice.allRead()
  await expect(solstice.cell('empty.jpg')).toContainText('empty.jpg is empty')
})

test('photos are removed from the gallery and put back where they were', async () => {
  const { window } = solstice
  const names = async (): Promise<string[]> =>
    (await solstice.ask('library.list', {})).map(({ name }) => name)
  const all = await names()
  await solstice.cell('letter.jpg').getByRole('button', { name: 'Remove' }).click()
  await expect(window.getByTestId('counts')).toContainText('4 photos')
  await solstice.cell('good one.jpg').click()
  await solstice.cell('half.jpg').click({ modifiers: ['ControlOrMeta'] })
  await window.keyboard.press('Delete')
  await expect(window.getByTestId('counts')).toContainText('2 photos')

  const message = window.getByText('2 photos removed from the gallery. The files stay.').locator('..')
  await message.getByRole('button', { name: 'Undo' }).click()
  await expect(window.getByTestId('counts')).toContainText('4 photos')
  await window.getByRole('button', { name: 'Undo' }).click()
  await expect(window.getByTestId('counts')).toContainText('5 photos')
  expect(await names()).toEqual(all)
  await expect(solstice.cell('good one.jpg')).toContainText('Winter')
})
