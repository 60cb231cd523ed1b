/** Drives that are pulled out, full, or not there at the start: nothing is lost, and all works again when they are back. */
import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, type Locator } from '@playwright/test'
import { program } from './launch.ts'
import { writeSmallPhoto } from './photos.ts'
import { drawn } from './pixels.ts'
import { Solstice } from './solstice.ts'

const missing = /is not there any more\. Was it moved or renamed, or is its drive not connected\?/

const notices = (solstice: Solstice): Locator =>
  solstice.window.getByRole('status', { name: 'What happened' })

/** As when the user comes back to the window. */
const focus = (solstice: Solstice): Promise<unknown> =>
  solstice.app.evaluate(({ app }) => app.emit('browser-window-focus'))

/** Null, or why the command did not do it. */
const attempt = (command: string, ...args: readonly string[]): Promise<string | null> =>
  promisify(execFile)(command, args).then(
    () => null,
    (thrown: unknown) => String(thrown),
  )

test('photos of a drive that is pulled out are marked, keep their results, and work again when it is back', async () => {
  const solstice = await Solstice.start()
  try {
    const { window } = solstice
    const drive = join(solstice.folder, 'drive')
    const pulled = join(solstice.folder, 'elsewhere')
    await solstice.drop([
      await writeSmallPhoto(join(drive, 'away.jpg')),
      await writeSmallPhoto(join(drive, 'other.png')),
      await writeSmallPhoto(join(solstice.folder, 'here.jpg')),
    ])
    await solstice.convert('away.jpg')
    await rename(drive, pulled)
    await focus(solstice)
    await expect(window.getByTestId('counts')).toContainText('2 not found')
    await expect(solstice.cell('away.jpg')).toContainText('Not found')
    await drawn(solstice.cell('other.png').locator('img'))
    await expect(solstice.cell('here.jpg')).not.toContainText('Not found')

    // Told anew, the result is there all the same.
    await solstice.restart()
    await expect(solstice.window.getByTestId('counts')).toHaveText('3 photos · 2 not found')
    const room = await solstice.compare('away.jpg')
    await drawn(room.getByRole('img', { name: 'away.jpg, Winter' }))
    await solstice.style('Winter → Summer').click()
    await expect(room.getByText(missing)).toBeVisible()
    await solstice.backToGallery()
    const other = await solstice.compare('other.png')
    await expect(other.getByText(missing)).toBeVisible()
    await drawn(other.getByRole('img'))
    await solstice.backToGallery()

    await rename(pulled, drive)
    await focus(solstice)
    await expect(solstice.window.getByTestId('counts')).not.toContainText('not found')
    await solstice.convert('other.png')
  } finally {
    await solstice.end()
  }
})

test('a drive that comes back is noticed without a click', async () => {
  const solstice = await Solstice.start()
  try {
    const drive = join(solstice.folder, 'drive')
    await solstice.drop([await writeSmallPhoto(join(drive, 'away.jpg'))])
    await rename(drive, `${drive} pulled`)
    await expect(solstice.cell('away.jpg')).toContainText('Not found', { timeout: 30_000 })
    await rename(`${drive} pulled`, drive)
    await expect(solstice.cell('away.jpg')).not.toContainText('Not found', { timeout: 30_000 })
  } finally {
    await solstice.end()
  }
})

test('a photo whose drive went before it was read is read when it is back', async () => {
  const solstice = await Solstice.start()
  try {
    const drive = join(solstice.folder, 'drive')
    const path = await writeSmallPhoto(join(drive, 'away.jpg'))
    await solstice.drop([path])
    await rename(drive, `${drive} pulled`)
    await focus(solstice)
    const { id } = await solstice.photo('away.jpg')
    await solstice.ask('library.retry', { ids: [id] })
    await expect(solstice.cell('away.jpg').getByText(missing)).toBeVisible()
    await rename(`${drive} pulled`, drive)
    await focus(solstice)
    await drawn(solstice.cell('away.jpg').locator('img'))
  } finally {
    await solstice.end()
  }
})

test('a full disk is told once, nothing that was saved is lost, and all is saved when there is room', async () => {
  const disk = await mkdtemp(join(tmpdir(), 'solstice-disk-'))
  const mounted = await attempt('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk)
  test.skip(mounted !== null, `No disk can be mounted here: ${mounted}`)
  const dataFolder = join(disk, 'data')
  const filler = join(disk, 'filler')
  let solstice: Solstice | null = null
  try {
    solstice = await Solstice.start(undefined, { SOLSTICE_DATA: dataFolder })
    const { window } = solstice
    await solstice.ask('settings.set', { locale: 'en', theme: 'light' })
    const one = await writeSmallPhoto(join(solstice.folder, 'one.jpg'))
    await solstice.drop([one])
    const list = () => readFile(join(dataFolder, 'library.json'), 'utf8').catch(() => '')
    await expect.poll(list).toContain('one.jpg')
    const saved = await readFile(join(dataFolder, 'settings.json'), 'utf8')
    const { bavail, bsize } = await statfs(disk)
    await writeFile(filler, Buffer.alloc(bavail * bsize))
    expect((await statfs(disk)).bavail).toBe(0)

    await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'two.png'))])
    await solstice.ask('settings.set', { theme: 'dark' })
    const told = notices(solstice).getByText('The disk is full')
    await expect(told).toHaveCount(1)
    expect(await readFile(join(dataFolder, 'settings.json'), 'utf8')).toBe(saved)
    await solstice.cell('one.jpg').click()
    await solstice.style().click()
    await expect(solstice.cell('one.jpg')).toContainText('Not converted', { timeout: 60_000 })
    await expect(told).toHaveCount(1)
    await drawn(solstice.cell('two.png').locator('img'))

    await rm(filler)
    await expect(notices(solstice)).toBeEmpty()
    expect(await list()).toContain('two.png')
    expect(await readFile(join(dataFolder, 'settings.json'), 'utf8')).toContain('dark')
    await solstice.convert('one.jpg')
    await expect(window.getByTestId('progress')).toContainText('1 photo converted')
  } finally {
    await solstice?.end()
    await attempt('umount', disk)
    await rm(disk, { recursive: true, force: true })
  }
})

test('who quits while the disk is full is asked, and loses nothing by making room first', async () => {
  const disk = await mkdtemp(join(tmpdir(), 'solstice-disk-'))
  const mounted = await attempt('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk)
  test.skip(mounted !== null, `No disk can be mounted here: ${mounted}`)
  const dataFolder = join(disk, 'data')
  const filler = join(disk, 'filler')
  let solstice: Solstice | null = null
  try {
    solstice = await Solstice.start(undefined, { SOLSTICE_DATA: dataFolder })
    await solstice.ask('settings.set', { locale: 'en' })
    const settings = () => readFile(join(dataFolder, 'settings.json'), 'utf8').catch(() => '')
    await expect.poll(settings).toContain('"en"')
    const { bavail, bsize } = await statfs(disk)
    await writeFile(filler, Buffer.alloc(bavail * bsize))
    // The user makes room while the question is on the screen.
    await solstice.app.evaluate(({ dialog }, file) => {
      const showMessageBox = async () => {
        await process.getBuiltinModule('node:fs/promises').rm(file)
        return { response: 0, checkboxChecked: false }
      }
      Object.assign(dialog, { showMessageBox })
    }, filler)
    await solstice.ask('settings.set', { saveQuality: 71 })
    await expect(notices(solstice)).toContainText('The disk is full')
    await solstice.app.close()
    expect(await settings()).toContain('71')
  } finally {
    await solstice?.end()
    await attempt('umount', disk)
    await rm(disk, { recursive: true, force: true })
  }
})

test('a data folder that cannot be used is said plainly, and the program waits for an answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'solstice-no-data-'))
  const { executable, args } = program()
  await writeFile(join(folder, 'drive'), 'where a drive would be')
  await mkdir(join(folder, 'chromium'))
  const child = spawn(executable, args, {
    env: { ...process.env, SOLSTICE_DATA: join(folder, 'drive', 'Solstice') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  try {
    let said = ''
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    await expect
      .poll(() => said)
      .toMatch(/Solstice cannot use the folder in which it keeps its data\.|не может работать с папкой/)
    expect(said).toContain(join(folder, 'drive', 'Solstice'))
    expect(child.exitCode).toBeNull()
  } finally {
    child.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
})
