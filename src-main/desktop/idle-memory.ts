/**
 * Gives back what Chromium keeps for a window that nobody touches: the pictures that it has decoded, several hundred
 * megabytes after a look through thousands of photos. By itself it does so only when the system runs short. What is
 * on the screen stays; what is scrolled to later is decoded again.
 */
import type { BrowserWindow } from 'electron'
import { Rest } from '../engine/rest.ts'

/** As long as an engine waits. */
const untouchedForMs = 120_000

export function giveBackWhenIdle(window: BrowserWindow): void {
  const { debugger: devTools } = window.webContents
  const giveBack = async (): Promise<void> => {
    // Somebody looks into the window with the developer's tools.
    if (window.isDestroyed() || devTools.isAttached()) return
    try {
      // The only door to what the system does when it runs short; it stands open for this one word.
      devTools.attach()
      await devTools.sendCommand('Memory.simulatePressureNotification', { level: 'critical' })
      devTools.detach()
    } catch {
      // Chromium keeps it, then, as it would without us.
    }
  }
  const rest = new Rest(untouchedForMs, () => void giveBack())
  rest.begin()
  window.webContents.on('input-event', () => rest.begin())
  window.on('closed', () => rest.stop())
}
