/**
 * What the system asks Solstice to open: the names on its command line, on that of a later start, and macOS's own
 * event. One program runs; a later start hands its names over and ends.
 */
import { resolve } from 'node:path'
import { app } from 'electron'
import { namesIn, withoutNames, type Named } from './opened-files-arguments.ts'
import { isTooLong, leaveNames, readMessage, takeNames, writeMessage } from './opened-files-handover.ts'

type Open = (paths: readonly string[]) => void

export class OpenedFiles {
  readonly #folder: string
  readonly #named: Named
  /** What came before there was a shelf to put it on. */
  readonly #waiting: string[] = []
  #open: Open | null = null

  /** `folder`: where names wait that are too many to be handed over. Made before the app is ready. */
  constructor(folder: string) {
    this.#folder = folder
    this.#named = { names: namesIn(process.argv, process.defaultApp), folder: process.cwd() }
  }

  /** False where another start of the program goes on with what this one was asked to open; then it is to end. */
  takeLock(): boolean {
    if (isTooLong(process.argv)) {
      leaveNames(this.#folder, this.#named)
      const execPath = process.env['APPIMAGE'] ?? process.execPath
      app.relaunch({ execPath, args: withoutNames(process.argv, process.defaultApp) })
      return false
    }
    if (!app.requestSingleInstanceLock(writeMessage(this.#named))) return false
    this.#give([this.#named])
    void this.#takeLeft()
    app.on('second-instance', (_event, _argv, _folder, handed) => {
      const named = readMessage(handed)
      if (named !== null) this.#give([named])
      void this.#takeLeft()
    })
    app.on('open-file', (event, path) => {
      event.preventDefault()
      this.#give([{ names: [path], folder: '/' }])
    })
    return true
  }

  /** Has `open` called with whole paths, of what has come until now and of all that will come. */
  start(open: Open): void {
    this.#open = open
    this.#give([])
  }

  async #takeLeft(): Promise<void> {
    this.#give(await takeNames(this.#folder))
  }

  #give(all: readonly Named[]): void {
    this.#waiting.push(...all.flatMap(({ names, folder }) => names.map((name) => resolve(folder, name))))
    if (this.#open === null || this.#waiting.length === 0) return
    this.#open(this.#waiting.splice(0))
  }
}
