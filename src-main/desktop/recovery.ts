/** What happened to the program, and what it does so that nothing is lost: told at the start, watched while it runs. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, parse } from 'node:path'
import { app, dialog, powerMonitor, type BrowserWindow } from 'electron'
import { errorReport, errorSentence } from '../contract/error-text.ts'
import type { Failure } from '../contract/errors.ts'
import { ownFileSchema } from '../contract/notices.ts'
import type { Locale } from '../contract/schemas.ts'
import type { Conversions } from '../conversion/conversions.ts'
import { UnfinishedConversions } from '../conversion/unfinished.ts'
import type { Rounds } from '../evaluation/real-or-fake/rounds.ts'
import type { Exports } from '../export/exports.ts'
import type { DataFolder } from '../library/data-folder.ts'
import type { Library } from '../library/library.ts'
import { CrashLog } from '../storage/crash-log.ts'
import { RunMark } from '../storage/run-mark.ts'
import { StorageHealth, type DamagedFile } from '../storage/storage-health.ts'
import type { TrainingRuns } from '../training/runs.ts'
import { guardProcess } from './fatal-errors.ts'
import { systemLocale } from './locale.ts'
import { Notices } from './notices.ts'
import { desktopText } from './text.ts'
import { loadAndKeepAlive } from './window-recovery.ts'

/** How often it is looked whether a drive has gone or come back. */
const lookForDrivesMs = 10_000

/** Own files that hold what the user has done; the others can be found out again. */
const precious: ReadonlySet<string> = new Set(['library.json', 'settings.json', 'export-presets.json'])

interface Services {
  readonly library: Library
  readonly conversions: Conversions
  readonly exports: Exports
  readonly runs: TrainingRuns
  readonly rounds: Rounds
}

export class Recovery {
  readonly health = new StorageHealth()
  readonly notices = new Notices()
  readonly #data: DataFolder
  readonly #log: CrashLog
  readonly #mark: RunMark
  #unfinished: UnfinishedConversions | null = null
  #locale: () => Locale = systemLocale

  constructor(data: DataFolder, version: string, programFolder: string) {
    this.#data = data
    this.#log = new CrashLog({ path: data.crashLog, version, programFolder })
    this.#mark = new RunMark(data.running)
    guardProcess(this.#log, () => this.#locale())
    this.health.on('failed', (failure) => this.notices.add({ kind: 'not-saved', failure: failure.toData() }))
    this.health.on('recovered', () => this.notices.withdraw(({ kind }) => kind === 'not-saved'))
    this.health.on('damaged', (file) => this.#tellDamaged(file))
  }

  /** Before any service is opened. */
  async begin(): Promise<void> {
    powerMonitor.on('shutdown', () => this.#mark.systemEnds())
    if ((await this.#mark.begin()) === 'after-abrupt-end') this.notices.add({ kind: 'ended-abruptly' })
  }

  /** When the services are open: tells what waits and what could not be read, and goes on watching. */
  async follow(services: Services, locale: () => Locale): Promise<void> {
    this.#locale = locale
    const { library, conversions, exports, runs } = services
    const unfinished = new UnfinishedConversions(this.#data.unfinished, {
      ...{ conversions, library, health: this.health },
    })
    this.#unfinished = unfinished
    await unfinished.open()
    this.#tellDamagedWorks(services)
    for (const { id, target, state } of exports.list())
      if (state === 'interrupted') this.notices.add({ kind: 'export-waiting', batchId: id, target })
    for (const { id, name, state } of runs.list())
      if (state === 'interrupted') this.notices.add({ kind: 'training-waiting', runId: id, name })
    const groups = unfinished.left.map((group) => ({ ...group, photoIds: [...group.photoIds] }))
    if (groups.length > 0) this.notices.add({ kind: 'conversions-waiting', groups })
    this.notices.on('dismissed', ({ kind }) => {
      if (kind === 'conversions-waiting') unfinished.forget()
    })
    exports.on('changed', ({ id, state }) => {
      if (state !== 'interrupted')
        this.notices.withdraw((notice) => notice.kind === 'export-waiting' && notice.batchId === id)
    })
    runs.on('changed', ({ id, state }) => {
      if (state !== 'interrupted')
        this.notices.withdraw((notice) => notice.kind === 'training-waiting' && notice.runId === id)
    })
    this.#watchFiles(services)
  }

  /** Loads the window's page, and loads it anew whenever it dies. Rejects where it cannot be loaded. */
  async load(window: BrowserWindow, url: string): Promise<void> {
    // Windows tells it to windows alone.
    window.on('session-end', () => this.#mark.systemEnds())
    await loadAndKeepAlive(window, {
      ...{ url, notices: this.notices, log: this.#log, locale: () => this.#locale() },
    })
  }

  /** Before conversions are closed, which cancels them. */
  async keepUnfinished(): Promise<void> {
    await this.#unfinished?.close()
  }

  /** When all else is closed. The user is asked about what he has done and what cannot be saved. */
  async end(): Promise<void> {
    const own = () =>
      this.health.unsaved.find(({ subject }) => subject !== undefined && precious.has(subject))
    for (let failure = own(); failure !== undefined; failure = own()) {
      if (!(await this.#askToTryAgain(failure))) break
      await this.health.saveAgain()
    }
    this.#mark.end()
  }

  /** Of what goes wrong while the program ends; the next start will tell that it did not end in order. */
  readonly noteError = (thrown: unknown): void => this.#log.note('The program could not end in order', thrown)

  #watchFiles({ library, conversions }: Services): void {
    const look = (which: 'all' | 'of-changed-folders') => void library.lookForFiles(which)
    app.on('browser-window-focus', () => look('all'))
    conversions.on('changed', ({ failure }) => {
      if (failure?.code === 'file-not-found') look('all')
    })
    setInterval(() => look('of-changed-folders'), lookForDrivesMs).unref()
  }

  #tellDamaged({ path, keptAt, outcome }: DamagedFile): void {
    const file = ownFileSchema.safeParse(parse(path).name).data
    this.#log.note(`${basename(path)} could not be understood`)
    if (file === undefined) return
    const keptAs = keptAt === null ? null : basename(keptAt)
    this.notices.add({ kind: 'file-damaged', file, keptAs, outcome }, keptAt ?? undefined)
  }

  #tellDamagedWorks({ conversions, exports, runs, rounds }: Services): void {
    const all = [
      ['results', conversions.damaged],
      ['exports', exports.damaged],
      ['trainings', runs.damaged],
      ['tests', rounds.damaged],
    ] as const
    for (const [what, { length: count, 0: first }] of all)
      if (first !== undefined) this.notices.add({ kind: 'works-damaged', what, count }, first)
  }

  async #askToTryAgain(failure: Failure): Promise<boolean> {
    const text = desktopText[this.#locale()]
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      ...text.notSaved(errorSentence(failure.toData(), this.#locale())),
      buttons: [text.tryAgain, text.quitUnsaved],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    })
    return response === 0
  }
}

/** Nothing can be kept: said, with the way out, before anything was begun. Chromium gets a folder that it can use. */
export async function refuseStart(folder: string, problem: Failure): Promise<void> {
  app.setPath('userData', mkdtempSync(join(tmpdir(), 'solstice-')))
  await app.whenReady()
  const locale = systemLocale()
  const text = desktopText[locale]
  const words = text.noDataFolder(folder, errorReport(problem.toData(), locale))
  // For whoever has started it in a terminal.
  process.stderr.write(`${words.message}\n${words.detail}\n`)
  const { response } = await dialog.showMessageBox({
    type: 'error',
    ...words,
    buttons: [text.tryAgain, text.quit],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  if (response === 0) app.relaunch()
  app.exit(1)
}
