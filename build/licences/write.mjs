/** Writes what About, the terminal and a package take along: licences.json and sbom.cdx.json. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { electronPath } from '../setup/electron.mjs'
import { run } from '../setup/processes.mjs'
import { collect } from './collect.mjs'
import { lockedPackages } from './packages.mjs'
import { billOfMaterials } from './sbom.mjs'

/** @import { ElectronFacts } from './components.mjs' */
/** @import { Target } from './packages.mjs' */

/**
 * Collects and writes both files, each by a rename. Throws a LicenceError where something may not be shipped.
 * @param {{
 *   root: string, folder?: string, packages?: readonly string[], target?: Target, electron?: ElectronFacts, date?: Date,
 * }} what `folder`: where to, `out/licences` by default; `packages`: what is packaged, as paths of the lock file;
 *   `electron`: by default the one that set-up has put in place
 */
export async function writeLicences({ root, folder = join(root, 'out/licences'), ...what }) {
  const electron = what.electron ?? (await electronFacts(root))
  const licences = collect({ root, ...what, electron })
  mkdirSync(folder, { recursive: true })
  write(join(folder, 'licences.json'), `${JSON.stringify(licences)}\n`)
  const bill = billOfMaterials(licences, lockedPackages(root), what.date ?? new Date())
  write(join(folder, 'sbom.cdx.json'), bill)
  return licences
}

/**
 * The versions of an Electron and what is in it: it tells them itself where it runs here.
 * @param {string} root
 * @returns {Promise<ElectronFacts>}
 */
export async function electronFacts(root) {
  const found = electronPath()
  if (found !== null && existsSync(found.executable)) {
    const { code, stdout } = await run(found.executable, ['-p', 'JSON.stringify(process.versions)'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    })
    return { version: found.version, versions: code === 0 ? JSON.parse(stdout) : null }
  }
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'))
  return { version, versions: null }
}

/** @param {string} path @param {string} content */
function write(path, content) {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}
