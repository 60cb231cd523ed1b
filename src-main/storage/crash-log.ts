/**
 * What went wrong inside the program, for whoever is asked to look into it: a text file that stays on this computer and
 * within bounds. Names of photos and folders are left out.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../contract/errors.ts'

const mostBytes = 256 * 1024
const longestEntry = 8 * 1024

export interface CrashLogOptions {
  readonly path: string
  /** Of the program. */
  readonly version: string
  /** Where the program's own files lie: paths below it are told, relative to it. */
  readonly programFolder: string
}

export class CrashLog {
  readonly #options: CrashLogOptions

  constructor(options: CrashLogOptions) {
    this.#options = options
  }

  get path(): string {
    return this.#options.path
  }

  /** Adds an entry. Blocks, because the program may be about to end; never throws. */
  note(what: string, thrown?: unknown): void {
    const { path, version, programFolder } = this.#options
    const heading = `${new Date().toISOString()} ${what} (Solstice ${version}, ${process.platform} ${process.arch})`
    const told = thrown === undefined ? '' : `\n${withoutPaths(descriptionOf(thrown), programFolder)}`
    try {
      mkdirSync(dirname(path), { recursive: true })
      makeRoom(path)
      appendFileSync(path, `${`${heading}${told}`.slice(0, longestEntry)}\n\n`)
    } catch {
      // There is nowhere left to say it.
    }
  }
}

/** Beyond the bound the older half goes. */
function makeRoom(path: string): void {
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 }
  if (size < mostBytes) return
  const text = readFileSync(path, 'utf8')
  const half = text.indexOf('\n\n', text.length / 2)
  writeFileSync(`${path}.new`, half < 0 ? '' : text.slice(half + 2))
  renameSync(`${path}.new`, path)
}

/** A failure's subject is a photo's name. */
function descriptionOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const stack = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const message = thrown instanceof Failure ? thrown.code : thrown.message
  return [`${thrown.name}: ${message}`, ...stack].join('\n')
}

/** A path with blanks has an end only where it is quoted; else it is taken to go on to the end of its line. */
const quotedPath = /(['"`])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:(?!\1).)*\1/g
const barePath = /(?:file:\/\/|(?<![\w.>/\\]))(?:[A-Za-z]:[\\/]|\\\\|\/(?!\/))[^\n]*/g
/** Where in the program it happened: the file's name with line and column. */
const placeInCode = /:\d+:\d+\)?$/

export function withoutPaths(text: string, programFolder: string): string {
  const own = new RegExp(`(?:file://)?${escaped(programFolder)}[\\\\/]`, 'g')
  return text
    .split('\n')
    .map((line) => line.replace(own, '').replace(quotedPath, '<path>').replace(barePath, shortened))
    .join('\n')
}

const shortened = (path: string): string => `<path>${placeInCode.exec(path)?.[0] ?? ''}`

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
