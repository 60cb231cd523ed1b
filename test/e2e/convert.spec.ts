/** The main job: a photo is dropped, its winter comes out, and the divider shows both. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { copySample, samplePath } from './photos.ts'
import { bitmapOf, coarse, cut, difference, drawn, placeOf, shownAt, spread, type Bitmap } from './pixels.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

const photo = 'picosdeeuropa.jpg'
let solstice: Solstice

test.beforeAll(async () => {
  solstice = await Solstice.start()
})
test.afterAll(() => solstice.end())

test('a dropped photo appears with its thumbnail', async () => {
  const { window } = solstice
  await expect(window.getByRole('heading', { name: 'Drop photos or folders here' })).toBeVisible()
  const path = await copySample('picosdeeuropa', join(solstice.folder, 'photos', photo))
  const letGo = await solstice.dragIn([path])
  await expect(window.getByTestId('drop-target')).toBeVisible()
  await letGo()
  await expect(window.getByTestId('drop-target')).toBeHidden()
  await expect(window.getByTestId('counts')).toHaveText('1 photo')

  const thumbnail = solstice.cell(photo).locator('img')
  await drawn(thumbnail)
  const size = (image: HTMLElement | SVGElement): readonly number[] =>
    image instanceof HTMLImageElement ? [image.naturalWidth, image.naturalHeight] : []
  expect(await thumbnail.evaluate(size)).toEqual([512, 384])
  expect(spread(await shownAt(window, await placeOf(thumbnail)))).toBeGreaterThan(20)
})

test('the same photo is not added twice', async () => {
  const letGo = await solstice.dragIn([join(solstice.folder, 'photos', photo)])
  await letGo()
  await expect(solstice.window.getByText('Nothing new there')).toBeVisible()
  await expect(solstice.window.getByRole('gridcell')).toHaveCount(1)
})

test('Summer → Winter shows its progress and gives a result', async () => {
  const { window } = solstice
  await expect(window.getByTestId('target')).toHaveText('For this photo')
  await solstice.style().click()
  await expect(window.getByTestId('progress')).toContainText('0 of 1')
  await expect(solstice.cell(photo).getByRole('button', { name: 'Cancel' })).toBeVisible()
  await expect(window.getByTestId('progress')).toHaveText('1 photo converted', { timeout: 60_000 })
  await expect(solstice.cell(photo)).toContainText('Winter')
})

test('the divider shows the photo on its left and the winter on its right', async () => {
  const { window } = solstice
  const room = await solstice.compare(photo)
  const before = room.getByRole('img', { name: `${photo}, before` })
  await Promise.all([drawn(before), drawn(room.getByRole('img', { name: `${photo}, Winter` }))])
  const divider = room.getByRole('slider', { name: 'Divider between before and after' })
  const place = await placeOf(before)

  await divider.press('End')
  const summer = await shownAt(window, place)
  await divider.press('Home')
  const winter = await shownAt(window, place)
  const source = await coarse(await bitmapOf(samplePath('picosdeeuropa')))
  expect(difference(await coarse(summer), source)).toBeLessThan(4)
  expect(difference(await coarse(winter), source)).toBeGreaterThan(10)

  const at = (x: number, width: number) => ({ x, y: 0, width, height: place.height })
  // Of the divider itself and its grip only the surroundings are left out.
  const margin = 24
  const expectSplitAt = async (x: number): Promise<void> => {
    const shown = await shownAt(window, place)
    const compared = async (other: Bitmap, from: number, width: number) =>
      difference(await cut(shown, at(from, width)), await cut(other, at(from, width)))
    expect(await compared(summer, 0, x - margin)).toBeLessThan(0.5)
    expect(await compared(winter, x + margin, place.width - x - margin)).toBeLessThan(0.5)
  }

  const box = await divider.boundingBox()
  const middle = (box?.x ?? 0) + (box?.width ?? 0) / 2
  expect(middle).toBeCloseTo(place.x, -1)
  await window.mouse.move(middle, place.y + place.height / 2)
  await window.mouse.down()
  await window.mouse.move(place.x + place.width * 0.4, place.y + 100, { steps: 4 })
  await window.mouse.move(place.x + place.width * 0.7, place.y + 100, { steps: 4 })
  await window.mouse.up()
  await expect(divider).toHaveAttribute('aria-valuenow', '70')
  await window.mouse.move(0, 0)
  await expectSplitAt(Math.round(place.width * 0.7))

  for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft', 'ArrowRight']) await divider.press(key)
  await expect(divider).toHaveAttribute('aria-valuenow', '51')
  await expect(divider).toHaveAttribute('aria-valuetext', '51% before, 49% after')
  await expectSplitAt(Math.round(place.width * 0.51))
})

test('a result that is there is not computed again', async () => {
  const { window } = solstice
  const [known] = await solstice.conversions()
  const after = join(solstice.dataFolder, 'results', known?.id ?? '', 'after.png')
  const { mtimeMs } = await stat(after)
  await expect(solstice.style().getByRole('img', { name: 'done' })).toBeVisible()
  await solstice.style().click()
  await expect(window.getByRole('img', { name: `${photo}, Winter` })).toBeVisible()
  expect(await solstice.conversions()).toEqual([known])
  expect((await stat(after)).mtimeMs).toBe(mtimeMs)
})

test('the remaining time is told once the engine’s pace is known', async () => {
  const { window } = solstice
  await solstice.style('Winter → Summer').click()
  await expect(window.getByTestId('progress')).toHaveText(/^0 of 1 — .* left$/)
  await window.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: 'Cancel' }).click()
  await expect(window.getByTestId('progress')).toHaveText('')
})
