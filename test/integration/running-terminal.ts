/** A command under way: what it says can be waited for, and it can be ended in any way, and its engine alone, too. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cliFile, workerFile } from './built.ts'
import type { TerminalRun } from './run-terminal.ts'

export interface EndedTerminal extends TerminalRun {
  readonly signal: NodeJS.Signals | null
}

export class RunningTerminal {
  readonly pid: number
  /** Resolves when the process is gone and all that it said is there. */
  readonly ended: Promise<EndedTerminal>
  readonly #child: ChildProcess
  readonly #listeners = new Set<() => void>()
  #stdout = ''
  #stderr = ''

  /** In `folder`, which also gets the program's data; with more in its environment. */
  constructor(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [cliFile, ...args], {
      cwd: folder,
      env: { ...process.env, SOLSTICE_DATA: join(folder, 'data'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (child.pid === undefined) throw new Error('The command did not start')
    this.pid = child.pid
    this.#child = child
    const hear = (): void => {
      for (const listener of this.#listeners) listener()
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      hear()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      hear()
    })
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr })
      })
    })
  }

  /** Resolves when stderr has the text; throws with all of it if the command ends without. */
  async said(text: string | RegExp): Promise<void> {
    const has = (): boolean =>
      typeof text === 'string' ? this.#stderr.includes(text) : text.test(this.#stderr)
    if (has()) return
    let listener = (): void => undefined
    const heard = new Promise<true>((resolve) => {
      listener = () => {
        if (has()) resolve(true)
      }
      this.#listeners.add(listener)
    })
    const said = await Promise.race([heard, this.ended.then(() => has())])
    this.#listeners.delete(listener)
    if (!said) throw new Error(`It ended without saying ${text}:\n${this.#stderr}`)
  }

  /** Does nothing to one that is gone. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The engine's processes that it has started and that are still there. */
  engines(): Promise<readonly number[]> {
    return this.children((args) => args.includes(workerFile))
  }

  /** All processes that it has started and that are still there, or those of such a command. */
  async children(isMeant: (args: readonly string[]) => boolean = () => true): Promise<readonly number[]> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args='])
    return stdout.split('\n').flatMap((line) => {
      const [pid, parent, ...args] = line.trim().split(/\s+/)
      return Number(parent) === this.pid && isMeant(args) ? [Number(pid)] : []
    })
  }
}

/** Resolves when a process is gone; one that is no child of ours says nothing when it ends. */
export async function gone(pid: number): Promise<void> {
  while (isThere(pid)) await wait(10)
}

/** Resolves when there is a file or folder at the path. */
export async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await wait(10)
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Ends a process that may be gone already. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}
