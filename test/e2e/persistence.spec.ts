/** What was there before the app was closed is there when it is opened again, without computing. */
import { readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writeSmallPhoto } from './photos.ts'
import { drawn, placeOf, shownAt, spread } from './pixels.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

/** When each file of the results was written. */
async function resultTimes(): Promise<Record<string, number>> {
  const folder = join(solstice.dataFolder, 'results')
  const names = (await readdir(folder, { recursive: true })).toSorted()
  const times = names.map(async (name) => [name, (await stat(join(folder, name))).mtimeMs] as const)
  return Object.fromEntries(await Promise.all(times))
}

test('photos, results, the cycle’s figures and settings survive a restart', async () => {
  const photos = (name: string): string => join(solstice.folder, 'photos', name)
  await solstice.drop([await writeSmallPhoto(photos('one.jpg')), await writeSmallPhoto(photos('two.png'))])
  await solstice.convert('one.jpg')
  await solstice.compare('one.jpg')
  await solstice.window.keyboard.press('c')
  await solstice.window.getByRole('button', { name: 'Compute the way back' }).click()
  const figures = (name: string) => solstice.window.getByRole('region', { name }).getByRole('definition')
  const english = figures('Difference between the photo and its way there and back')
  await expect(english).toHaveCount(6, { timeout: 60_000 })
  await solstice.window.getByRole('button', { name: 'Dark theme' }).click()
  await solstice.window.getByRole('button', { name: 'Переключить на русский' }).click()
  const russian = 'Отличие фотографии от неё же после пути туда и обратно'
  const words = await figures(russian).allInnerTexts()
  const [shelf, conversions] = [await solstice.ask('library.list', {}), await solstice.conversions()]
  const times = await resultTimes()

  await solstice.restart()
  const { window } = solstice
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(window.locator('html')).toHaveAttribute('lang', 'ru')
  await expect(window.getByTestId('counts')).toHaveText('2 фотографии')
  await expect(solstice.cell('one.jpg')).toContainText('Зима')
  await expect(solstice.cell('two.png')).not.toContainText('Зима')
  expect(await solstice.ask('library.list', {})).toEqual(shelf)
  expect(await solstice.conversions()).toEqual(conversions)

  await solstice.cell('one.jpg').dblclick()
  await window.keyboard.press('c')
  expect(await figures(russian).allInnerTexts()).toEqual(words)
  for (const what of ['до', 'Зима', 'Обратно: Лето', 'Разница']) {
    const picture = window.getByRole('img', { name: `one.jpg, ${what}`, exact: true })
    await drawn(picture)
    expect(spread(await shownAt(window, await placeOf(picture)))).toBeGreaterThan(2)
  }
  expect(await resultTimes()).toEqual(times)
})

test('a photo that was moved away is named, and its result is still there', async () => {
  const path = await writeSmallPhoto(join(solstice.folder, 'photos', 'gone.jpg'))
  await solstice.drop([path])
  await solstice.convert('gone.jpg')
  await rename(path, `${path}.elsewhere`)
  await solstice.restart()
  await expect(solstice.cell('gone.jpg')).toContainText('Winter')
  const room = await solstice.compare('gone.jpg')
  await drawn(room.getByRole('img', { name: 'gone.jpg, Winter' }))
  await solstice.style('Winter → Summer').click()
  await expect(
    room.getByText('gone.jpg is not there any more. Was it moved or renamed, or is its drive not connected?'),
  ).toBeVisible()
})

test('nothing half written is left behind', async () => {
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', 'one.jpg'))])
  await solstice.convert('one.jpg')
  await solstice.restart()
  const names = await readdir(solstice.dataFolder, { recursive: true })
  const own = names.filter((name) => !/^(chromium|window)\b/.test(name))
  expect(own.filter((name) => /\.part|\.tmp|\.damaged/.test(name))).toEqual([])
  const shelf: unknown = JSON.parse(await readFile(join(solstice.dataFolder, 'library.json'), 'utf8'))
  expect(shelf).toMatchObject({ photos: [{ path: join(solstice.folder, 'photos', 'one.jpg') }] })
})
