/**
 * Long work is ended neither by a closed window (the user is asked, and may let it go on unseen) nor by a computer that
 * falls asleep because nobody types; the taskbar shows how far an export is, and a notification says when it is over.
 */
import { app, dialog, Notification, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Fetchable } from '../contract/catalogue.ts'
import type { Batch } from '../contract/export.ts'
import type { Locale } from '../contract/schemas.ts'
import type { Exports } from '../export/exports.ts'
import type { StyleFetches } from '../models/fetch/style-fetches.ts'
import type { TrainingRuns } from '../training/runs.ts'
import { desktopText } from './text.ts'
import { workUnderWay, type LongWork } from './work-under-way.ts'

export interface BackgroundWork {
  /** Asks before the window closes on work. */
  guard(window: BrowserWindow): void
  /** Whether the program stays without a window. */
  readonly goesOn: boolean
}

interface Services {
  readonly runs: TrainingRuns
  readonly exports: Exports
  readonly fetches: StyleFetches
}

/** `openWindow`: null where the user does not see by himself how work has ended. */
export function backgroundWork(
  services: Services,
  locale: () => Locale,
  openWindow: () => BrowserWindow | null,
): BackgroundWork {
  const { runs, exports, fetches } = services
  let goesOn = false
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
  })
  const isBusy = (): boolean => workUnderWay(services) !== null
  const stayAwake = awakeWhile(isBusy)
  const notify = (body: string): void => {
    if (Notification.isSupported()) new Notification({ title: 'Solstice', body }).show()
  }
  const quitWhenOver = (): void => {
    if (goesOn && openWindow() === null && !isBusy()) app.quit()
  }
  runs.on('changed', (run) => {
    stayAwake()
    if (runs.isTraining || openWindow() !== null) return
    if (run.state !== 'done' && run.state !== 'failed') return
    const text = desktopText[locale()]
    notify(run.state === 'done' ? text.trained(run.name) : text.trainingFailed(run.name))
    quitWhenOver()
  })
  const told = new Map<string, Batch['state']>()
  exports.on('changed', (batch) => {
    stayAwake()
    openWindow()?.setProgressBar(shareOf(exports.current))
    const before = told.get(batch.id)
    told.set(batch.id, batch.state)
    if (before !== 'running' || openWindow()?.isFocused() === true) return
    const text = desktopText[locale()]
    if (batch.state === 'done') notify(text.exported(batch.counts.done, batch.counts.failed, batch.target))
    if (batch.state === 'failed') notify(text.exportFailed(batch.target))
  })
  exports.on('idle', () => {
    stayAwake()
    openWindow()?.setProgressBar(-1)
    quitWhenOver()
  })
  const fetchStates = new Map<string, Fetchable['state']>()
  fetches.on('changed', ({ task, name, state }) => {
    stayAwake()
    const before = fetchStates.get(task)
    fetchStates.set(task, state)
    // A window tells by itself.
    if (openWindow() !== null) return
    const text = desktopText[locale()]
    if (state === 'here' && before === 'checking') notify(text.fetched(name[locale()]))
    if (state === 'failed' && before !== 'failed') notify(text.fetchFailed(name[locale()]))
    quitWhenOver()
  })
  return {
    guard: (window) => {
      goesOn = false
      window.on('close', (event) => {
        const work = workUnderWay(services)
        if (quitting || goesOn || work === null) return
        event.preventDefault()
        void askToLeave(window, locale(), work).then((answer) => {
          if (answer === 'pause') app.quit()
          if (answer !== 'go-on') return
          goesOn = true
          window.close()
        })
      })
    },
    get goesOn() {
      return goesOn && isBusy()
    },
  }
}

/** As the taskbar wants it: 0…1, below 0 for no bar. */
function shareOf(batch: Batch | null): number {
  if (batch === null || batch.progress === null) return -1
  return batch.progress.done / batch.progress.total
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

async function askToLeave(
  window: BrowserWindow,
  locale: Locale,
  work: LongWork,
): Promise<'go-on' | 'pause' | 'stay'> {
  const text = desktopText[locale]
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    ...text.leaving[work],
    buttons: [text.goOn, text.pauseAndQuit, text.stay],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  return (['go-on', 'pause', 'stay'] as const)[response] ?? 'stay'
}
