/** A window whose process dies or hangs is loaded anew; one that does so again and again is asked about. */
import { setImmediate as nextTask } from 'node:timers/promises'
import { app, dialog, type BrowserWindow } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import type { CrashLog } from '../storage/crash-log.ts'
import type { Notices } from './notices.ts'
import { desktopText } from './text.ts'

/** So many deaths within this time are no accident. */
const mostDeaths = 3
const withinMs = 60_000

interface Around {
  /** The window's page. */
  readonly url: string
  readonly notices: Notices
  readonly log: CrashLog
  readonly locale: () => Locale
}

/**
 * Loads the window's page, for the first time and whenever its process is gone. Resolves when the page is there, has died
 * and is being loaded anew, or was closed before; rejects where it cannot be loaded.
 */
export async function loadAndKeepAlive(
  window: BrowserWindow,
  { url, notices, log, locale }: Around,
): Promise<void> {
  const { webContents } = window
  let deaths: number[] = []
  let hung = false
  let lastLoad = 0
  const load = async (): Promise<void> => {
    const thisLoad = ++lastLoad
    try {
      await window.loadURL(url)
    } catch (thrown) {
      // A load that a death or a closed window cuts short fails as any other does; the death is told a moment later.
      await nextTask()
      if (window.isDestroyed() || webContents.isCrashed() || thisLoad !== lastLoad) return
      throw thrown
    }
  }
  const loadAnew = async (because: 'crashed' | 'hung'): Promise<void> => {
    // Not while the death is still being told: Electron may take the process that is begun for the dead one.
    await nextTask()
    if (window.isDestroyed()) return
    notices.add({ kind: 'window-reloaded', because })
    await load().catch((thrown: unknown) => log.note('The window could not be loaded', thrown))
  }

  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const because = hung ? 'hung' : 'crashed'
    hung = false
    log.note(`The window's process is gone: ${reason}, exit code ${exitCode}`)
    const now = performance.now()
    deaths = [...deaths.filter((time) => now - time < withinMs), now]
    if (deaths.length < mostDeaths) {
      void loadAnew(because)
      return
    }
    const text = desktopText[locale()]
    void ask(text.windowFails, [text.tryAgain, text.quit]).then((answer) => {
      deaths = []
      if (answer === 0 && !window.isDestroyed()) void loadAnew(because)
      else if (answer !== 0) app.quit()
    })
  })

  window.on('unresponsive', () => {
    const text = desktopText[locale()]
    const back = new AbortController()
    const backByItself = (): void => back.abort()
    window.once('responsive', backByItself)
    log.note('The window does not answer')
    void ask(text.windowHangs, [text.wait, text.loadAnew], back.signal).then((answer) => {
      window.off('responsive', backByItself)
      if (answer !== 1 || back.signal.aborted || window.isDestroyed()) return
      hung = true
      // It does not answer to anything milder.
      webContents.forcefullyCrashRenderer()
    })
  })

  await load()
}

/** Which button; the first where the question is withdrawn, the last where it is closed. */
async function ask(
  words: { readonly message: string; readonly detail: string },
  buttons: readonly [string, string],
  signal?: AbortSignal,
): Promise<number> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    ...words,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: signal === undefined ? 1 : 0,
    noLink: true,
    ...(signal && { signal }),
  })
  return response
}
