/** The first minute: nothing of one's own is at hand, and one click shows what Solstice does. */
import { expect, test } from '@playwright/test'
import { difference, drawn, placeOf, shownAt } from './pixels.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

let solstice: Solstice

test.beforeAll(async () => {
  solstice = await Solstice.start()
})
test.afterAll(() => solstice.end())

test('one click on an empty shelf shows a sample photo and its winter', async () => {
  const { window } = solstice
  await window.getByRole('button', { name: 'Try sample photos' }).click()
  const room = window.getByRole('region', { name: 'Compare: picosdeeuropa.jpg' })
  const before = room.getByRole('img', { name: 'picosdeeuropa.jpg, before' })
  const winter = room.getByRole('img', { name: 'picosdeeuropa.jpg, Winter' })
  await expect(winter).toBeVisible({ timeout: 60_000 })
  await room.getByText('Side by side', { exact: true }).click()
  await Promise.all([drawn(before), drawn(winter)])
  const [left, right] = [await placeOf(before), await placeOf(winter)]
  expect(difference(await shownAt(window, left), await shownAt(window, right))).toBeGreaterThan(5)
})

test('the samples are on the shelf like any photos, and still there after a restart', async () => {
  await solstice.window.keyboard.press('Escape')
  await expect(solstice.window.getByTestId('counts')).toContainText('3 photos')
  await solstice.restart()
  await expect(solstice.window.getByTestId('counts')).toHaveText('3 photos')
  const [photo] = await solstice.ask('library.list', {})
  expect(photo).toMatchObject({ name: 'picosdeeuropa.jpg', state: 'ready', missing: false })
})
