/** New versions of the running program: which feed it has, when it looks, and how it ends to be another. */
import { join } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import type { SettingsStore } from '../library/settings.ts'
import { openElectronUpdater } from '../updates/electron-updater.ts'
import { readFeed } from '../updates/feed.ts'
import { Updates } from '../updates/updates.ts'
import type { Handlers } from './calls.ts'
import { desktopText } from './text.ts'
import { guardUpdates } from './update-session.ts'
import { windowOf } from './window.ts'
import { workUnderWay, type LongWork, type Works } from './work-under-way.ts'

const hourMs = 60 * 60 * 1000

/**
 * The feed lies in a package's resources; without it nothing is ever asked. Unpackaged, `SOLSTICE_UPDATE_CONFIG` names
 * a file in its place, for tests.
 */
export async function makeUpdates(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Updates> {
  const inDevelopment = !app.isPackaged
  const packaged = join(process.resourcesPath, 'app-update.yml')
  const config = inDevelopment ? environment['SOLSTICE_UPDATE_CONFIG'] : packaged
  const address = config === undefined ? null : await readFeed(config, inDevelopment)
  if (config === undefined || address === null) return new Updates({ path, feed: null })
  const open = () =>
    openElectronUpdater({
      developmentConfig: inDevelopment ? config : null,
      guard: (session) => guardUpdates(session, inDevelopment),
    })
  return new Updates({ path, feed: { host: address.host, open } })
}

/** Looks once a day for as long as the settings say so, at once where that is due. */
export function lookDaily(updates: Updates, settings: SettingsStore): void {
  if (updates.get().state === 'absent') return
  const look = (): void => {
    if (settings.get().lookForUpdates) void updates.lookIfDue()
  }
  settings.on('changed', look)
  setInterval(look, hourMs).unref()
  look()
}

/** To be called when all is closed: the new version is started where that is wanted. */
export const endAs = (updates: Updates): Promise<void> =>
  // The new one would find this one still there, and end.
  updates.end(() => app.releaseSingleInstanceLock())

type UpdatesCall = Extract<keyof Handlers, `updates.${string}`>

export function makeUpdatesHandlers(
  updates: Updates,
  works: Works,
  locale: () => Locale,
): Pick<Handlers, UpdatesCall> {
  return {
    'updates.get': () => updates.get(),
    'updates.look': async () => {
      await updates.look()
      return updates.get()
    },
    'updates.fetch': () => {
      updates.fetch()
      return null
    },
    'updates.cancel': () => {
      updates.cancel()
      return null
    },
    'updates.install': async (_, contents) => {
      const work = workUnderWay(works)
      if (work !== null && !(await mayInterrupt(windowOf(contents), locale(), work))) return null
      updates.wantRestart()
      app.quit()
      return null
    },
  }
}

async function mayInterrupt(window: BrowserWindow, locale: Locale, work: LongWork): Promise<boolean> {
  const text = desktopText[locale]
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: text.leaving[work].message,
    detail: text.restarting,
    buttons: [text.pauseAndRestart, text.later],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}
