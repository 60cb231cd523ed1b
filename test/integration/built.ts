/** The built program, as set-up leaves it; tests run what users run. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
export const workerFile = built('out/main/worker.js')
export const fakeEngineFile = built('out/test/fake-engine.js')
export const cliFile = built('out/main/cli.js')

function built(path: string): string {
  const file = join(root, path)
  if (!existsSync(file))
    throw new Error(`${path} is missing: npm test builds it, npx electron-vite build does, too`)
  return file
}
