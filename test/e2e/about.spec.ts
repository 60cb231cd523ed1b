/** About: the versions, all parts with their licences, the bill of materials; by mouse, by keyboard, and for axe. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

async function openAbout(): Promise<Locator> {
  const { window } = solstice
  await window.getByRole('button', { name: 'Settings', exact: true }).click()
  await window.getByRole('button', { name: 'About Solstice' }).click()
  const about = window.getByRole('dialog', { name: 'About Solstice' })
  await expect(about).toBeVisible()
  return about
}

test('tells what runs here, and shows a licence word for word', async () => {
  const about = await openAbout()
  const version = await solstice.app.evaluate(({ app }) => app.getVersion())
  const versions = await solstice.app.evaluate(() => process.versions)
  for (const it of [version, versions.electron, versions.chrome, versions.node]) {
    await expect(about.getByRole('definition').filter({ hasText: it }).first()).toBeVisible()
  }
  await expect(about).toContainText('It sends nothing')
  await expectAccessible(solstice)

  const rows = about.getByRole('listitem')
  await expect(rows.nth(60)).toBeAttached()
  const search = about.getByRole('searchbox')
  await search.fill('lgpl vips')
  await expect(about.getByText('2 parts')).toBeVisible()
  await about.getByRole('button', { name: /^libvips/ }).click()
  const text = about.getByRole('region', { name: 'Licence of libvips' })
  await expect(text).toContainText('GNU LESSER GENERAL PUBLIC LICENSE')
  await expect(about).toContainText('you may put your own build in its place')
  await expectAccessible(solstice)

  await about.getByRole('button', { name: 'All parts' }).click()
  await expect(search).toHaveValue('lgpl vips')
  await expect(about.getByRole('button', { name: /^libvips/ })).toBeFocused()
  await search.fill('pixman')
  await about.getByRole('button', { name: /^pixman/ }).click()
  const many = about.getByRole('region', { name: 'Licence of pixman' })
  await expect(many).toContainText('Copyright 2008 Rodrigo Kumpera')
  await expect(many).toContainText('Permission is hereby granted')
  await expectAccessible(solstice)
  await about.getByRole('button', { name: 'All parts' }).click()
  await search.fill('no such thing')
  await expect(about.getByText('Nothing of that name.')).toBeVisible()
  await expectAccessible(solstice)
})

test('is found and read by keyboard, and gives the focus back', async () => {
  const { window } = solstice
  const settings = window.getByRole('button', { name: 'Settings', exact: true })
  await settings.focus()
  await window.keyboard.press('Enter')
  await window.getByRole('button', { name: 'About Solstice' }).focus()
  await window.keyboard.press('Enter')
  const about = window.getByRole('dialog', { name: 'About Solstice' })
  await about.getByRole('searchbox').focus()
  await window.keyboard.type('zod')
  await window.keyboard.press('Tab')
  await window.keyboard.press('Enter')
  await expect(about.getByRole('button', { name: 'All parts' })).toBeFocused()
  await window.keyboard.press('Tab')
  await expect(about.getByRole('region', { name: 'Licence of zod' })).toBeFocused()
  await window.keyboard.press('Escape')
  await expect(about).toBeHidden()
  await expect(settings).toBeFocused()
})

test('opens from the menu bar of macOS', async () => {
  await solstice.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.send('solstice:event', 'about.asked', null)
  })
  await expect(solstice.window.getByRole('dialog', { name: 'About Solstice' })).toBeVisible()
})

test('saves the bill of materials where the user says', async () => {
  const about = await openAbout()
  const save = about.getByRole('button', { name: 'Save the bill of materials…' })
  await solstice.answerSaveDialog(null)
  await save.click()
  await expect.poll(() => solstice.proposedPath()).toMatch(/solstice-\d+\.\d+\.\d+\.cdx\.json$/)
  await expect(about.getByText(/^Saved as/)).toBeHidden()

  const target = join(solstice.folder, 'parts.json')
  await solstice.answerSaveDialog(target)
  await save.click()
  await expect(about.getByText('Saved as parts.json.')).toBeVisible()
  const bill = JSON.parse(await readFile(target, 'utf8')) as { bomFormat: string; components: unknown[] }
  expect(bill.bomFormat).toBe('CycloneDX')
  expect(bill.components.length).toBeGreaterThan(50)

  await solstice.answerSaveDialog(join(solstice.folder, 'nowhere', 'parts.json'))
  await save.click()
  await expect(about.getByRole('alert')).toContainText('parts.json')
  await expectAccessible(solstice)
})

test('opens Chromium’s own list, and only that', async () => {
  const about = await openAbout()
  await solstice.app.evaluate(({ shell }) => {
    const openPath = (path: string) => {
      Object.assign(globalThis, { openedPath: path })
      return Promise.resolve('')
    }
    Object.assign(shell, { openPath })
  })
  await about.getByRole('button', { name: 'Chromium’s licences' }).click()
  const opened = () => solstice.app.evaluate(() => String(Reflect.get(globalThis, 'openedPath')))
  await expect.poll(async () => basename(await opened())).toBe('LICENSES.chromium.html')
  expect(await readFile(await opened(), 'utf8')).toContain('<html')
})

test('speaks Russian', async () => {
  await solstice.ask('settings.set', { locale: 'ru' })
  const { window } = solstice
  await window.getByRole('button', { name: 'Настройки', exact: true }).click()
  await window.getByRole('button', { name: 'О программе Solstice' }).click()
  const about = window.getByRole('dialog', { name: 'О программе Solstice' })
  await about.getByRole('searchbox').fill('libheif-js')
  await about.getByRole('button', { name: /^libheif-js/ }).click()
  await expect(about).toContainText('можно заменить своей сборкой')
})
