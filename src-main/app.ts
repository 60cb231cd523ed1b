/** The desktop program's entry: starts the services, opens the window, and ends both in order. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { app, dialog, ipcMain, Menu, nativeTheme, protocol, session, type BrowserWindow } from 'electron'
import { Licences } from './about/licences.ts'
import { errorReport } from './contract/error-text.ts'
import { Failure } from './contract/errors.ts'
import type { Fallback, RuntimeName } from './contract/runtimes.ts'
import { Conversions } from './conversion/conversions.ts'
import { ResultStore } from './conversion/result-store.ts'
import { backgroundWork } from './desktop/background-work.ts'
import { announce, type Tell } from './desktop/announcements.ts'
import { answerCalls, tellWindow } from './desktop/calls.ts'
import { startUtilityProcess } from './desktop/engine-process.ts'
import { ExportFolders } from './desktop/export-folders.ts'
import { makeHandlers } from './desktop/handlers.ts'
import { giveBackWhenIdle } from './desktop/idle-memory.ts'
import { chosenLocale, systemLocale } from './desktop/locale.ts'
import { macMenu } from './desktop/mac-menu.ts'
import { servePhotos } from './desktop/photo-protocol.ts'
import { Recovery, refuseStart } from './desktop/recovery.ts'
import { Results } from './desktop/results.ts'
import {
  checkNoSpelling,
  lockContents,
  lockSession,
  registerSchemes,
  serveWindow,
  windowOrigin,
} from './desktop/security.ts'
import { OpenedFiles } from './desktop/opened-files.ts'
import { systemProxy } from './desktop/system-proxy.ts'
import { TrainingFolders } from './desktop/training-folders.ts'
import { endAs, lookDaily, makeUpdates } from './desktop/updating.ts'
import { createWindow } from './desktop/window.ts'
import { EngineHost } from './engine/host.ts'
import { Rounds } from './evaluation/real-or-fake/rounds.ts'
import { BatchStore } from './export/batch-store.ts'
import { Exports } from './export/exports.ts'
import { ExportPresets } from './export/presets.ts'
import { programFolders } from './folders.ts'
import { dataFolder, dataFolderProblem } from './library/data-folder.ts'
import { Library } from './library/library.ts'
import { SettingsStore } from './library/settings.ts'
import { StyleFetches } from './models/fetch/style-fetches.ts'
import { ModelShelf } from './models/shelf.ts'
import { listStyles } from './models/styles.ts'
import { closePhotos } from './photos/exiftool.ts'
import { RuntimeChoice } from './runtimes/choice.ts'
import { PictureCache } from './training/data/cache.ts'
import { StepPace } from './training/measure.ts'
import { TrainingRuns } from './training/runs.ts'

/** What nobody waits for leaves processor and disk to the window that has just been opened, and to its first photos. */
const untilPhotosAreDrawnMs = 1500

/** Starting an engine again takes half a second; kept for nothing it takes memory that other programs want. */
const engineRestsAfterMs = 120_000

const program = programFolders(import.meta.dirname)
const data = dataFolder()
const asked = new OpenedFiles(data.opened)
const problem = dataFolderProblem(data.root)
if (problem === null) app.setPath('userData', data.window)
registerSchemes(protocol)
checkNoSpelling()
lockContents()

// One program, one shelf: a second start brings the first one's window to the front, with what it was to open.
try {
  if (problem !== null) void refuseStart(data.root, problem)
  else if (asked.takeLock()) void app.whenReady().then(start).catch(giveUp)
  else app.quit()
} catch (thrown) {
  giveUp(thrown)
}

/** Without a window nobody would know, and the lock would keep every later start out. */
function giveUp(thrown: unknown): void {
  dialog.showErrorBox('Solstice', errorReport(Failure.from(thrown, data.root).toData(), systemLocale()))
  app.exit(1)
}

async function start(): Promise<void> {
  let window: BrowserWindow | null = null
  const recovery = new Recovery(data, app.getVersion(), app.getAppPath())
  const { health, notices } = recovery
  await recovery.begin()
  const tell: Tell = (name, data) => tellWindow(window, name, data)
  const startEngine = (runtime: RuntimeName) => startUtilityProcess(program.worker, runtime)
  const runtimes = new RuntimeChoice({
    ...{ path: data.runtimes, start: startEngine, version: app.getVersion(), health },
  })
  const fellBack = (fallback: Fallback): void => {
    if (fallback.lasting) runtimes.leaveOut(fallback.from)
    tell('engine.fellBack', fallback)
  }
  const engine = new EngineHost({
    start: startEngine,
    // What is not known yet is found out in the background: a first photo does not wait for it.
    order: async () => runtimes.known('translation'),
    onFallback: fellBack,
    onRestart: () => tell('engine.restarted', null),
    restAfterMs: engineRestsAfterMs,
  })
  const settings = new SettingsStore(data.settings, health)
  const library = new Library(data, health)
  const models = new ModelShelf({ builtIn: program.models, own: data.models })
  const fetches = new StyleFetches({
    ...{ catalogue: program.catalogue, downloads: data.downloads, models },
    proxyFor: systemProxy(session.defaultSession),
  })
  const store = new ResultStore(data.results)
  const conversions = new Conversions({ engine, library, models, store })
  const results = new Results({
    engine,
    library,
    conversions,
    store,
    models,
    settings,
    outgoing: data.outgoing,
  })
  const batches = new BatchStore(data.exports)
  const exports = new Exports({ engine, models, store: batches, version: app.getVersion() })
  const presets = new ExportPresets(data.exportPresets, health)
  const exportFolders = new ExportFolders({ library, models })
  const cache = new PictureCache(data.trainingCache)
  // A training takes hours: it waits until it is known what trains fastest.
  const trainingOrder = (signal?: AbortSignal) =>
    runtimes.order('training', signal).catch(() => runtimes.known('training'))
  const pace = new StepPace(data.trainingPace, startEngine, trainingOrder, health)
  const runs = new TrainingRuns({
    ...{ start: startEngine, order: trainingOrder, cache, models, pace, folder: data.runs },
    version: app.getVersion(),
  })
  const folders = new TrainingFolders({
    cache,
    models,
    onProgress: (progress) => tell('training.checking', progress),
  })

  const updates = await makeUpdates(data.updates)
  const rounds = new Rounds({ engine, models, folder: data.evaluations, version: app.getVersion() })

  await settings.open()
  const openServices = async (): Promise<void> => {
    await library.open()
    await conversions.open()
    await runs.open()
    await presets.open()
    await exports.open()
    await rounds.open()
    await results.open()
    await updates.open()
    await recovery.follow({ library, conversions, exports, runs, rounds }, () => chosenLocale(settings))
  }
  nativeTheme.themeSource = settings.get().theme
  settings.on('changed', (changed) => {
    nativeTheme.themeSource = changed.theme
    if (changed.runtime !== runtimes.get().pinned) {
      runtimes.pin(changed.runtime)
      void runtimes.examineMissing()
    }
    tell('settings.changed', changed)
  })
  runtimes.pin(settings.get().runtime)
  const stylesChanged = async (): Promise<void> => tell('styles.changed', await listStyles(models))
  announce(tell, {
    ...{ library, conversions, runs, exports, rounds, fetches, runtimes, updates, notices, fellBack },
    stylesChanged,
  })

  lockSession(session.defaultSession)
  serveWindow(protocol, join(program.window, '..'))
  servePhotos(protocol, { library, conversions, store, runs, folders, exports, rounds })
  const training = { runs, folders, pace, stylesChanged }
  const exporting = { exports, folders: exportFolders, presets, models }
  // The window's process starts and loads meanwhile.
  const servicesOpen = openServices()
  answerCalls(
    ipcMain,
    makeHandlers({
      ...{ library, models, conversions, results, settings, runtimes, training, exporting, fetches },
      ...{ rounds, notices, stylesChanged, updates, licences: new Licences(program.licences) },
      samples: { shipped: program.samples, own: data.samples },
    }),
    servicesOpen,
  )

  const background = backgroundWork(
    { runs, exports, fetches },
    () => chosenLocale(settings),
    () => window,
  )
  const open = async (): Promise<void> => {
    const files = { preload: program.preload, place: data.windowPlace, icon: program.icon }
    const opened = await createWindow(files, health)
    window = opened
    background.guard(opened)
    giveBackWhenIdle(opened)
    opened.on('closed', () => {
      window = null
    })
    // Only now, so that what is told while it loads arrives.
    await recovery.load(opened, `${windowOrigin}/index.html`)
  }
  let opening: Promise<void> | null = null
  /** Resolves when the window is there and hears what it is told. */
  const show = async (): Promise<void> => {
    if (window !== null && opening === null) {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    } else
      await (opening ??= open().finally(() => {
        opening = null
      }))
  }
  const showAbout = async (): Promise<void> => {
    await show()
    tell('about.asked', null)
  }
  const menu = process.platform === 'darwin' ? macMenu(chosenLocale(settings), () => void showAbout()) : null
  Menu.setApplicationMenu(menu)
  app.on('second-instance', () => void show())
  app.on('activate', () => void show())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !background.goesOn) app.quit()
  })
  quitInOrder(async () => {
    folders.cancelCheck()
    await recovery.keepUnfinished()
    const ended = [exports, conversions, runs, rounds, runtimes, fetches, updates].map((one) => one.close())
    // A photo that was given its name is not cut off: nothing would remember it.
    const saved = results.close().finally(() => engine.close())
    await Promise.all([...ended, saved])
    await Promise.all([library.close(), settings.close(), presets.close(), closePhotos()])
    await recovery.end()
    await endAs(updates)
  }, recovery.noteError)

  await Promise.all([servicesOpen, show()])
  asked.start((paths) => {
    void Promise.all([library.take(paths), show()]).then(([{ ids }]) =>
      tell('library.opened', { ids: [...ids] }),
    )
  })
  lookDaily(updates, settings)
  await sleep(untilPhotosAreDrawnMs)
  void library.lookForFiles('all').then(() => library.lookForChanges())
  await runtimes.open()
  await engine.warmUp().catch(() => undefined)
  // What is timed while a photo is computed comes out too slow.
  await engine.idle()
  await runtimes.examineMissing()
}

/** Holds the end back until everything is on disk, or has failed to get there. */
function quitInOrder(close: () => Promise<void>, onError: (thrown: unknown) => void): void {
  let closed = false
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void close()
      .catch(onError)
      .finally(() => {
        closed = true
        app.quit()
      })
  })
}
