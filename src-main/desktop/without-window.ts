/**
 * Electron as the terminal's commands need it: its processes and nothing to see. On Linux it wants a display all the
 * same, unless it is told on its command line, before our code runs, that there is none: then the program starts
 * itself once more with that word.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { app } from 'electron'

const headless = '--ozone-platform=headless'
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function lacksDisplay(): boolean {
  if (process.platform !== 'linux' || process.argv.includes(headless)) return false
  return !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
}

/**
 * Starts this program again, headless, with its own input and output: `before` are its switches (and in development
 * the app), `words` the command. Resolves with the exit code. To be awaited
 * while the entry module loads, for Electron looks for a display when that is done.
 */
export async function runWithoutDisplay(
  before: readonly string[],
  words: readonly string[],
): Promise<number> {
  // What follows `--` Electron leaves alone, whatever it looks like.
  const args = [...before, headless, '--log-level=3', '--', ...words]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  for (const signal of passedOn) process.on(signal, forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
}

/** Prepares Electron for a run without a window. To be called before it is ready. `profile`: a folder for Chromium. */
export function hideWindows(profile: string): void {
  app.disableHardwareAcceleration()
  app.commandLine.appendSwitch('disable-software-rasterizer')
  // Chromium's complaints about a missing D-Bus are none of the user's business.
  app.commandLine.appendSwitch('log-level', '3')
  // Nor are Node's remarks to developers.
  process.removeAllListeners('warning')
  app.dock?.hide()
  // The window's may be in use.
  app.setPath('userData', profile)
}

/** Ends Electron when all that was written has been taken. */
export async function endWith(code: number): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  )
  app.exit(code)
}
