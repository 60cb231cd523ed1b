/** The desktop program's entry: starts the services, opens the window, and ends both in order. */
import { join } from 'node:path'
import { app, BrowserWindow, ipcMain, Menu, nativeTheme, protocol, session } from 'electron'
import { Conversions } from './conversion/conversions.ts'
import { ResultStore } from './conversion/result-store.ts'
import { answerCalls, tell } from './desktop/calls.ts'
import { startUtilityProcess } from './desktop/engine-process.ts'
import { makeHandlers } from './desktop/handlers.ts'
import { servePhotos } from './desktop/photo-protocol.ts'
import { Results } from './desktop/results.ts'
import { lockContents, lockSession, registerSchemes, serveWindow } from './desktop/security.ts'
import { openWindow } from './desktop/window.ts'
import { EngineHost } from './engine/host.ts'
import { programFolders } from './folders.ts'
import { dataFolder } from './library/data-folder.ts'
import { Library } from './library/library.ts'
import { SettingsStore } from './library/settings.ts'
import { ModelShelf } from './models/shelf.ts'
import { listStyles } from './models/styles.ts'
import { closePhotos } from './photos/metadata.ts'

const program = programFolders(import.meta.dirname)
const data = dataFolder()
app.setPath('userData', data.window)
registerSchemes(protocol)
lockContents()

// One program, one shelf: a second start brings the first one's window to the front.
if (app.requestSingleInstanceLock()) void app.whenReady().then(start)
else app.quit()

async function start(): Promise<void> {
  let window: BrowserWindow | null = null
  const engine = new EngineHost({
    start: () => startUtilityProcess(program.worker),
    onRestart: () => tell(window, 'engine.restarted', null),
  })
  const settings = new SettingsStore(data.settings)
  const library = new Library(data)
  const models = new ModelShelf({ builtIn: program.models, own: data.models })
  const store = new ResultStore(data.results)
  const conversions = new Conversions({ engine, library, models, store })
  const results = new Results({ library, conversions, store, models, settings, outgoing: data.outgoing })

  await settings.open()
  await library.open()
  await conversions.open()

  nativeTheme.themeSource = settings.get().theme
  settings.on('changed', (changed) => {
    nativeTheme.themeSource = changed.theme
    tell(window, 'settings.changed', changed)
  })
  library.on('added', (photos) => tell(window, 'library.added', [...photos]))
  library.on('changed', (photo) => tell(window, 'library.changed', photo))
  library.on('removed', (ids) => tell(window, 'library.removed', [...ids]))
  conversions.on('changed', (conversion) => tell(window, 'conversions.changed', conversion))
  conversions.on('removed', (ids) => tell(window, 'conversions.removed', [...ids]))
  const stylesChanged = async (): Promise<void> => tell(window, 'styles.changed', await listStyles(models))

  lockSession(session.defaultSession)
  serveWindow(protocol, join(program.window, '..'))
  servePhotos(protocol, { library, conversions, store })
  answerCalls(ipcMain, makeHandlers({ library, models, conversions, results, settings, stylesChanged }))
  // Elsewhere the window has no menu bar; macOS needs one for quitting, copying and pasting.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null)

  const open = async (): Promise<void> => {
    window = await openWindow({
      preload: program.preload,
      place: join(data.root, 'window.json'),
      icon: program.icon,
    })
  }
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void open()
  })
  quitInOrder(async () => {
    engine.close()
    await conversions.close()
    await Promise.all([library.close(), settings.close(), closePhotos()])
  })

  await open()
  await results.open()
  await engine.warmUp().catch(() => undefined)
}

/** Holds the end back until everything is on disk. */
function quitInOrder(close: () => Promise<void>): void {
  let closed = false
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void close().finally(() => {
      closed = true
      app.quit()
    })
  })
}
