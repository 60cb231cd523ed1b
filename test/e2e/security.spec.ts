/** Electron's security checklist, asked of the running app: what a page that went wrong could do, and could not. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

const photo = 'secret.jpg'
let solstice: Solstice
let server: Server
let serverUrl: string
/** What reached the server in spite of everything. */
const requests: string[] = []

test.beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*').end('<h1>Elsewhere</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  solstice = await Solstice.start()
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', photo))])
})
test.afterAll(async () => {
  await solstice.end()
  await new Promise((resolve) => server.close(resolve))
})
test.afterEach(() => {
  expect(requests).toEqual([])
})

/** The window is where it was, and shows what it showed. */
async function expectUnharmed(): Promise<void> {
  // By the main process: Playwright still waits for a navigation that was refused.
  const state: unknown = await solstice.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const code = "[location.href, document.querySelectorAll('[data-photo]').length]"
    return contents?.executeJavaScript(code) as Promise<unknown> | undefined
  })
  expect(state).toEqual(['app://solstice/index.html', 1])
}

test('the window has no Node and lives in the sandbox', async () => {
  const { app, window } = solstice
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    if (contents === undefined) throw new Error('There is no window')
    // Not documented, and in every version.
    const read: unknown = Reflect.get(contents, 'getLastWebPreferences')
    const all = (read as () => object).call(contents)
    const names = ['contextIsolation', 'sandbox', 'nodeIntegration', 'webSecurity', 'webviewTag']
    return Object.fromEntries(names.map((name) => [name, Reflect.get(all, name) as unknown]))
  })
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  })
  expect(preferences['webviewTag']).not.toBe(true)
  const found = await window.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
  )
  expect(found).toEqual([])
})

test('the bridge is five functions that nothing can change', async () => {
  const bridge = await solstice.window.evaluate(() => {
    const callOf = (bridge: object): unknown => Reflect.get(bridge, 'call')
    const before = callOf(window.solstice)
    try {
      Object.assign(window.solstice, { call: () => 'mine' })
    } catch {
      // Frozen: the assignment throws.
    }
    return { names: Object.keys(window.solstice).toSorted(), same: callOf(window.solstice) === before }
  })
  expect(bridge).toEqual({
    names: ['addExportSources', 'addFiles', 'addTestFolder', 'addTrainingFolder', 'call', 'on'],
    same: true,
  })
})

test('scripts that are not the app’s own do not run', async () => {
  const outcome = await solstice.window.evaluate(async (elsewhere) => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const script = (fill: (element: HTMLScriptElement) => void) => {
      const element = document.createElement('script')
      fill(element)
      document.head.append(element)
    }
    script((element) => (element.textContent = 'window.inlineRan = true'))
    script((element) => (element.src = `${elsewhere}script.js`))
    script((element) => (element.src = 'data:text/javascript,window.dataRan = true'))
    document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="window.handlerRan = true" hidden>')
    // A timer, because what the debugger itself runs is excused.
    const evalRan = await new Promise((resolve) => {
      window.setTimeout(() => {
        try {
          resolve(Reflect.apply(window.eval, undefined, ['true']))
        } catch {
          resolve(false)
        }
      })
    })
    await new Promise<void>((resolve) => {
      const wait = () => (new Set(violations).size >= 3 ? resolve() : window.setTimeout(wait, 20))
      wait()
    })
    const ran = ['inlineRan', 'dataRan', 'handlerRan'].filter((name) => name in window)
    return { evalRan, ran, violations: [...new Set(violations)].toSorted() }
  }, serverUrl)
  expect(outcome).toEqual({
    evalRan: false,
    ran: [],
    violations: ['script-src', 'script-src-attr', 'script-src-elem'],
  })
})

test('the window cannot be led away', async () => {
  const { app, window } = solstice
  await app.evaluate(({ BrowserWindow }) => {
    const tried: unknown[] = []
    Object.assign(globalThis, { tried })
    BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) => {
      tried.push([event.url, event.defaultPrevented])
    })
  })
  const targets = [serverUrl, 'file:///etc/passwd', 'app://solstice/other.html', 'photo://view/abcdefgh']
  for (const target of targets) {
    await window.evaluate((url) => {
      const link = document.createElement('a')
      link.href = url
      document.body.append(link)
      link.click()
      link.remove()
    }, target)
  }
  const tried = (): Promise<unknown> => app.evaluate(() => Reflect.get(globalThis, 'tried') as unknown)
  // Chromium itself refuses to leave for a file.
  const expected = targets.filter((target) => !target.startsWith('file:')).map((target) => [target, true])
  await expect.poll(tried).toEqual(expected)
  await expectUnharmed()
  await solstice.restart()
})

test('the window cannot open others', async () => {
  const { app, window } = solstice
  const opened = await window.evaluate(
    (urls) => urls.map((url) => globalThis.open(url) !== null),
    [serverUrl, 'about:blank', 'file:///etc/passwd', 'app://solstice/index.html'],
  )
  expect(opened).toEqual([false, false, false, false])
  await window.evaluate((url) => {
    const link = document.createElement('a')
    Object.assign(link, { href: url, target: '_blank' })
    document.body.append(link)
    link.click()
    link.remove()
  }, serverUrl)
  expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1)
  await expectUnharmed()
})

test('every permission is denied', async () => {
  const answers = await solstice.window.evaluate(async () => {
    const refusal = (asked: Promise<unknown>): Promise<string> =>
      asked.then(
        () => 'granted',
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      )
    return {
      notifications: await Notification.requestPermission(),
      location: await new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          ({ code }) => resolve(code),
        )
      }),
      queried: await Promise.all(
        (['camera', 'microphone', 'geolocation', 'notifications'] as const).map(
          async (name) => (await navigator.permissions.query({ name })).state,
        ),
      ),
      clipboard: await refusal(navigator.clipboard.readText()),
      midi: await refusal(navigator.requestMIDIAccess()),
    }
  })
  expect(answers).toEqual({
    notifications: 'denied',
    location: 1,
    queried: ['denied', 'denied', 'denied', 'denied'],
    clipboard: 'NotAllowedError',
    midi: expect.stringMatching(/^(NotAllowed|Security)Error$/) as unknown,
  })
})

test('nothing is fetched, from the network or from the disk', async () => {
  const reached = await solstice.window.evaluate(async (elsewhere) => {
    const fetched = async (url: string): Promise<boolean> => {
      try {
        await fetch(url, { mode: 'no-cors' })
        return true
      } catch {
        return false
      }
    }
    const shown = (url: string): Promise<boolean> =>
      new Promise((resolve) => {
        const image = new Image()
        image.onload = () => resolve(true)
        image.onerror = () => resolve(false)
        image.src = url
      })
    const urls = [
      elsewhere,
      'https://example.com/',
      'file:///etc/passwd',
      'app://solstice/index.html',
      'photo://view/x',
    ]
    const found: string[] = []
    for (const url of urls) if (await fetched(url)) found.push(url)
    for (const url of [`${elsewhere}a.png`, 'file:///usr/share/pixmaps/debian-logo.png'])
      if (await shown(url)) found.push(url)
    return found
  }, serverUrl)
  expect(reached).toEqual([])
})

// Where it was switched off only when the services were made, a slow start had asked by then.
test('no session fetches dictionaries of a spell checker, from its first moment', async () => {
  const checks = await solstice.app.evaluate(({ session }) =>
    [session.defaultSession, session.fromPartition('made just now')].map((each) => ({
      enabled: each.isSpellCheckerEnabled(),
      languages: each.getSpellCheckerLanguages(),
    })),
  )
  const off = { enabled: false, languages: [] }
  expect(checks).toEqual([off, off])
})

test('even a page without a policy reaches no network', async () => {
  const outcome = await solstice.app.evaluate(async ({ BrowserWindow }, elsewhere) => {
    const other = new BrowserWindow({ show: false })
    const failure = await other.loadURL(elsewhere).then(
      () => 'loaded',
      (error: unknown) => String(error),
    )
    other.destroy()
    return failure
  }, serverUrl)
  expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT')
})
