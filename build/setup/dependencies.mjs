/** The packages: `npm ci` when node_modules is missing or holds other packages than package-lock.json names. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { run } from './processes.mjs'
import { SetupError, step } from './say.mjs'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, extraneous?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * True if every package of the lock file is installed as locked. npm writes the second file, at the end of an
 * install that succeeded, into node_modules; an optional package may be missing there (another platform's), and so is
 * one that npm itself marks as superfluous.
 * @param {Lock} lock package-lock.json
 * @param {Lock | null} installed node_modules/.package-lock.json
 */
export function isInstalled(lock, installed) {
  if (!installed?.packages) return false
  for (const [path, wanted] of Object.entries(lock.packages ?? {})) {
    if (path === '') continue
    const found = installed.packages[path]
    if (!found) {
      if (wanted.optional || wanted.extraneous) continue
      return false
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) return false
  }
  return true
}

/**
 * The npm that runs this script, or else the one on the path.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ command: string, args: readonly string[], shell: boolean }}
 */
export function npmCommand(args, env = process.env) {
  const script = env['npm_execpath']
  if (script?.endsWith('.js')) return { command: process.execPath, args: [script, ...args], shell: false }
  // Windows starts npm.cmd only through a shell.
  return { command: 'npm', args, shell: process.platform === 'win32' }
}

/**
 * Runs npm in a folder, its output collected.
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export function npm(args, cwd) {
  const { command, args: all, shell } = npmCommand(args)
  return run(command, all, {
    cwd,
    shell,
    // The package holds the libraries that we use; its script would fetch CUDA's.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  })
}

/** @param {string} root */
export async function ensureDependencies(root) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Solstice needs Node 20.19 or later; this is ${process.versions.node}.`)
  }
  const wanted = join(root, 'package-lock.json')
  const found = join(root, 'node_modules/.package-lock.json')
  const stamp = join(root, 'node_modules/.solstice')
  const lock = readLock(wanted)
  if (!lock) throw new SetupError('package-lock.json is missing or damaged: this is not a whole checkout.')
  const installed = readLock(found)
  if (installed && (readText(stamp) === hashOf(wanted, found) || isInstalled(lock, installed))) return
  await step('Installing the packages (npm ci)', async () => {
    const { code, stderr } = await npm(
      ['ci', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
      root,
    )
    if (code !== 0) throw new SetupError(`npm ci failed:\n${stderr.trim()}`)
    // Whatever npm made of the lock file counts as installed, until one of the two changes.
    writeFileSync(stamp, hashOf(wanted, found))
  })
}

/** @param {readonly string[]} paths */
function hashOf(...paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(readText(path))
  return hash.digest('hex')
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/**
 * @param {string} path
 * @returns {Lock | null}
 */
function readLock(path) {
  try {
    return JSON.parse(readText(path))
  } catch {
    return null
  }
}
