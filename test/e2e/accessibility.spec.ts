/** Accessibility: axe finds nothing to complain of in any room, dark and light; and all can be done by keyboard. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { writePictures } from '../integration/training-pictures.ts'
import { expectAccessible } from './accessible.ts'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

const photo = 'meadow.jpg'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

async function addPhotos(): Promise<void> {
  const folder = join(solstice.folder, 'photos')
  const broken = join(folder, 'broken.jpg')
  const good = [await writeSmallPhoto(join(folder, photo)), await writeSmallPhoto(join(folder, 'other.png'))]
  await writeFile(broken, 'not a picture')
  await solstice.drop([...good, broken])
}

test('the empty gallery and the dialogs', async () => {
  const { window } = solstice
  await expectAccessible(solstice)
  for (const name of ['Settings', 'Keyboard shortcuts', 'About Summer and winter']) {
    await window.getByRole('button', { name, exact: true }).click()
    await expect(window.getByRole('dialog')).toBeVisible()
    await expectAccessible(solstice)
    await window.keyboard.press('Escape')
    await expect(window.getByRole('dialog')).toBeHidden()
  }
  await window.getByRole('button', { name: 'Import a style' }).click()
  const dialog = window.getByRole('dialog', { name: 'Import a style' })
  await expectAccessible(solstice)
  const checkpoint = join(solstice.folder, 'weights.pth')
  await writeFile(checkpoint, 'no weights')
  await solstice.answerOpenDialog([checkpoint])
  await dialog.getByRole('button', { name: 'Choose a file' }).click()
  await dialog.getByLabel('From (A)').fill('Day')
  await dialog.getByLabel('To (B)').fill('Night')
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('weights.pth')
  await expectAccessible(solstice)
})

test('the gallery with photos, results, a broken photo and a message', async () => {
  await addPhotos()
  await solstice.convert(photo)
  await solstice.cell('other.png').click()
  await solstice.window.keyboard.press('Delete')
  await expect(solstice.window.getByRole('button', { name: 'Undo' })).toBeVisible()
  await expectAccessible(solstice)
})

test('the compare room in its three modes', async () => {
  const { window } = solstice
  await addPhotos()
  const unconverted = await solstice.compare(photo)
  await expectAccessible(solstice)
  await solstice.style().click()
  await expect(unconverted.getByRole('slider', { name: /^Divider/ })).toBeVisible({ timeout: 60_000 })
  await expectAccessible(solstice)
  await window.keyboard.press('d')
  await expectAccessible(solstice)
  await window.keyboard.press('c')
  await expectAccessible(solstice)
  await window.getByRole('button', { name: 'Compute the way back' }).click()
  await expect(window.getByRole('definition')).toHaveCount(6, { timeout: 60_000 })
  await expectAccessible(solstice)
})

test('the export room: a new export, empty and filled in, and one that is over', async () => {
  const { window } = solstice
  await addPhotos()
  await window.getByRole('radiogroup', { name: 'Room' }).locator('label', { hasText: 'Export' }).click()
  await expectAccessible(solstice)
  await window.getByRole('button', { name: /All in the gallery/ }).click()
  await window.getByRole('checkbox', { name: /Summer.*Winter/ }).check()
  const target = join(solstice.folder, 'out')
  await mkdir(target)
  await solstice.answerOpenDialog([target])
  await window.getByRole('button', { name: 'Choose a folder', exact: true }).click()
  await expect(window.getByText('meadow-winter.jpg')).toBeVisible()
  await window.getByRole('textbox', { name: 'Names' }).fill('{nothing}')
  await expect(window.getByText('There is no field “{nothing}”.')).toBeVisible()
  await expectAccessible(solstice)
  await window.getByRole('textbox', { name: 'Names' }).fill('{name}')
  await window.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(window.getByRole('img', { name: 'Result of meadow.jpg' })).toBeVisible({ timeout: 60_000 })
  await expectAccessible(solstice)
})

test('the train room: empty, with folders and findings, and with a training', async () => {
  const { window } = solstice
  await window.getByRole('radiogroup', { name: 'Room' }).locator('label', { hasText: 'Train' }).click()
  await expectAccessible(solstice)
  const folders = [
    await writePictures(join(solstice.folder, 'red'), 'a', 12),
    await writePictures(join(solstice.folder, 'blue'), 'b', 12),
  ]
  for (const [index, side] of ['A', 'B'].entries()) {
    await solstice.answerOpenDialog(folders.slice(index, index + 1))
    const zone = window.getByRole('group', { name: `Folder ${side}` })
    await zone.getByRole('button', { name: 'Choose a folder' }).click()
  }
  await expect(window.getByRole('img', { name: 'Better changed' }).first()).toBeVisible({ timeout: 60_000 })
  await window.getByText('Advanced', { exact: true }).click()
  await expectAccessible(solstice)
  const train = window.getByRole('button', { name: 'Train', exact: true })
  await expect(train).toBeEnabled({ timeout: 60_000 })
  await train.click()
  await expect(window.getByRole('slider', { name: 'Samples after step' })).toBeVisible({ timeout: 90_000 })
  await expectAccessible(solstice)
  await window.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(window.getByRole('dialog')).toBeVisible()
  await expectAccessible(solstice)
})

test('everything by keyboard: add, select, convert, compare, move the divider, back', async () => {
  const { window } = solstice
  const { keyboard } = window
  const folder = join(solstice.folder, 'photos')
  const photos = [
    await writeSmallPhoto(join(folder, photo)),
    await writeSmallPhoto(join(folder, 'other.png')),
  ]
  /** Tab until a control has the focus; fails where Tab does not lead there. */
  const tabTo = async (control: Locator): Promise<void> => {
    const hasFocus = (element: Element): boolean => element === document.activeElement
    for (let presses = 0; presses < 40; presses++) {
      if (await control.evaluate(hasFocus)) return
      await keyboard.press('Tab')
    }
    await expect(control).toBeFocused()
  }

  await solstice.answerOpenDialog(photos)
  await keyboard.press('ControlOrMeta+o')
  await expect(window.getByTestId('counts')).toHaveText('2 photos')
  await solstice.allRead()

  await tabTo(solstice.cell(photo))
  await keyboard.press('ArrowRight')
  await expect(solstice.cell('other.png')).toBeFocused()
  await keyboard.press('Home')
  await expect(solstice.cell(photo)).toBeFocused()
  await keyboard.press('Space')
  await expect(window.getByTestId('counts')).toHaveText('2 photos · 1 selected')
  await expect(solstice.cell(photo)).toHaveAttribute('aria-selected', 'true')

  await tabTo(solstice.style())
  await keyboard.press('Enter')
  await expect(solstice.cell(photo)).toContainText('Winter', { timeout: 60_000 })

  await tabTo(solstice.cell(photo))
  await keyboard.press('Enter')
  const room = window.getByRole('region', { name: `Compare: ${photo}` })
  await expect(room).toBeFocused()
  const divider = room.getByRole('slider', { name: 'Divider between before and after' })
  await tabTo(divider)
  for (const key of ['ArrowRight', 'PageDown', 'Shift+ArrowLeft']) await keyboard.press(key)
  await expect(divider).toHaveAttribute('aria-valuenow', '31')
  const strength = room.getByRole('slider', { name: 'Strength' })
  await tabTo(strength)
  await keyboard.press('ArrowLeft')
  await expect(strength).toHaveAttribute('aria-valuetext', '99%')
  await solstice.answerSaveDialog(join(solstice.folder, 'by keyboard.jpg'))
  await keyboard.press('ControlOrMeta+s')
  await expect(window.getByText('Saved as by keyboard.jpg.')).toBeVisible()

  await keyboard.press('Escape')
  await expect(window.getByRole('grid', { name: 'Photos' })).toBeVisible()
  await expect(solstice.cell(photo)).toBeFocused()
})
