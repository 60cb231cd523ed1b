/** A window whose process dies or hangs is loaded anew; one that does so again and again is asked about. */
import { app, dialog, type BrowserWindow } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import type { CrashLog } from '../storage/crash-log.ts'
import type { Notices } from './notices.ts'
import { desktopText } from './text.ts'

/** So many deaths within this time are no accident. */
const mostDeaths = 3
const withinMs = 60_000

interface Around {
  /** Loads the window's page. */
  readonly load: () => Promise<void>
  readonly notices: Notices
  readonly log: CrashLog
  readonly locale: () => Locale
}

export function keepAlive(window: BrowserWindow, { load, notices, log, locale }: Around): void {
  const { webContents } = window
  let deaths: number[] = []
  let hung = false
  const loadAnew = (because: 'crashed' | 'hung'): void => {
    notices.add({ kind: 'window-reloaded', because })
    // Where it dies again while it loads, that is told by itself.
    void load().catch((thrown: unknown) => log.note('The window could not be loaded', thrown))
  }

  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const because = hung ? 'hung' : 'crashed'
    hung = false
    log.note(`The window's process is gone: ${reason}, exit code ${exitCode}`)
    const now = performance.now()
    deaths = [...deaths.filter((time) => now - time < withinMs), now]
    if (deaths.length < mostDeaths) {
      loadAnew(because)
      return
    }
    const text = desktopText[locale()]
    void ask(text.windowFails, [text.tryAgain, text.quit]).then((answer) => {
      deaths = []
      if (answer === 0 && !window.isDestroyed()) loadAnew(because)
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
      process.kill(webContents.getOSProcessId(), 'SIGKILL')
    })
  })
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
