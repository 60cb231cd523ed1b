/** The program with a window, as the benches start it: the built one in development's Electron, or a packaged one. */
import type { ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { electronArguments, electronPath } from '../../build/setup/electron.mjs'
import { root } from '../../build/setup/paths.mjs'
import { launch, stop } from '../../build/setup/processes.mjs'

export interface ProgramOptions {
  /** The executable of a packaged program; by default the built one is started. */
  readonly program: string | undefined
  readonly data: string
  readonly display: string
}

export interface StartedProgram {
  readonly child: ChildProcess
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Rejected when the program ends before `close`: another one may have the same data. */
  readonly ended: Promise<never>
  /** The window by way of Chromium's own door, so that a packaged program can be driven, too. */
  attach(): Promise<AttachedWindow>
  close(): Promise<void>
}

export interface AttachedWindow {
  readonly browser: Browser
  readonly page: Page
}

const door = /DevTools listening on (ws:\S+)/

/** With `drivable` false the program runs as for a user, and `attach` never resolves. */
export function startProgram(
  { program, data, display }: ProgramOptions,
  { drivable = true } = {},
): StartedProgram {
  const [executable, args] = command(program)
  const startedAt = Date.now()
  const child = launch(executable, [...args, ...(drivable ? ['--remote-debugging-port=0'] : [])], {
    env: { ...process.env, SOLSTICE_DATA: data, DISPLAY: display },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  let closing = false
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => {
      if (!closing) reject(new Error(`The program ended by itself: ${said.slice(-500)}`))
    })
  })
  ended.catch(() => undefined)
  const address = new Promise<string>((found) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const match = door.exec(said)
      if (match?.[1] !== undefined) found(match[1])
    })
  })
  return {
    ...{ child, startedAt, ended },
    attach: async () => attachTo(await Promise.race([address, ended])),
    close: () => {
      closing = true
      return stop(child)
    },
  }
}

function command(program: string | undefined): readonly [string, readonly string[]] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  if (program !== undefined) return [resolve(program), asRoot]
  const electron = electronPath()
  if (electron === null) throw new Error('Electron is not installed: run npm test, which sets it up.')
  return [electron.executable, [...electronArguments(electron), root]]
}

async function attachTo(address: string): Promise<AttachedWindow> {
  const { chromium } = await import('@playwright/test')
  const browser = await chromium.connectOverCDP(address)
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('The program has no window.')
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  return { browser, page }
}
