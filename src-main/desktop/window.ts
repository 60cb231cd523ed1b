/** The one window: sandboxed, shown when it has something to show, where it was the last time. */
import { BrowserWindow, nativeTheme, screen, type Rectangle, type WebContents } from 'electron'
import { z } from 'zod'
import { Failure } from '../contract/errors.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'

const smallest = { width: 960, height: 640 }
const usual = { width: 1360, height: 860 }

const placeSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(smallest.width),
  height: z.number().int().min(smallest.height),
  maximized: z.boolean(),
})

/** The caller loads it. */
export async function createWindow(
  files: { preload: string; place: string; icon: string },
  health: StorageHealth,
): Promise<BrowserWindow> {
  const kept = new JsonFile(files.place, placeSchema, { health })
  const place = await kept.read()
  const bounds = place !== null && isOnScreen(place) ? place : null
  const window = new BrowserWindow({
    ...usual,
    ...(bounds && { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Solstice',
    icon: files.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#212121' : '#eaeaea',
    webPreferences: {
      preload: files.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  })
  if (place?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  const keepPlace = (): void =>
    kept.write(() => ({ ...window.getNormalBounds(), maximized: window.isMaximized() }))
  window.on('resize', keepPlace)
  window.on('move', keepPlace)
  window.on('maximize', keepPlace)
  window.on('unmaximize', keepPlace)
  window.on('close', () => void kept.flush())
  return window
}

/** The window that asks. Throws `bad-request` where it is gone. */
export function windowOf(contents: WebContents): BrowserWindow {
  const window = BrowserWindow.fromWebContents(contents)
  if (window === null) throw new Failure('bad-request', undefined, 'unknown window')
  return window
}

/** A monitor that is gone takes its place with it. */
function isOnScreen(place: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(place)
  return (
    place.x < workArea.x + workArea.width &&
    place.x + place.width > workArea.x &&
    place.y < workArea.y + workArea.height &&
    place.y + place.height > workArea.y
  )
}
