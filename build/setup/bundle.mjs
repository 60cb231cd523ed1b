/** The build: electron-vite, when the sources are others than those of the last build. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

import { run } from './processes.mjs'
import { SetupError, step } from './say.mjs'

/** All that the build reads, besides the packages, which the lock file stands for. */
const SOURCES = [
  'LICENSE',
  'build/licences',
  'electron.vite.config.ts',
  'models',
  'package.json',
  'package-lock.json',
  'samples/README.md',
  'src-main',
  'src-renderer',
  'test/bench',
  'test/golden',
  'tsconfig.json',
]
/** All that it writes; other folders in out/ are left alone. */
const OUTPUTS = ['bundled', 'licences', 'main', 'preload', 'renderer', 'test']
const STAMP = 'out/.sources'

/**
 * A hash of the sources' names and contents. Unit tests are no sources.
 * @param {string} root
 * @param {readonly string[]} [sources]
 */
export function fingerprint(root, sources = SOURCES) {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((source) => filesOf(join(root, source))).sort()) {
    const content = readFileSync(path)
    hash.update(`${relative(root, path).split(sep).join('/')}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * Builds what `out/` lacks.
 * @param {string} root
 */
export async function ensureBuild(root) {
  const wanted = fingerprint(root)
  const stamp = join(root, STAMP)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  await step('Building', async () => {
    // Without the stamp a build that is interrupted is built again.
    rmSync(stamp, { force: true })
    for (const output of OUTPUTS) rmSync(join(root, 'out', output), { recursive: true, force: true })
    // A process of its own: the bundler's memory is not kept for the program that runs next.
    const script = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
    const { code, stdout, stderr } = await run(process.execPath, [script, 'build'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
    })
    if (code !== 0) {
      throw new SetupError(`The build failed:\n${stripVTControlCharacters(stdout + stderr).trim()}`)
    }
    mkdirSync(join(root, 'out'), { recursive: true })
    writeFileSync(stamp, wanted)
  })
}

/**
 * @param {string} path a file, a folder, or nothing
 * @returns {string[]}
 */
function filesOf(path) {
  const kind = statSync(path, { throwIfNoEntry: false })
  if (!kind) return []
  if (kind.isFile()) return [path]
  const entries = readdirSync(path, { withFileTypes: true, recursive: true, encoding: 'utf8' })
  return (
    entries
      // Weights are loaded, not built in.
      .filter((entry) => entry.isFile() && !/\.(?:test\.ts|safetensors)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
  )
}
