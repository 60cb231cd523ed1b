/**
 * The README's screenshots. `SOLSTICE_SCREENSHOTS=FOLDER` says where they go; without it they lie with the other
 * files of the test run.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { copySample, type SampleName } from './photos.ts'
import { bitmapOf, drawn, spread } from './pixels.ts'
import { Solstice } from './solstice.ts'

const samples: readonly SampleName[] = ['picosdeeuropa', 'seeding', 'sunset']
const size = { width: 1440, height: 900 }

let solstice: Solstice

test.beforeAll(async () => {
  solstice = await Solstice.start({ locale: 'en', theme: 'dark' })
  // Whatever the screen is like.
  await solstice.window.setViewportSize(size)
})
test.afterAll(() => solstice.end())

/** A picture of the whole window without pointer and focus, and a look at whether there is something in it. */
async function take(window: Page, name: string, outputFolder: string): Promise<void> {
  const folder = process.env['SOLSTICE_SCREENSHOTS'] ?? outputFolder
  await mkdir(folder, { recursive: true })
  await window.mouse.move(0, 0)
  await window.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  })
  for (const picture of await window.getByRole('main').locator('img').all()) await drawn(picture)
  const file = join(folder, name)
  await window.screenshot({ path: file, scale: 'css', animations: 'disabled' })
  const shot = await bitmapOf(file)
  expect({ width: shot.width, height: shot.height }).toEqual(size)
  expect(spread(shot)).toBeGreaterThan(20)
}

test('the gallery and the compare room', async ({}, testInfo) => {
  const { window } = solstice
  const folder = join(solstice.folder, 'photos')
  await solstice.drop(await Promise.all(samples.map((name) => copySample(name, join(folder, `${name}.jpg`)))))
  await solstice.convert('picosdeeuropa.jpg')
  await window.keyboard.press('Escape')
  for (let larger = 0; larger < 5; larger++) await window.keyboard.press('+')
  await take(window, 'gallery.png', testInfo.outputPath())

  const room = await solstice.compare('picosdeeuropa.jpg')
  await expect(room.getByRole('slider', { name: /^Divider/ })).toHaveAttribute('aria-valuenow', '50')
  await take(window, 'compare.png', testInfo.outputPath())
})
