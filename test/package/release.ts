/** The packaged program as a user has it after unpacking: no display, a home of its own, no Node beside it. */
import { dirname, join } from 'node:path'
import { run, type EndedProcess } from '../integration/run-process.ts'

/** `npm run test:package` names it. */
export const release = named('SOLSTICE_RELEASE')
export const releaseFolder = dirname(release)
export const resources = join(releaseFolder, 'resources')

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
): Promise<EndedProcess> {
  return run(release, [...asRoot, ...words], folder, releaseEnvironment(folder, more))
}

function named(variable: string): string {
  const value = process.env[variable]
  if (!value) throw new Error(`${variable} is not set: npm run test:package sets it`)
  return value
}
