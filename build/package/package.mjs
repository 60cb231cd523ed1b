/**
 * `npm run package`: the packages of this platform that need no download, into out/package. `-- --installers` makes
 * those, too, for which electron-builder fetches tools (AppImage, deb, nsis, dmg). `SOLSTICE_UPDATE_FEED` is the address
 * where the packaged program may look for new versions.
 */
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { lockedPackages, runtimePackages } from '../licences/packages.mjs'
import { writeLicences } from '../licences/write.mjs'
import { ensureBuild } from '../setup/bundle.mjs'
import { ensureDependencies } from '../setup/dependencies.mjs'
import { ensureElectron } from '../setup/electron.mjs'
import { root } from '../setup/paths.mjs'
import { say, sayError, SetupError, step } from '../setup/say.mjs'
import { packageConfiguration } from './config.mjs'
import { installersOnly } from './contents.mjs'
import { sizesOf } from './sizes.mjs'

/** @import { Electron } from '../setup/electron.mjs' */

const packages = join(root, 'out/package')
/** By platform: the packages that need no download, and those that electron-builder fetches tools for. */
const targets = {
  linux: { plain: ['dir', 'tar.gz', 'zip'], installers: ['AppImage', 'deb'] },
  darwin: { plain: ['dir', 'zip'], installers: ['dmg'] },
  win32: { plain: ['dir', 'zip'], installers: ['nsis'] },
}

/** The names of this platform's packages; throws where there are none. */
function targetsHere() {
  if (process.platform in targets) return targets[/** @type {keyof typeof targets} */ (process.platform)]
  throw new SetupError(`Solstice is not packaged for ${process.platform}.`)
}

/**
 * Makes packages of the built program.
 * @param {readonly string[]} names
 * @param {Electron} electron
 */
async function makePackages(names, electron) {
  const { Arch, build, Platform } = await import('electron-builder')
  // The registry has it; electron-builder itself would fetch it from elsewhere.
  const { path7za } = await import('7zip-bin')
  if (process.platform !== 'win32') chmodSync(path7za, 0o755)
  process.env['ELECTRON_BUILDER_7ZIP_PATH'] ??= path7za
  // Its own 9 takes five times as long, for a hundredth less.
  process.env['ELECTRON_BUILDER_COMPRESSION_LEVEL'] ??= '5'
  const here = { platform: process.platform, arch: process.arch }
  const locked = lockedPackages(root)
  const taken = runtimePackages(locked, here, installersOnly)
  const leftOut = runtimePackages(locked, here).filter((path) => !taken.includes(path))
  await writeLicences({ root, packages: taken })
  rmSync(packages, { recursive: true, force: true })
  mkdirSync(packages, { recursive: true })
  const feed = process.env['SOLSTICE_UPDATE_FEED']
  await build({
    projectDir: root,
    targets: Platform.current().createTarget([...names], Arch[/** @type {'x64' | 'arm64'} */ (process.arch)]),
    config: packageConfiguration({
      output: packages,
      electron: { folder: electronFolder(electron), version: electron.version },
      leftOut,
      updateFeed: feed === undefined || feed === '' ? null : feed,
    }),
    publish: 'never',
  })
}

/** @param {Electron} electron */
function electronFolder({ executable }) {
  // On macOS the program lies in Electron.app/Contents/MacOS.
  return process.platform === 'darwin' ? join(dirname(executable), '../../..') : dirname(executable)
}

/** @param {readonly string[]} args */
async function main(args) {
  const unknown = args.find((arg) => arg !== '--installers')
  if (unknown !== undefined) throw new SetupError(`${unknown} is unknown; --installers makes those, too.`)
  const { plain, installers } = targetsHere()
  const names = args.includes('--installers') ? [...plain, ...installers] : plain
  await ensureDependencies(root)
  const electron = await ensureElectron()
  await ensureBuild(root)
  await step(`Packaging (${names.join(', ')})`, () => makePackages(names, electron))
  for (const name of readdirSync(packages).sort()) {
    const file = statSync(join(packages, name))
    if (file.isFile()) say(`${name}  ${(file.size / 1e6).toFixed(1)} MB`)
  }
  const unpacked = readdirSync(packages).find((name) => name.endsWith('-unpacked') || name.startsWith('mac'))
  if (unpacked === undefined) return
  say('\nWhat the unpacked program takes:')
  for (const { part, bytes } of sizesOf(join(packages, unpacked)))
    say(`${(bytes / 1e6).toFixed(1).padStart(8)} MB  ${part}`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  sayError(error)
  process.exitCode = 1
}
