/** Getting a result out of the window: Save as, and dragging it to another program. */
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import sharp from 'sharp'
import { copySample, samplePath, writeSmallPhoto } from './photos.ts'
import { bitmapOf, difference } from './pixels.ts'
import { Solstice } from './solstice.ts'

const photo = 'lake.jpg'
const camera = 'Solstice Test Camera'
let solstice: Solstice
let source: string
let room: Locator

test.beforeAll(async () => {
  solstice = await Solstice.start()
  source = await writeSmallPhoto(join(solstice.folder, 'photos', photo), { camera })
  await solstice.drop([source])
  await solstice.convert(photo)
  room = await solstice.compare(photo)
})
test.afterAll(() => solstice.end())

const save = async (target: string | null): Promise<void> => {
  await solstice.answerSaveDialog(target)
  await room.getByRole('button', { name: 'Save as…' }).click()
}

const strength = (percent: number): Promise<void> =>
  room.getByRole('slider', { name: 'Strength' }).fill(String(percent))

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** The pictures that the result was made of. */
const kept = async (which: 'before' | 'after'): Promise<string> => {
  const [conversion] = await solstice.conversions()
  return join(solstice.dataFolder, 'results', conversion?.id ?? '', `${which}.png`)
}

test('saves a JPEG with its profile and the camera’s details, and leaves the photo alone', async () => {
  const untouched = await readFile(source)
  const target = join(solstice.folder, 'saved.jpg')
  await strength(100)
  await save(target)
  await expect(solstice.window.getByText('Saved as saved.jpg.')).toBeVisible()
  await expect(solstice.window.getByRole('button', { name: 'Show in folder' })).toBeVisible()
  expect(await solstice.proposedPath()).toBe(join(dirname(source), 'lake-winter.jpg'))

  const { format, width, height, icc, exif, orientation } = await sharp(target).metadata()
  expect({ format, width, height }).toEqual({ format: 'jpeg', width: 240, height: 160 })
  expect(orientation ?? 1).toBe(1)
  // Names in a profile are in UTF-16.
  expect(icc?.toString('latin1').replaceAll('\0', '')).toContain('sRGB')
  expect(exif?.toString('latin1')).toContain(camera)
  expect(difference(await bitmapOf(target), await bitmapOf(await kept('after')))).toBeLessThan(4)
  expect(await readFile(source)).toEqual(untouched)
})

test('the name’s ending chooses the format', async () => {
  const target = join(solstice.folder, 'saved.webp')
  await save(target)
  await expect(solstice.window.getByText('Saved as saved.webp.')).toBeVisible()
  expect((await sharp(target).metadata()).format).toBe('webp')
})

test('strength 0 saves the photo as it was', async () => {
  const target = join(solstice.folder, 'nothing.png')
  await strength(0)
  await save(target)
  await expect(solstice.window.getByText('Saved as nothing.png.')).toBeVisible()
  expect(difference(await bitmapOf(target), await bitmapOf(await kept('before')))).toBe(0)
  expect(difference(await bitmapOf(target), await bitmapOf(source))).toBeLessThan(1)
  await strength(100)
})

test('never overwrites the photo', async () => {
  const untouched = await readFile(source)
  await save(source)
  await expect(
    solstice.window.getByText(
      `${photo} is the photo itself. Solstice never overwrites it; choose another name.`,
    ),
  ).toBeVisible()
  expect(await readFile(source)).toEqual(untouched)
})

test('says when a folder cannot be written to', async () => {
  await save(join(solstice.folder, 'no such folder', 'saved.jpg'))
  await expect(solstice.window.getByRole('alert').getByText('cannot be written')).toBeVisible()
})

test('writes nothing when the dialog is cancelled', async () => {
  const everything = (): Promise<string[]> => readdir(solstice.folder, { recursive: true })
  const messages = solstice.window.getByRole('region', { name: 'Messages' }).getByRole('paragraph')
  const [files, told] = [await everything(), await messages.allInnerTexts()]
  await save(null)
  await expect.poll(() => solstice.proposedPath()).toContain('lake-winter')
  await solstice.ask('settings.get', {})
  const own = (names: readonly string[]) =>
    names.filter((name) => !/^data.(chromium|window)/.test(name)).toSorted()
  expect(own(await everything())).toEqual(own(files))
  expect((await messages.allInnerTexts()).filter((text) => !told.includes(text))).toEqual([])
})

test('prepares a file and hands it to the system’s drag and drop', async () => {
  const { app, window } = solstice
  await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const startDrag = (item: { file: string; icon: Electron.NativeImage }) => {
      Object.assign(globalThis, { dragged: { file: item.file, icon: item.icon.getSize() } })
    }
    Object.assign(contents ?? {}, { startDrag })
  })
  const handle = room.getByRole('button', { name: 'Drag out' })
  await handle.hover()
  await expect(handle).toHaveAttribute('data-ready', 'true')
  const box = await handle.boundingBox()
  if (box === null) throw new Error('The handle is not in the page')
  await window.mouse.down()
  await window.mouse.move(box.x + box.width / 2 + 40, box.y - 40, { steps: 5 })
  const dragged = (): Promise<unknown> => app.evaluate(() => Reflect.get(globalThis, 'dragged') as unknown)
  await expect.poll(dragged).toBeTruthy()
  await window.mouse.up()

  const { file, icon } = (await dragged()) as { file: string; icon: { width: number } }
  expect(icon.width).toBe(128)
  expect(file.startsWith(join(solstice.dataFolder, 'outgoing') + sep)).toBe(true)
  expect(basename(file)).toBe('lake-winter.jpg')
  expect((await stat(file)).isFile()).toBe(true)
  expect(difference(await bitmapOf(file), await bitmapOf(await kept('after')))).toBeLessThan(4)
})

// It was cut off, and nobody was told.
test('what is being saved when the program is closed is written first', async () => {
  await solstice.backToGallery()
  await solstice.drop([await copySample('seeding', join(solstice.folder, 'photos', 'large.jpg'))])
  await solstice.convert('large.jpg')
  room = await solstice.compare('large.jpg')
  const target = join(solstice.folder, 'last.avif')
  await save(target)
  await expect(room.getByRole('button', { name: 'Saving…' })).toBeDisabled()
  await expect.poll(() => solstice.proposedPath()).toContain('large-winter')
  expect(await exists(target)).toBe(false)
  await solstice.restart()
  const { format, width } = await sharp(target).metadata()
  expect([format, width]).toEqual(['heif', (await sharp(samplePath('seeding')).metadata()).width])
})
