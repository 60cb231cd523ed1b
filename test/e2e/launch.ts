/** Starts the built app under Playwright, each time with the data folder that the test gives it. */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

import { _electron, type ElectronApplication, type Page } from '@playwright/test'

import { electronArguments, electronPath } from '../../build/setup/electron.mjs'

export const root = resolve(import.meta.dirname, '../..')

export interface RunningApp {
  readonly app: ElectronApplication
  /** The first window, its page loaded. */
  readonly window: Page
}

export interface LaunchOptions {
  /** Where the app keeps all it keeps; the same folder again is a restart, a new one a first start. */
  readonly dataFolder: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Resolves when the program has begun to start, its window still to come. The caller closes it. */
export const beginApp = (options: LaunchOptions): Promise<ElectronApplication> =>
  _electron.launch(startOf(options))

/** The caller closes `app`. */
export async function launchApp(options: LaunchOptions): Promise<RunningApp> {
  const app = await beginApp(options)
  const window = await app.firstWindow()
  await window.waitForLoadState('domcontentloaded')
  return { app, window }
}

/** A start beside the app that runs with these data already, without Playwright; resolves with its exit code. */
export function startBeside(options: LaunchOptions, folder: string): Promise<number | null> {
  const { executablePath, args, env } = startOf(options)
  const child = spawn(executablePath, args, { cwd: folder, env, stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

/** True where the tests drive a packaged program. */
export const isPackaged = Boolean(process.env['SOLSTICE_PROGRAM'])

/** What is started: the packaged program that `SOLSTICE_PROGRAM` names, else the built app in its Electron. */
export function program(): { readonly executable: string; readonly args: readonly string[] } {
  const packaged = process.env['SOLSTICE_PROGRAM']
  if (packaged) return { executable: packaged, args: electronArguments({ ordinary: true }) }
  const electron = electronPath()
  if (!electron) throw new Error('Electron is not installed: run npm test, which sets it up.')
  return { executable: electron.executable, args: [...electronArguments(electron), root] }
}

function startOf({ dataFolder, args = [], env = {} }: LaunchOptions) {
  const { executable, args: first } = program()
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return {
    executablePath: executable,
    // Chromium's own files go where the app's go.
    args: [`--user-data-dir=${join(dataFolder, 'chromium')}`, ...first, ...args],
    env: { ...Object.fromEntries(inherited), SOLSTICE_DATA: dataFolder, ...env },
  }
}
