/** Whatever was killed, nothing is lost, and the window says what happened: a window, the program, an error nobody caught. */
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { beginApp, startBeside } from './launch.ts'
import { copySample, writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

const photoAt = (name: string): string => join(solstice.folder, 'photos', name)
const notices = (): Locator => solstice.window.getByRole('status', { name: 'What happened' })
const cutOff = 'Solstice was cut off the last time. What was finished is safe.'

/** Kills the window's process, and waits until the program knows of it. */
async function killWindow(): Promise<void> {
  await solstice.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const gone = new Promise((resolve) => contents?.once('render-process-gone', resolve))
    if (contents === undefined) throw new Error('There is no window')
    process.kill(contents.getOSProcessId(), 'SIGKILL')
    await gone
  })
}

/**
 * Playwright gives up a page whose process has died; the program has not. A script that the dying page was given is
 * never answered, so an answer is waited for no longer than a moment.
 */
function inWindow<Result>(script: string, app = solstice.app): Promise<Result | null> {
  return app.evaluate(
    ({ BrowserWindow }, code) =>
      Promise.race([
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
        new Promise((resolve) => setTimeout(() => resolve(null), 1000)),
      ]),
    script,
  ) as Promise<Result | null>
}

const windowText = async (app = solstice.app): Promise<string> =>
  (await inWindow<string>('document.body.innerText', app).catch(() => null)) ?? ''

/** What the program's own questions will be answered with; they are counted. */
async function answerQuestions(response: number): Promise<void> {
  await solstice.app.evaluate(({ dialog }, answer) => {
    const asked: string[] = []
    const showMessageBox = (options: { message: string }) => {
      asked.push(options.message)
      return Promise.resolve({ response: answer, checkboxChecked: false })
    }
    Object.assign(dialog, { showMessageBox })
    Object.assign(globalThis, { asked })
  }, response)
}
const questions = () => solstice.app.evaluate(() => Reflect.get(globalThis, 'asked') as string[])

test('a killed window comes back where the user was, and a conversion goes on beneath it', async () => {
  const { window } = solstice
  await solstice.drop([
    await writeSmallPhoto(photoAt('one.jpg')),
    await writeSmallPhoto(photoAt('two.png')),
    await copySample('sunset', photoAt('large.jpg')),
  ])
  await solstice.cell('large.jpg').click()
  await solstice.style().click()
  await solstice.cell('one.jpg').click()
  await solstice.cell('two.png').click({ modifiers: ['ControlOrMeta'] })
  await window.keyboard.press('Backslash')
  await killWindow()

  await expect.poll(windowText).toContain('The window had stopped and was loaded anew.')
  await expect.poll(windowText).toContain('3 photos · 2 selected')
  const showing = `document.querySelector('input[value="before"]')?.checked`
  await expect.poll(() => inWindow<boolean>(showing)).toBe(true)
  const state = () =>
    inWindow<string>(
      `window.solstice.call('conversions.list', {}).then(({ value }) => value.map(({ state }) => state).join())`,
    )
  await expect.poll(state, { timeout: 60_000 }).toBe('done')
  const log = await readFile(join(solstice.dataFolder, 'crashes/crashes.log'), 'utf8')
  expect(log).toContain("The window's process is gone")
})

/** How a second program's first load is cut short: its window's process is killed, or its window is closed. */
type Disturbance = 'killed at once' | 'killed when it is drawn' | 'closed'

/** Begun anew until the load is caught: a quick one is over before it can be asked about. */
async function disturbFirstLoad(how: Disturbance) {
  for (let attempt = 1; ; attempt++) {
    const dataFolder = join(solstice.folder, `other-${attempt}`)
    await mkdir(dataFolder)
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ locale: 'en' }))
    const app = await beginApp({ dataFolder })
    if (await app.evaluate(disturbLoad, how)) return { app, dataFolder }
    await app.close()
  }
}

/** Runs in the program; false where the load was over. */
async function disturbLoad(
  { app, BrowserWindow }: Pick<typeof Electron, 'app' | 'BrowserWindow'>,
  how: string,
): Promise<boolean> {
  const window =
    BrowserWindow.getAllWindows()[0] ??
    (await new Promise<Electron.BrowserWindow>((resolve) => {
      app.once('browser-window-created', (_event, created) => resolve(created))
    }))
  const { webContents } = window
  const caught = await new Promise<boolean>((resolve) => {
    webContents.once('did-stop-loading', () => resolve(false))
    webContents.once('dom-ready', () => resolve(true))
    if (how !== 'killed when it is drawn' || !webContents.isLoading()) resolve(webContents.isLoading())
  })
  if (!caught) return false
  // After the answer to this, which would not come from a program that has ended.
  if (how === 'closed') setImmediate(() => window.close())
  else webContents.forcefullyCrashRenderer()
  return true
}

for (const how of ['killed at once', 'killed when it is drawn'] as const)
  test(`a window that is ${how}, while it loads for the first time, comes back`, async () => {
    const { app } = await disturbFirstLoad(how)
    try {
      await expect.poll(() => windowText(app)).toContain('The window had stopped and was loaded anew.')
      await expect.poll(() => windowText(app)).toContain('Drop photos or folders here')
    } finally {
      await app.close()
    }
  })

test('a window that is closed while it loads for the first time ends the program in order', async () => {
  const { app, dataFolder } = await disturbFirstLoad('closed')
  const child = app.process()
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(0)
  // The mark of a program that runs.
  expect(await readdir(dataFolder)).not.toContain('running.json')
  expect(await readFile(join(dataFolder, 'crashes/crashes.log'), 'utf8').catch(() => '')).toBe('')
})

test('the compare room is shown again after the window was killed', async () => {
  await solstice.drop([await writeSmallPhoto(photoAt('one.jpg'))])
  await solstice.compare('one.jpg')
  await killWindow()
  const room = `document.querySelector('section.compare')?.getAttribute('aria-label') ?? ''`
  await expect.poll(() => inWindow<string>(room)).toBe('Compare: one.jpg')
})

test('a window that dies again and again is asked about, not loaded for ever', async () => {
  await answerQuestions(0)
  for (const asked of [0, 0, 1]) {
    await killWindow()
    await expect.poll(windowText).toContain('The window had stopped and was loaded anew.')
    expect(await questions()).toHaveLength(asked)
  }
  expect(await questions()).toEqual(['The window keeps failing.'])
})

test('a window that hangs is asked about, and loaded anew where the user says so', async () => {
  await answerQuestions(1)
  await solstice.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.emit('unresponsive'))
  await expect
    .poll(windowText)
    .toContain('The window did not answer and was loaded anew. Work under way was not disturbed.')
  expect(await questions()).toEqual(['The window does not answer.'])
})

test('the death of Chromium’s helper is written down and costs nothing', async () => {
  await solstice.drop([await writeSmallPhoto(photoAt('one.jpg'))])
  const helper = () =>
    solstice.app.evaluate(
      ({ app }) =>
        app.getAppMetrics().find(({ type, name }) => type === 'Utility' && name !== 'Solstice engine')?.pid,
    )
  const pid = await helper()
  if (pid === undefined) throw new Error('There is no helper')
  process.kill(pid, 'SIGKILL')
  const log = () => readFile(join(solstice.dataFolder, 'crashes/crashes.log'), 'utf8').catch(() => '')
  await expect.poll(log).toContain('A process of Chromium is gone')
  await expect.poll(() => solstice.enginePid()).not.toBeNull()
  const engine = await solstice.enginePid()
  if (engine === null) throw new Error('There is no engine')
  process.kill(engine, 'SIGKILL')
  await expect.poll(() => solstice.enginePid()).not.toBe(engine)
  await solstice.convert('one.jpg')
  // The engine is told of elsewhere.
  expect((await log()).match(/is gone/g)).toHaveLength(1)
})

test('a killed program says so at the next start, once, and goes on with what waited', async () => {
  await solstice.drop([
    await copySample('sunset', photoAt('sunset.jpg')),
    await copySample('seeding', photoAt('seeding.jpg')),
    await writeSmallPhoto(photoAt('small.jpg')),
  ])
  await solstice.convert('small.jpg')
  await solstice.window.keyboard.press('Escape')
  await solstice.style().click()
  const unfinished = join(solstice.dataFolder, 'unfinished-conversions.json')
  await expect.poll(async () => JSON.parse(await readFile(unfinished, 'utf8')) as unknown).toHaveLength(2)
  await solstice.kill()

  await solstice.relaunch()
  await expect(notices()).toContainText(cutOff)
  await expect(notices()).toContainText('2 photos were still to be converted when Solstice ended.')
  await expect(solstice.cell('small.jpg')).toContainText('Winter')
  await expectAccessible(solstice)
  await notices().getByRole('button', { name: 'Convert now' }).click()
  await expect(notices()).not.toContainText('still to be converted')
  await expect(solstice.cell('sunset.jpg')).toContainText('Winter', { timeout: 60_000 })
  await expect(solstice.cell('seeding.jpg')).toContainText('Winter', { timeout: 60_000 })

  await solstice.restart()
  await expect(solstice.cell('small.jpg')).toBeVisible()
  await expect(notices()).toBeEmpty()
})

test('what waits to be converted is asked about after an orderly end, too, until it is dismissed', async () => {
  await solstice.drop([await copySample('sunset', photoAt('sunset.jpg'))])
  await solstice.style().click()
  await expect.poll(async () => (await solstice.conversions())[0]?.state).toBe('running')
  await solstice.restart()
  await expect(notices()).toHaveText(/1 photo was still to be converted when Solstice ended\./)
  await expect(notices()).not.toContainText(cutOff)
  await notices().getByRole('button', { name: 'Dismiss' }).click()
  await expect(notices()).toBeEmpty()
  await solstice.restart()
  await expect(solstice.cell('sunset.jpg')).toBeVisible()
  await expect(notices()).toBeEmpty()
  expect(await solstice.conversions()).toEqual([])
})

test('a program that the system asks to end has ended in order', async () => {
  const child = solstice.app.process()
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
  await solstice.relaunch()
  await expect(solstice.window.getByText('Drop photos or folders here')).toBeVisible()
  await expect(notices()).toBeEmpty()
})

test('a second start leaves the mark of the first alone', async () => {
  const mark = join(solstice.dataFolder, 'running.json')
  const before = await readFile(mark, 'utf8')
  expect(await startBeside({ dataFolder: solstice.dataFolder }, solstice.folder)).toBe(0)
  expect(await readFile(mark, 'utf8')).toBe(before)
  await solstice.restart()
  await expect(notices()).toBeEmpty()
})

for (const [how, kind] of [
  ['An error that was not caught', 'throw'],
  ['A rejection that was not handled', 'reject'],
] as const)
  test(`${how} is written down and told, and the program ends in order`, async () => {
    await solstice.drop([await writeSmallPhoto(photoAt('one.jpg'))])
    await answerQuestions(1)
    const child = solstice.app.process()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    await solstice.app.evaluate((_electron, wanted) => {
      setTimeout(() => {
        const error = new Error("ENOENT: no such file or directory, open '/home/a/IMG_1.jpg'")
        if (wanted === 'throw') throw error
        void Promise.reject(error)
      })
    }, kind)
    await gone
    const log = await readFile(join(solstice.dataFolder, 'crashes/crashes.log'), 'utf8')
    expect(log).toContain('Error: ENOENT: no such file or directory, open <path>')
    expect(log).not.toContain('IMG_1')
    await solstice.relaunch()
    await expect(solstice.cell('one.jpg')).toBeVisible()
    await expect(notices()).toBeEmpty()
  })
