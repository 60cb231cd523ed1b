/** The compare room: side by side, the strength, and the cycle with its figures; all panes move together. */
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { writeSmallPhoto } from './photos.ts'
import { difference, drawn, placeOf, shownAt } from './pixels.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

const photo = 'evening.png'
let solstice: Solstice
let room: Locator

test.beforeAll(async () => {
  solstice = await Solstice.start()
  const path = join(solstice.folder, 'photos', photo)
  await solstice.drop([await writeSmallPhoto(path, { width: 480, height: 320 })])
  await solstice.convert(photo)
  room = await solstice.compare(photo)
})
test.afterAll(() => solstice.end())

const mode = (name: string): Promise<void> =>
  room.getByRole('radiogroup', { name: 'How to compare' }).getByText(name, { exact: true }).click()

const picture = (what: string): Locator => room.getByRole('img', { name: `${photo}, ${what}`, exact: true })

test('side by side shows two pictures of one size', async () => {
  const { window } = solstice
  await mode('Side by side')
  await Promise.all([drawn(picture('before')), drawn(picture('Winter'))])
  const [before, after] = [await placeOf(picture('before')), await placeOf(picture('Winter'))]
  expect([after.width, after.height]).toEqual([before.width, before.height])
  expect(after.x === before.x && after.y === before.y).toBe(false)
  expect(difference(await shownAt(window, before), await shownAt(window, after))).toBeGreaterThan(5)
})

test('strength 0 shows the photo again', async () => {
  const { window } = solstice
  const strength = room.getByRole('slider', { name: 'Strength' })
  const [before, after] = [await placeOf(picture('before')), await placeOf(picture('Winter'))]
  await strength.fill('0')
  await expect(strength).toHaveAttribute('aria-valuetext', '0%')
  expect(difference(await shownAt(window, before), await shownAt(window, after))).toBeLessThan(0.5)
  await strength.fill('100')
  await expect(strength).toHaveAttribute('aria-valuetext', '100%')
})

test('the way back is computed when asked for, with its figures', async () => {
  await mode('Cycle')
  await expect(room.getByRole('img', { name: new RegExp(`^${photo}`) })).toHaveCount(2)
  const figures = room.getByRole('region', {
    name: 'Difference between the photo and its way there and back',
  })
  await expect(figures).toBeHidden()
  await room.getByRole('button', { name: 'Compute the way back' }).click()
  await expect(figures).toBeVisible({ timeout: 60_000 })

  const figure = async (name: string): Promise<string> =>
    figures
      .locator('div', { has: figures.page().getByText(name, { exact: true }) })
      .locator('.value')
      .innerText()
  const [l1, psnr, ssim] = [await figure('L1'), await figure('PSNR'), await figure('SSIM')]
  expect(l1).toMatch(/^\d+\.\d\d%$/)
  expect(psnr).toMatch(/^\d+\.\d dB$/)
  expect(ssim).toMatch(/^0\.\d{3}$/)
  expect(parseFloat(l1)).toBeGreaterThan(0)
  expect(parseFloat(l1)).toBeLessThan(20)
  expect(parseFloat(psnr)).toBeGreaterThan(10)
  expect(parseFloat(psnr)).toBeLessThan(60)
  expect(parseFloat(ssim)).toBeGreaterThan(0.3)

  const [conversion] = await solstice.conversions()
  expect(conversion?.cycle.result?.l1).toBeCloseTo(parseFloat(l1) / 100, 3)
})

test('the four panes of the cycle show four pictures', async () => {
  const shown = []
  for (const what of ['before', 'Winter', 'Back to Summer', 'Difference']) {
    await drawn(picture(what))
    shown.push(await shownAt(solstice.window, await placeOf(picture(what))))
  }
  const [x, there, back, map] = shown
  if (!x || !there || !back || !map) throw new Error('A pane is missing')
  expect(difference(x, there)).toBeGreaterThan(5)
  expect(difference(there, back)).toBeGreaterThan(2)
  const [conversion] = await solstice.conversions()
  expect(difference(x, back) / 255).toBeCloseTo(conversion?.cycle.result?.l1 ?? 0, 1)
  expect(difference(x, map)).toBeGreaterThan(20)
})

test('zoom and pan move all panes together', async () => {
  const { window } = solstice
  const panes = ['before', 'Winter', 'Back to Summer', 'Difference'].map(picture)
  const frames = room.locator('[role="group"]:has(> img)')
  /** How each picture lies in its pane, which all agree on. */
  const placement = async (): Promise<readonly number[]> => {
    const all = await Promise.all(
      panes.map(async (one, index) => {
        const [inner, outer] = [await one.boundingBox(), await frames.nth(index).boundingBox()]
        if (inner === null || outer === null) throw new Error('A pane is not in the page')
        return [inner.x - outer.x, inner.y - outer.y, inner.width, inner.height].map(Math.round)
      }),
    )
    for (const one of all) expect(one).toEqual(all[0])
    return all[0] ?? []
  }

  const fitted = await placement()
  const target = await placeOf(panes[1] ?? room)
  await window.mouse.move(target.x + target.width * 0.25, target.y + target.height * 0.25)
  for (let step = 0; step < 6; step++) await window.mouse.wheel(0, -240)
  await expect.poll(async () => (await placement())[2]).toBeGreaterThan((fitted[2] ?? 0) * 1.8)

  const zoomed = await placement()
  const pane = await frames.nth(3).boundingBox()
  if (pane === null) throw new Error('The pane is not in the page')
  await window.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2)
  await window.mouse.down()
  await window.mouse.move(pane.x + pane.width / 2 - 40, pane.y + pane.height / 2 - 30, { steps: 3 })
  await window.mouse.up()
  await expect.poll(async () => (await placement())[0]).toBe((zoomed[0] ?? 0) - 40)
  expect((await placement())[1]).toBe((zoomed[1] ?? 0) - 30)

  await room.focus()
  await window.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await placement())[0]).toBeGreaterThan((zoomed[0] ?? 0) - 40)
  await window.keyboard.press('1')
  await expect(room.getByRole('button', { name: /^100%/ })).toBeVisible()
  expect((await placement()).slice(2)).toEqual([480, 320])
  await window.keyboard.press('0')
  await expect.poll(placement).toEqual(fitted)
})

test.describe('with a portrait', () => {
  const portrait = 'portrait.png'
  const strength = (): Locator => room.getByRole('slider', { name: 'Strength' })

  test.beforeAll(async () => {
    await solstice.backToGallery()
    const path = join(solstice.folder, 'photos', portrait)
    await solstice.drop([await writeSmallPhoto(path, { width: 160, height: 320 })])
    await solstice.convert(portrait)
    room = await solstice.compare(portrait)
    await mode('Slider')
  })

  test('the divider is under the pointer again when that comes back from beyond the picture', async () => {
    const { window } = solstice
    const divider = room.getByRole('slider', { name: 'Divider between before and after' })
    const middle = async (): Promise<number> => {
      const box = await divider.boundingBox()
      if (box === null) throw new Error('The divider is not in the page')
      return box.x + box.width / 2
    }
    const stage = await room.getByTestId('stage').boundingBox()
    if (stage === null) throw new Error('The stage is not in the page')
    const [from, y] = [await middle(), stage.y + stage.height * 0.25]
    await window.mouse.move(from, y)
    await window.mouse.down()
    await window.mouse.move(stage.x + 5, y, { steps: 10 })
    await expect(divider).toHaveAttribute('aria-valuenow', '0')
    expect(await middle()).toBeGreaterThan(stage.x + 50)
    await window.mouse.move(from + 10, y, { steps: 10 })
    expect(await middle()).toBeCloseTo(from + 10, 0)
    // So it is where not the divider but the picture is dragged.
    await window.mouse.up()
    await window.mouse.move(from + 40, y)
    await window.mouse.down()
    await window.mouse.move(stage.x + stage.width - 5, y, { steps: 10 })
    await expect(divider).toHaveAttribute('aria-valuenow', '100')
    await window.mouse.move(from + 40, y, { steps: 10 })
    expect(await middle()).toBeCloseTo(from + 10, 0)
    await window.mouse.up()
  })

  test('the pages are the strength’s while it has the keyboard', async () => {
    await strength().focus()
    await solstice.window.keyboard.press('PageDown')
    await expect(strength()).not.toHaveAttribute('aria-valuetext', '100%')
    await expect(room).toBeVisible()
  })

  test('after the strength was set by mouse the arrows lead to the next photo', async () => {
    await strength().click()
    await expect(strength()).toHaveAttribute('aria-valuetext', '50%')
    await solstice.window.keyboard.press('ArrowLeft')
    await expect(solstice.window.getByRole('region', { name: `Compare: ${photo}` })).toBeVisible()
  })
})
