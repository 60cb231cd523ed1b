/**
 * `npm run solstice | golden | bench`: makes sure that the packages and the build are there, then becomes the program
 * named by the first argument, a file in out/: same process, so that its input, signals and exit code are its own.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { ensureBuild } from './setup/bundle.mjs'
import { ensureDependencies } from './setup/dependencies.mjs'
import { root } from './setup/paths.mjs'
import { sayError } from './setup/say.mjs'

const [name = '', ...args] = process.argv.slice(2)
const program = join(root, 'out', name)
let ready = false
try {
  await ensureDependencies(root)
  await ensureBuild(root)
  ready = true
} catch (error) {
  sayError(error)
  process.exitCode = 1
}
if (ready) {
  process.argv = [process.execPath, program, ...args]
  // npm runs us in the project's folder; file names are meant from where the user is.
  if (process.env['INIT_CWD']) process.chdir(process.env['INIT_CWD'])
  await import(pathToFileURL(program).href)
}
