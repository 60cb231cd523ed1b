/**
 * The default app of the Electron that comes from the npm registry: loads the app whose folder stands on the command
 * line, as Electron's own does, and is gone.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { app } from 'electron'

import { readArguments } from './arguments.mjs'

/**
 * What Electron keeps for its default app, and leaves out of its types.
 * @type {typeof app & { setVersion(version: string): void, setAppPath(folder: string): void }}
 */
const program = Object.assign(app)

try {
  const { modules, app: folder } = readArguments(process.argv.slice(1))
  const load = createRequire(import.meta.url)
  for (const file of modules) load(resolve(file))
  if (folder === null) throw new Error('name the folder of an app')
  await run(resolve(folder))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  app.exit(1)
}

/** @param {string} folder */
async function run(folder) {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
  /** @type {{ name?: string, productName?: string, version?: string, main?: string }} */
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const name = manifest.productName ?? manifest.name
  if (name !== undefined) program.setName(name)
  if (manifest.version !== undefined) program.setVersion(manifest.version)
  program.setDesktopName(`${program.name}.desktop`)
  program.setAppPath(folder)
  // `file:` in place of the path: on import, % and # in a path would mean something else.
  await import(pathToFileURL(join(folder, manifest.main ?? 'index.js')).href)
}
