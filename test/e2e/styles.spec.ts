/** A style of one's own: imported from a checkpoint through the dialog, used, and removed. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { generatorParameters } from '../../src-main/engine/networks/generator.ts'
import { pthOf } from '../../src-main/models/testing/pth-writer.ts'
import { randomWeights } from '../../src-main/models/testing/weights.ts'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

const photo = 'field.jpg'
let solstice: Solstice

test.beforeAll(async () => {
  solstice = await Solstice.start()
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', photo))])
})
test.afterAll(() => solstice.end())

/** A checkpoint of a tiny generator, as PyTorch would write it. */
const checkpoint = (seed: number, format: 'zip' | 'legacy'): Buffer =>
  pthOf(randomWeights(generatorParameters({ ngf: 2, blocks: 1 }), seed), format)

async function openImport(choice: 'Choose a file' | 'Choose a folder', path: string): Promise<Locator> {
  const { window } = solstice
  await window.getByRole('button', { name: 'Import a style' }).click()
  const dialog = window.getByRole('dialog', { name: 'Import a style' })
  await solstice.answerOpenDialog([path])
  await dialog.getByRole('button', { name: choice }).click()
  return dialog
}

async function fillImport(dialog: Locator, name: string, a: string, b: string): Promise<void> {
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('From (A)').fill(a)
  await dialog.getByLabel('To (B)').fill(b)
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
}

test('a checkpoint becomes a style with one direction', async () => {
  const { window } = solstice
  const path = join(solstice.folder, 'fog.pth')
  await writeFile(path, checkpoint(1, 'zip'))
  const dialog = await openImport('Choose a file', path)
  await expect(dialog.getByLabel('Name')).toHaveValue('fog')
  await fillImport(dialog, 'Morning fog', 'Clear', 'Fog')
  await expect(window.getByText('“Morning fog” is ready on the left')).toBeVisible()
  await expect(dialog).toBeHidden()
  await expect(solstice.style('Clear → Fog')).toBeVisible()
  await expect(solstice.style('Fog → Clear')).toBeHidden()

  await solstice.convert(photo, 'Clear → Fog', 'Fog')
  const room = await solstice.compare(photo)
  await expect(room.getByRole('img', { name: `${photo}, Fog` })).toBeVisible()
  await window.keyboard.press('c')
  await expect(
    room.getByText('This style works in one direction only, so there is no way back.'),
  ).toBeVisible()
  await window.keyboard.press('s')
  await solstice.backToGallery()
})

test('a folder with both generators becomes a style with both', async () => {
  const folder = join(solstice.folder, 'checkpoints')
  await mkdir(folder)
  await writeFile(join(folder, 'latest_net_G_A.pth'), checkpoint(2, 'zip'))
  await writeFile(join(folder, 'latest_net_G_B.pth'), checkpoint(3, 'legacy'))
  const dialog = await openImport('Choose a folder', folder)
  await fillImport(dialog, 'Sun and rain', 'Sun', 'Rain')
  await expect(solstice.style('Sun → Rain')).toBeVisible()
  await solstice.convert(photo, 'Rain → Sun', 'Sun')
})

test('a file that is no checkpoint is refused in the dialog, which stays open', async () => {
  const path = join(solstice.folder, 'evil.pth')
  await writeFile(path, '\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.', 'latin1')
  const dialog = await openImport('Choose a file', path)
  await fillImport(dialog, 'Evil', 'A', 'B')
  await expect(dialog.getByRole('alert')).toContainText('The checkpoint evil.pth')
  await expect(dialog.getByLabel('Name')).toHaveValue('Evil')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  await expect(solstice.style('A → B')).toBeHidden()
})

test('a style of one’s own can be removed with its results; the shipped one cannot', async () => {
  const { window } = solstice
  await window.getByRole('button', { name: 'About Morning fog' }).click()
  const about = window.getByRole('dialog', { name: 'Morning fog' })
  await about.getByRole('button', { name: 'Remove this style' }).click()
  await about.getByRole('button', { name: 'Keep' }).click()
  await about.getByRole('button', { name: 'Remove this style' }).click()
  await about.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(window.getByText('“Morning fog” removed')).toBeVisible()
  await expect(solstice.style('Clear → Fog')).toBeHidden()
  await expect(solstice.cell(photo)).not.toContainText('Fog')
  await expect(solstice.cell(photo)).toContainText('Sun')
  expect(await readdir(join(solstice.dataFolder, 'models'))).toEqual(['sun-and-rain'])

  await window.getByRole('button', { name: 'About Summer and winter' }).click()
  const builtIn = window.getByRole('dialog', { name: 'Summer and winter' })
  await expect(builtIn.getByText('Comes with Solstice')).toBeVisible()
  await expect(builtIn.getByRole('button', { name: 'Remove this style' })).toHaveCount(0)
  await builtIn.getByRole('contentinfo').getByRole('button', { name: 'Close' }).click()
})
