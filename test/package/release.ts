/** The packaged program as a user has it after unpacking: no display, a home of its own, no Node beside it. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

/** `npm run test:package` names it. */
export const release = named('SOLSTICE_RELEASE')
export const releaseFolder = dirname(release)
export const resources = join(releaseFolder, 'resources')

export interface ReleaseRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Chromium refuses to run its sandbox as root. */
export const asRoot: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** What a user's shell has; `home` also gets the program's data. */
export function releaseEnvironment(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH = '' } = process.env
  return { PATH, HOME: home, LANG: 'C.UTF-8', SOLSTICE_RUNTIME: 'onnxruntime-cpu', ...more }
}

/** Runs the program with the terminal's `words` in `folder`, its home. */
export function runRelease(
  folder: string,
  words: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<ReleaseRun> {
  return run(release, [...asRoot, ...words], folder, releaseEnvironment(folder, more))
}

/** Runs a command to its end. */
export function run(
  command: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<ReleaseRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

function named(variable: string): string {
  const value = process.env[variable]
  if (!value) throw new Error(`${variable} is not set: npm run test:package sets it`)
  return value
}
