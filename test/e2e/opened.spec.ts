/** Photos that the system asks Solstice to open: at its start, by a second start, through macOS's own event. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import { writeSmallPhoto, writeTruncated } from './photos.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

let solstice: Solstice
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-opened-'))
  await writeSmallPhoto(join(folder, 'first.jpg'))
  await writeSmallPhoto(join(folder, 'trip', 'one.jpg'))
  await writeSmallPhoto(join(folder, 'trip', 'two.png'), { sample: 'seeding' })
  await writeFile(join(folder, 'trip', 'notes.txt'), 'Sunny.')
  solstice = await Solstice.start(undefined, {}, [join(folder, 'first.jpg'), join(folder, 'trip')])
})
test.afterAll(async () => {
  await solstice.end()
  await rm(folder, { recursive: true, force: true })
})

/** The names of the selected photos, in the gallery's order. */
async function selected(): Promise<string[]> {
  const cells = solstice.window.locator('[data-photo][aria-selected="true"]')
  const names = await cells.evaluateAll((found) => found.map((cell) => cell.textContent.trim()))
  const known = (await solstice.ask('library.list', {})).map(({ name }) => name)
  return known.filter((name) => names.some((text) => text.startsWith(name)))
}

test('what stands on the command line is on the shelf, and selected', async () => {
  await solstice.allRead()
  await expect(solstice.window.getByTestId('counts')).toHaveText('3 photos · 3 selected')
  expect(await selected()).toEqual(['first.jpg', 'one.jpg', 'two.png'])
})

test('a second start with a name of its own folder ends well, and the first window shows the photo', async () => {
  const elsewhere = join(folder, 'second place')
  await writeSmallPhoto(join(elsewhere, 'лето #1 100%.jpg'))
  await solstice.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  expect(await solstice.startAgain(['лето #1 100%.jpg', '../trip/two.png'], elsewhere)).toBe(0)
  await expect(solstice.window.getByTestId('counts')).toHaveText('4 photos · 2 selected')
  expect(await selected()).toEqual(['two.png', 'лето #1 100%.jpg'])
  const isVisible = () =>
    solstice.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(isVisible).toBe(true)
})

test('from another room and over a dialog the gallery comes, with addresses of files as names', async () => {
  const { window } = solstice
  await solstice.compare('one.jpg')
  await window.getByRole('radiogroup', { name: 'Room' }).getByText('Train').click()
  await window.keyboard.press('ControlOrMeta+,')
  await expect(window.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  const address = pathToFileURL(join(folder, 'first.jpg')).href
  expect(await solstice.startAgain([address, 'solstice://open', 'http://example.com/a.jpg'], folder)).toBe(0)
  await expect(window.getByRole('grid', { name: 'Photos' })).toBeVisible()
  await expect(window.getByRole('dialog')).toHaveCount(0)
  await expect(window.getByTestId('counts')).toHaveText('4 photos · 1 selected')
  expect(await selected()).toEqual(['first.jpg'])
  await expect(window.locator('[data-photo]:focus')).toContainText('first.jpg')
})

test('what is no photo, is broken or not there says so, as when it is dropped', async () => {
  await writeTruncated(join(folder, 'half.jpg'))
  await mkdir(join(folder, 'empty'))
  const { window } = solstice
  await solstice.startAgain(['half.jpg', 'trip/notes.txt', 'gone.jpg'], folder)
  await expect(window.getByTestId('counts')).toHaveText('7 photos · 3 selected · 3 could not be read')
  await expect(solstice.cell('half.jpg')).toContainText('half.jpg ends too early')
  await expect(solstice.cell('notes.txt')).toContainText('notes.txt is not a picture.')
  await expect(solstice.cell('gone.jpg')).toContainText('gone.jpg is not there any more')
  await solstice.startAgain(['empty'], folder)
  await expect(window.getByText('There are no photos in what was opened.')).toBeVisible()
  expect(await selected()).toEqual(['half.jpg', 'notes.txt', 'gone.jpg'])
})

test('more names than the message between two programs holds come all the same, and nothing ends', async () => {
  const many = join(folder, 'many')
  const first = await writeSmallPhoto(join(many, `${'x'.repeat(100)}.jpg`), { width: 32, height: 24 })
  const copies = Array.from({ length: 60 }, (_, index) => join(many, `copy ${index}.jpg`))
  for (const copy of copies) await copyFile(first, copy)
  // What is named several times comes once.
  const names = Array.from({ length: 600 }, (_, index) => copies[index] ?? first)
  expect(names.join(' ').length).toBeGreaterThan(64 * 1024)
  const pid = solstice.app.process().pid
  expect(await solstice.startAgain(names, folder)).toBe(0)
  await expect(solstice.window.getByTestId('counts')).toContainText('68 photos · 61 selected')
  await expect(solstice.cell('copy 0.jpg')).toBeInViewport()
  expect(await solstice.app.evaluate(() => process.pid)).toBe(pid)
})

test('a photo far down on the shelf comes into view', async () => {
  await expect(solstice.cell('copy 59.jpg')).not.toBeInViewport()
  await solstice.startAgain([join(folder, 'many', 'copy 59.jpg')], folder)
  await expect(solstice.cell('copy 59.jpg')).toBeInViewport()
  await solstice.startAgain(['first.jpg'], folder)
  await expect(solstice.cell('first.jpg')).toBeInViewport()
})

test('macOS’s event opens the window where there is none, and shows the photo', async () => {
  const path = await writeSmallPhoto(join(folder, 'from finder.jpg'))
  await solstice.app.evaluate(({ app }) => {
    // Elsewhere the program ends with its window.
    app.removeAllListeners('window-all-closed')
    app.on('window-all-closed', () => undefined)
  })
  await solstice.closeWindow()
  await solstice.reopenWindow((app) =>
    app.evaluate(({ app: program }, opened) => {
      program.emit('open-file', { preventDefault: () => undefined }, opened)
      // Comes along when the icon in the dock is clicked: one window is enough.
      program.emit('activate')
    }, path),
  )
  await expect(solstice.window.getByTestId('counts')).toContainText('69 photos · 1 selected')
  expect(await selected()).toEqual(['from finder.jpg'])
  expect(await solstice.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('no protocol is Solstice’s', async () => {
  const registered = await solstice.app.evaluate(({ app }) =>
    ['solstice', 'app', 'photo', 'http'].filter((scheme) => app.isDefaultProtocolClient(scheme)),
  )
  expect(registered).toEqual([])
})
