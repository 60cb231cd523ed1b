/** Errors that nobody has caught: written down, told, and the program is ended in order, as far as that goes. */
import { app, dialog } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import type { CrashLog } from '../storage/crash-log.ts'
import { desktopText } from './text.ts'

/** After an error the end itself may hang. */
const longestEndMs = 15_000
/** The engine's processes say by themselves when they are gone. */
const toldElsewhere = 'Solstice engine'

export function guardProcess(log: CrashLog, locale: () => Locale): void {
  let [ending, quitting] = [false, false]
  app.on('before-quit', () => {
    quitting = true
  })
  const end = (origin: string, thrown: unknown): void => {
    log.note(origin, thrown)
    if (ending) return
    ending = true
    if (quitting) {
      setTimeout(() => app.exit(1), longestEndMs)
      return
    }
    void tell(log, locale()).then((again) => {
      if (again) app.relaunch()
      setTimeout(() => app.exit(1), longestEndMs)
      app.quit()
    })
  }
  process.on('uncaughtException', (thrown) => end('An error was not caught', thrown))
  process.on('unhandledRejection', (thrown) => end('A rejection was not handled', thrown))
  // Chromium starts these again by itself.
  app.on('child-process-gone', (_event, { type, name, reason, exitCode }) => {
    if (reason === 'clean-exit' || name === toldElsewhere) return
    log.note(`A process of Chromium is gone: ${name ?? type}, ${reason}, exit code ${exitCode}`)
  })
}

/** Whether to start again. */
async function tell(log: CrashLog, locale: Locale): Promise<boolean> {
  await app.whenReady()
  const text = desktopText[locale]
  const { response } = await dialog.showMessageBox({
    type: 'error',
    ...text.programFails(log.path),
    buttons: [text.startAgain, text.quit],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}
