/** Where Solstice keeps what is its own: the shelf, results, own styles. Window and terminal use the same place. */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import type { Failure } from '../contract/errors.ts'
import { writeFailure } from '../photos/failures.ts'

export interface DataFolder {
  readonly root: string
  /** The list of opened photos. */
  readonly library: string
  readonly settings: string
  /** The sample photos that ship, once they were asked for. */
  readonly samples: string
  readonly thumbnails: string
  readonly results: string
  /** Models that the user imported or trained. */
  readonly models: string
  /** Styles that are being fetched, a folder each; what has come waits there to go on. */
  readonly downloads: string
  /** Training pictures, decoded and scaled; can be made again. */
  readonly trainingCache: string
  /** How long training steps take here. */
  readonly trainingPace: string
  /** Which runtimes compute right here, and how fast. */
  readonly runtimes: string
  /** Trainings begun in the window, a folder each. */
  readonly runs: string
  /** Exports, a folder each: what is to be done and what was. */
  readonly exports: string
  /** Export settings: the last used and the saved ones. */
  readonly exportPresets: string
  /** Results of the test real or fake. */
  readonly evaluations: string
  /** Files prepared for being dragged out; emptied at every start. */
  readonly outgoing: string
  /** What a later start of the program was asked to open, where it could not say so by itself. */
  readonly opened: string
  /** When it was last looked for a new version. */
  readonly updates: string
  /** The window's own storage (Chromium's profile). */
  readonly window: string
  /** The same for commands of the terminal, where Electron runs them. */
  readonly terminal: string
  /** Where the window stood the last time. */
  readonly windowPlace: string
  /** Conversions that wait or run, to be asked about when the program ends before they do. */
  readonly unfinished: string
  /** There while the window's program runs. */
  readonly running: string
  /** What went wrong inside the program; stays here. */
  readonly crashLog: string
}

/** `SOLSTICE_DATA` moves everything, for tests and for a library on another disk. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): DataFolder {
  const root = resolve(environment['SOLSTICE_DATA'] || envPaths('Solstice', { suffix: '' }).data)
  return {
    root,
    library: join(root, 'library.json'),
    settings: join(root, 'settings.json'),
    samples: join(root, 'samples'),
    thumbnails: join(root, 'thumbnails'),
    results: join(root, 'results'),
    models: join(root, 'models'),
    downloads: join(root, 'downloads'),
    trainingCache: join(root, 'training-cache'),
    trainingPace: join(root, 'training-pace.json'),
    runtimes: join(root, 'runtimes.json'),
    runs: join(root, 'runs'),
    exports: join(root, 'exports'),
    exportPresets: join(root, 'export-presets.json'),
    evaluations: join(root, 'evaluations'),
    outgoing: join(root, 'outgoing'),
    opened: join(root, 'opened'),
    updates: join(root, 'updates.json'),
    window: join(root, 'window'),
    terminal: join(root, 'terminal'),
    windowPlace: join(root, 'window.json'),
    unfinished: join(root, 'unfinished-conversions.json'),
    running: join(root, 'running.json'),
    crashLog: join(root, 'crashes', 'crashes.log'),
  }
}

/**
 * Why nothing can be kept there: the folder cannot be made, or not be written to; null where all is well. Blocks: it is
 * asked before anything else can begin.
 */
export function dataFolderProblem(root: string): Failure | null {
  try {
    mkdirSync(root, { recursive: true })
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK)
    return null
  } catch (thrown) {
    return writeFailure(thrown, root)
  }
}
