/** New versions: nothing is asked unless the copy has a feed and the user wishes it; then found, fetched, refused, installed. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { FileServer } from '../../src-main/models/fetch/testing/file-server.ts'
import { smallCheckpoint, writeCatalogue } from '../../src-main/models/fetch/testing/small-style.ts'
import { FeedServer } from '../../src-main/updates/testing/feed-server.ts'
import { expectAccessible } from './accessible.ts'
import { Solstice } from './solstice.ts'

test.skip(process.platform !== 'linux', 'The feed and the copy that is replaced are those of Linux.')
test.describe.configure({ mode: 'serial' })

const settings = { locale: 'en', theme: 'light' } as const
const feedFile = '/feed/latest-linux.yml'
const file = '/feed/Solstice-99.1.0.AppImage'
const old = 'the old version'

let folder: string
let server: FeedServer
/** Of a style, whose fetching is work that a restart would cut off. */
let styles: FileServer
let solstice: Solstice
let environment: Record<string, string>
/** What the new version writes when it is started, and with which argument of electron-updater. */
let ran: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-update-'))
  ran = join(folder, 'ran')
  const script = `#!/bin/sh\nprintf "%s" "\${APPIMAGE_EXIT_AFTER_INSTALL:-started}" > "${ran}"\n`
  server = await new FeedServer(Buffer.from(script + '#'.repeat(400_000))).listen()
  styles = await new FileServer(smallCheckpoint()).listen()
  environment = {
    SOLSTICE_CATALOGUE: await writeCatalogue(join(folder, 'catalogue.json'), styles.address, [{}]),
    SOLSTICE_UPDATE_CONFIG: await server.writeConfig(join(folder, 'app-update.yml')),
    APPIMAGE: join(folder, 'place', 'Solstice.AppImage'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  }
  await mkdir(join(folder, 'place'))
  await placeOld()
})
test.afterAll(async () => {
  if (server.listening) await server.close()
  await styles.close()
  await rm(folder, { recursive: true, force: true })
})

const place = (): string => environment['APPIMAGE'] ?? ''
const placeOld = (): Promise<void> => writeFile(place(), old)
const inPlace = (): Promise<Buffer> => readFile(place())

async function openSettings(): Promise<Locator> {
  await solstice.window.keyboard.press('ControlOrMeta+,')
  return solstice.window.getByRole('dialog', { name: 'Settings' })
}

/** The files of electron-updater that are in memory. */
const loadedUpdater = (): Promise<string[]> =>
  solstice.app.evaluate(() => {
    const cache = process.getBuiltinModule('node:module') as unknown as { _cache: object }
    return Object.keys(cache._cache).filter((name) => name.includes('electron-updater'))
  })

/** What the system's next question will be answered: the number of a button. */
const answerQuestion = (response: number): Promise<void> =>
  solstice.app.evaluate(({ dialog }, answer) => {
    const asked: string[] = []
    const showMessageBox = (_window: unknown, { message }: { message: string }) => {
      asked.push(message)
      return Promise.resolve({ response: answer })
    }
    Object.assign(dialog, { showMessageBox })
    Object.assign(globalThis, { asked })
  }, response)
const questions = (): Promise<unknown> =>
  solstice.app.evaluate(() => Reflect.get(globalThis, 'asked') as unknown)

/** A package takes its feed from its resources, and nobody else may name one. */
let isPackaged = false
test.beforeEach(() => test.skip(isPackaged, 'A package cannot be given a feed for tests.'))

test('a copy without a feed says so, and has nothing to ask with', async () => {
  solstice = await Solstice.start(settings)
  isPackaged = await solstice.app.evaluate(({ app }) => app.isPackaged)
  const dialog = await openSettings()
  await expect(dialog.getByText('does not look for new versions and asks no server')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Look now' })).toHaveCount(0)
  await expect(dialog.getByRole('checkbox')).toHaveCount(0)
  expect(await solstice.ask('updates.look', {})).toMatchObject({ state: 'absent' })
  expect(await loadedUpdater()).toEqual([])
  await expectAccessible(solstice)
  await solstice.end()
})

test('nothing is asked before the user wishes it, and then no more than needed', async () => {
  solstice = await Solstice.start(settings, environment)
  const dialog = await openSettings()
  await expect(dialog.getByRole('checkbox', { name: 'Look once a day' })).not.toBeChecked()
  await expectAccessible(solstice)
  expect(server.paths).toEqual([])
  expect(await loadedUpdater()).toEqual([])
  server.version = '0.0.1'
  await dialog.getByRole('button', { name: 'Look now' }).click()
  await expect(dialog.getByText('This is the newest version.')).toBeVisible()
  expect(server.paths).toEqual([feedFile])
  expect(await loadedUpdater()).not.toEqual([])
  const { headers } = server.asked[0]!
  // The rest is Chromium's, the same for every copy.
  const said = Object.keys(headers).filter((name) => !/^(host|connection|priority|sec-fetch-.*)$/.test(name))
  expect(said.toSorted()).toEqual(['accept-encoding', 'accept-language', 'cache-control', 'user-agent'])
  expect(headers).toMatchObject({ 'user-agent': 'Solstice', 'accept-language': 'en' })
  // No number that tells this copy from others, here or anywhere below.
  const kept = await readdir(solstice.dataFolder, { recursive: true })
  expect(kept.filter((name) => name.includes('updaterId'))).toEqual([])
})

test('a newer version is found, and what its makers say is nothing but text', async () => {
  server.version = '99.1.0'
  server.notes = 'Snow is whiter.\n<img src=x onerror="window.ran = true"><b>Bold</b>'
  const dialog = solstice.window.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('button', { name: 'Look now' }).click()
  await expect(dialog.getByText('Solstice 99.1.0 is there.')).toBeVisible()
  await expect(dialog.getByText('<b>Bold</b>')).toBeVisible()
  await expect(dialog.locator('img, b')).toHaveCount(0)
  await expectAccessible(solstice)
  expect(server.paths).not.toContain(file)
})

test('a download shows how far it is and is cancelled without a trace', async () => {
  const dialog = solstice.window.getByRole('dialog', { name: 'Settings' })
  server.holdAfter = 100_000
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect.poll(() => server.paths).toContain(file)
  await expectAccessible(solstice)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog.getByRole('button', { name: 'Download' })).toBeVisible()
  await expect(dialog.getByRole('alert')).toHaveText('')
  server.holdAfter = null
})

test('a file that is not what the feed promised is refused', async () => {
  const dialog = solstice.window.getByRole('dialog', { name: 'Settings' })
  const right = server.file
  server.file = Buffer.from(right)
  server.file[300_000] = 0
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog.getByRole('alert')).toContainText('not the version of Solstice that it promised')
  await expectAccessible(solstice)
  server.file = right
  expect((await inPlace()).toString()).toBe(old)
  // The file was asked for as sparingly as the feed.
  const said = new Set(server.asked.flatMap(({ headers }) => Object.keys(headers)))
  expect([...said].filter((name) => /^(x-|cookie|authorization|referer|origin)/.test(name))).toEqual([])
  expect(new Set(server.asked.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['Solstice']))
  const cached = await readdir(join(folder, 'cache'), { recursive: true })
  expect(cached.filter((name) => name.endsWith('.AppImage'))).toEqual([])
})

test('a server that leads elsewhere or answers nonsense is told kindly', async () => {
  await solstice.restart()
  const dialog = await openSettings()
  server.redirect = 'file:///etc/passwd'
  await dialog.getByRole('button', { name: 'Look now' }).click()
  await expect(dialog.getByRole('alert')).toContainText('out of reach')
  server.redirect = null
  server.version = 'next'
  await dialog.getByRole('button', { name: 'Look now' }).click()
  await expect(dialog.getByRole('alert')).toContainText('not the version of Solstice that it promised')
  server.version = '99.1.0'
})

test('what was fetched is installed when the program ends', async () => {
  const { window } = solstice
  const dialog = window.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('button', { name: 'Look now' }).click()
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog.getByText('Solstice 99.1.0 is here. It is installed when you quit.')).toBeVisible()
  await expectAccessible(solstice)
  expect((await inPlace()).toString()).toBe(old)
  await solstice.app.close()
  expect((await inPlace()).equals(server.file)).toBe(true)
  // Told to end at once, for the user has quit.
  expect(await readFile(ran, 'utf8')).toBe('true')
})

test('or at once where the user agrees to pause what is under way, and the new version starts', async () => {
  await placeOld()
  await rm(ran)
  await solstice.relaunch()
  styles.options = { holdAfter: 10_000 }
  await solstice.ask('catalogue.fetch', { task: 'small0_style' })
  const dialog = await openSettings()
  await dialog.getByRole('button', { name: 'Look now' }).click()
  await dialog.getByRole('button', { name: 'Download' }).click()
  const restart = dialog.getByRole('button', { name: 'Restart and install' })

  await answerQuestion(1)
  await restart.click()
  await expect.poll(questions).toEqual(['A style is being fetched.'])
  await expect(restart).toBeVisible()
  expect((await inPlace()).toString()).toBe(old)

  await answerQuestion(0)
  const gone = solstice.app.waitForEvent('close')
  await restart.click()
  await gone
  expect((await inPlace()).equals(server.file)).toBe(true)
  await expect.poll(() => readFile(ran, 'utf8').catch(() => '')).toBe('started')
})

test('once a day it looks by itself where that was wished', async () => {
  server.asked.length = 0
  await rm(join(solstice.dataFolder, 'updates.json'))
  await solstice.relaunch()
  const dialog = await openSettings()
  await dialog.getByRole('checkbox', { name: 'Look once a day' }).check()
  await expect(dialog.getByText('Solstice 99.1.0 is there.')).toBeVisible()
  expect(server.paths).toEqual([feedFile])
  await solstice.restart()
  const again = await openSettings()
  await expect(again.getByRole('checkbox', { name: 'Look once a day' })).toBeChecked()
  expect(server.paths).toEqual([feedFile])
  await solstice.app.close()
  await rm(join(solstice.dataFolder, 'updates.json'))
  await solstice.relaunch()
  await solstice.window.getByRole('button', { name: 'Show' }).click()
  const shown = solstice.window.getByRole('dialog', { name: 'Settings' })
  await expect(shown.getByText('Solstice 99.1.0 is there.')).toBeInViewport()
})

test('the window itself reaches the feed no more than any other server', async () => {
  server.asked.length = 0
  const reached = await solstice.window.evaluate(
    (address) =>
      fetch(address, { mode: 'no-cors' }).then(
        () => true,
        () => false,
      ),
    `${server.address}/latest-linux.yml`,
  )
  expect(reached).toBe(false)
  expect(server.asked).toEqual([])
})

test('a server that is gone is told kindly, and what was found stays', async () => {
  await server.close()
  const dialog = solstice.window.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog.getByRole('alert')).toContainText('out of reach')
  await expect(dialog.getByText('Solstice 99.1.0 is there.')).toBeVisible()
  await solstice.end()
})
