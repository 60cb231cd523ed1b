/** Runs the command line as users do: the built program in a process of its own, with data of its own. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cliFile } from './built.ts'

export interface TerminalRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** In `folder`, which also gets the program's data; `env` changes the environment, or takes from it. */
export function runTerminal(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<TerminalRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliFile, ...args], {
      cwd: folder,
      env: { ...process.env, SOLSTICE_DATA: join(folder, 'data'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
