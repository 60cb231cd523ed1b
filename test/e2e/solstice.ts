/**
 * A running app as the tests drive it: its window, its data in a temporary folder of its own, and the few doors that
 * a test must open from the other side, because the system's dialogs cannot be driven.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test'
import type { Bridge, CallArgs, CallName, CallResult } from '../../src-main/contract/contract.ts'
import type { Conversion, Photo, Settings } from '../../src-main/contract/schemas.ts'
import { launchApp, startBeside, type RunningApp } from './launch.ts'

declare global {
  interface Window {
    readonly solstice: Bridge
  }
}

/** The language and theme that the tests read, whatever those of the machine are. */
const testSettings: Partial<Settings> = { locale: 'en', theme: 'light' }
/** A screen pixel is a CSS pixel, so that positions and pictures mean the same. */
const args = ['--force-device-scale-factor=1']

type Environment = Readonly<Record<string, string>>

export class Solstice {
  /** Everything of this app and its test; gone after `end`. */
  readonly folder: string
  readonly dataFolder: string
  readonly #env: Environment
  #running: RunningApp

  private constructor(folder: string, dataFolder: string, env: Environment, running: RunningApp) {
    this.folder = folder
    this.dataFolder = dataFolder
    this.#env = env
    this.#running = running
  }

  /** Starts an app that nobody has used before, but for `settings`, with more in its environment, to open `names`. */
  static async start(
    settings: Partial<Settings> = testSettings,
    env: Environment = {},
    names: readonly string[] = [],
  ): Promise<Solstice> {
    const folder = await mkdtemp(join(tmpdir(), 'solstice-e2e-'))
    const dataFolder = join(folder, 'data')
    await mkdir(dataFolder)
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify(settings))
    try {
      return new Solstice(
        folder,
        dataFolder,
        env,
        await launchApp({ dataFolder, args: [...args, ...names], env }),
      )
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  get app(): ElectronApplication {
    return this.#running.app
  }

  get window(): Page {
    return this.#running.window
  }

  /** Quits as the user does, and starts again with the same data. */
  async restart(): Promise<void> {
    await this.app.close()
    this.#running = await launchApp({ dataFolder: this.dataFolder, args, env: this.#env })
  }

  /** Ends the program as a power loss would; its engines end with it. */
  async kill(): Promise<void> {
    const child = this.app.process()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  /** Starts again with the same data, after `kill`. */
  async relaunch(): Promise<void> {
    this.#running = await launchApp({ dataFolder: this.dataFolder, args, env: this.#env })
  }

  /** Closes the window as the user does, and waits until it is gone. */
  async closeWindow(): Promise<void> {
    const gone = this.window.waitForEvent('close')
    // The page is gone before the program knows that the window is.
    await this.app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const [window] = BrowserWindow.getAllWindows()
          if (window === undefined) resolve()
          window?.once('closed', () => resolve())
          window?.close()
        }),
    )
    await gone
  }

  /** A second start of the program: brings the window back. */
  async openWindow(): Promise<void> {
    await this.reopenWindow((running) =>
      running.evaluate(({ app }) => {
        app.emit('second-instance')
      }),
    )
  }

  /** Does what brings the window back, and waits until it is there. */
  async reopenWindow(bringBack: (app: ElectronApplication) => Promise<void>): Promise<void> {
    const opened = this.app.waitForEvent('window')
    await bringBack(this.app)
    const window = await opened
    await window.waitForLoadState('domcontentloaded')
    this.#running = { app: this.app, window }
  }

  /** Starts the program a second time to open `names`, in `folder`; resolves with the exit code. */
  startAgain(names: readonly string[], folder: string): Promise<number | null> {
    return startBeside({ dataFolder: this.dataFolder, args: [...args, ...names], env: this.#env }, folder)
  }

  async end(): Promise<void> {
    await this.app.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** A call of the contract, as the window's own code makes it. */
  async ask<Name extends CallName>(name: Name, callArgs: CallArgs<Name>): Promise<CallResult<Name>> {
    const answer = await this.window.evaluate(
      ({ asked, given }) => window.solstice.call(asked, given as CallArgs<Name>),
      { asked: name, given: callArgs },
    )
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.failure)}`)
    return answer.value
  }

  conversions(): Promise<Conversion[]> {
    return this.ask('conversions.list', {})
  }

  async photo(name: string): Promise<Photo> {
    const photo = (await this.ask('library.list', {})).find((one) => one.name === name)
    if (photo === undefined) throw new Error(`${name} is not on the shelf`)
    return photo
  }

  /** Carries files and folders over the window as the system does; the answer lets them fall. */
  async dragIn(paths: readonly string[], at = { x: 400, y: 300 }): Promise<() => Promise<void>> {
    const devTools = await this.window.context().newCDPSession(this.window)
    const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      devTools.send('Input.dispatchDragEvent', {
        type,
        ...at,
        data: { items: [], files: [...paths], dragOperationsMask: 1 },
      })
    await send('dragEnter')
    await send('dragOver')
    return async () => {
      await send('drop')
      await devTools.detach()
    }
  }

  /** Drops files into the window and waits until each of them has been read, or found broken. */
  async drop(paths: readonly string[]): Promise<void> {
    const before = (await this.ask('library.list', {})).length
    const letGo = await this.dragIn(paths)
    await letGo()
    await expect(this.window.getByRole('gridcell')).toHaveCount(before + paths.length)
    await this.allRead()
  }

  async allRead(): Promise<void> {
    await expect
      .poll(
        async () => (await this.ask('library.list', {})).filter(({ state }) => state === 'reading').length,
      )
      .toBe(0)
    await expect(this.window.getByTestId('counts')).not.toContainText('reading')
  }

  cell(name: string): Locator {
    return this.window.getByRole('gridcell').filter({ has: this.window.getByText(name, { exact: true }) })
  }

  /** The direction's button on the panel of styles. */
  style(direction = 'Summer → Winter'): Locator {
    return this.window.getByRole('complementary', { name: 'Styles' }).getByRole('button', { name: direction })
  }

  /** Selects one photo and waits for its result. */
  async convert(name: string, direction = 'Summer → Winter', result = 'Winter'): Promise<void> {
    await this.cell(name).click()
    await this.style(direction).click()
    await expect(this.cell(name)).toContainText(result, { timeout: 60_000 })
  }

  /** Opens the compare room on a photo. */
  async compare(name: string): Promise<Locator> {
    await this.cell(name).dblclick({ position: { x: 20, y: 20 } })
    const room = this.window.getByRole('region', { name: `Compare: ${name}` })
    await expect(room).toBeVisible()
    return room
  }

  async backToGallery(): Promise<void> {
    await this.window.getByRole('button', { name: 'Gallery' }).click()
    await expect(this.window.getByRole('grid', { name: 'Photos' })).toBeVisible()
  }

  /** What the system's dialog for saving will answer; null is Cancel. What it proposes is kept for `proposedPath`. */
  async answerSaveDialog(path: string | null): Promise<void> {
    await this.app.evaluate(({ dialog }, filePath) => {
      const showSaveDialog = (_window: unknown, options: { defaultPath?: string }) => {
        Object.assign(globalThis, { proposedPath: options.defaultPath })
        return Promise.resolve({ canceled: filePath === null, filePath: filePath ?? '' })
      }
      Object.assign(dialog, { showSaveDialog })
      Object.assign(globalThis, { proposedPath: null })
    }, path)
  }

  /** The path that the dialog for saving began with; null while it has not been opened. */
  async proposedPath(): Promise<string | null> {
    return this.app.evaluate(() => Reflect.get(globalThis, 'proposedPath') as string | null)
  }

  /** What the system's chooser will answer. */
  async answerOpenDialog(paths: readonly string[]): Promise<void> {
    await this.app.evaluate(
      ({ dialog }, filePaths) => {
        const showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths })
        Object.assign(dialog, { showOpenDialog })
      },
      [...paths],
    )
  }

  /** Waits until it is known what computes here; until then there is an engine's process for that, too. */
  async examined(): Promise<void> {
    const unknown = async (): Promise<boolean> => {
      const { reports, examining } = await this.ask('runtimes.get', {})
      return (
        examining || reports.some(({ name, training }) => name !== 'onnxruntime-cpu' && training === null)
      )
    }
    await expect.poll(unknown, { timeout: 60_000 }).toBe(false)
  }

  /** The engine's process, or null while there is none. */
  async enginePid(): Promise<number | null> {
    return this.app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Solstice engine')?.pid ?? null,
    )
  }
}
