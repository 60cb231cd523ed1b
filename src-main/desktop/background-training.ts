/**
 * A training is ended neither by a closed window (the user is asked, and may let it go on unseen) nor by a computer that
 * falls asleep because nobody types.
 */
import { app, dialog, Notification, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import type { TrainingRuns } from '../training/runs.ts'
import { desktopText } from './text.ts'

export interface BackgroundTraining {
  /** Asks before the window closes on a training. */
  guard(window: BrowserWindow): void
  /** Whether the program stays without a window. */
  readonly goesOn: boolean
}

/** `isWindowOpen`: whether the user sees by himself how a training has ended. */
export function backgroundTraining(
  runs: TrainingRuns,
  locale: () => Locale,
  isWindowOpen: () => boolean,
): BackgroundTraining {
  let goesOn = false
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
  })
  const stayAwake = awakeWhile(() => runs.isTraining)
  runs.on('changed', (run) => {
    stayAwake()
    if (runs.isTraining || isWindowOpen()) return
    if (run.state !== 'done' && run.state !== 'failed') return
    const text = desktopText[locale()]
    const body = run.state === 'done' ? text.trained(run.name) : text.trainingFailed(run.name)
    if (Notification.isSupported()) new Notification({ title: 'Solstice', body }).show()
    if (goesOn) app.quit()
  })
  return {
    guard: (window) => {
      goesOn = false
      window.on('close', (event) => {
        if (quitting || goesOn || !runs.isTraining) return
        event.preventDefault()
        void askToLeave(window, locale()).then((answer) => {
          if (answer === 'pause') app.quit()
          if (answer !== 'go-on') return
          goesOn = true
          window.close()
        })
      })
    },
    get goesOn() {
      return goesOn && runs.isTraining
    },
  }
}

/** Call what it returns whenever the answer may have changed. The screen may go dark all the same. */
function awakeWhile(isBusy: () => boolean): () => void {
  let blocker: number | null = null
  return () => {
    if (isBusy() === (blocker !== null)) return
    if (blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    else {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }
}

async function askToLeave(window: BrowserWindow, locale: Locale): Promise<'go-on' | 'pause' | 'stay'> {
  const text = desktopText[locale]
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: text.trainingGoesOn,
    detail: text.trainingGoesOnDetail,
    buttons: [text.keepTraining, text.pauseAndQuit, text.stay],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  return (['go-on', 'pause', 'stay'] as const)[response] ?? 'stay'
}
