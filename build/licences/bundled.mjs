/** Which packages' code the bundler has put into out/: found by the build itself, kept for whoever packages later. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ folder: string, name: string, version: string }} BundledPackage `folder` below the root, with `/` */

const inPackages = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*)\//
/** Helpers that the bundlers add come from packages of theirs. */
const helper = /^\0(rolldown|vite)\//

/**
 * The folder of the package that a module comes from, below the root; null for the program's own.
 * @param {string} id as the bundler names modules
 * @param {string} root
 * @returns {string | null}
 */
export function packageOf(id, root) {
  const bundler = helper.exec(id)?.[1]
  if (bundler !== undefined) return `node_modules/${bundler}`
  const path = (id.startsWith('\0') ? id.slice(1) : id).replaceAll('\\', '/').split('?')[0] ?? ''
  const below = path.startsWith(`${root.replaceAll('\\', '/')}/`) ? path.slice(root.length + 1) : path
  return (
    inPackages.exec(below.startsWith('node_modules/') ? `/${below}` : below)?.[1]?.replace(/^\//, '') ?? null
  )
}

/**
 * What the last build has noted, by part. Throws where there was none.
 * @param {string} root
 * @returns {{ part: string, packages: BundledPackage[] }[]}
 */
export function bundledPackages(root) {
  const folder = join(root, 'out/bundled')
  if (!existsSync(folder)) throw new Error('out/bundled is missing: build first')
  return readdirSync(folder).map((name) => ({
    part: name.replace(/\.json$/, ''),
    packages: JSON.parse(readFileSync(join(folder, name), 'utf8')),
  }))
}

/**
 * Keeps the list of one part.
 * @param {string} root
 * @param {string} part
 * @param {Iterable<string>} moduleIds
 */
export function noteBundled(root, part, moduleIds) {
  /** @type {Set<string>} */
  const folders = new Set()
  for (const id of moduleIds) {
    const folder = packageOf(id, root)
    if (folder !== null) folders.add(folder)
  }
  const list = [...folders].sort().map((folder) => describe(root, folder))
  mkdirSync(join(root, 'out/bundled'), { recursive: true })
  writeFileSync(join(root, 'out/bundled', `${part}.json`), `${JSON.stringify(list, null, 2)}\n`)
}

/** @param {string} root @param {string} folder @returns {BundledPackage} */
function describe(root, folder) {
  /** @type {{ name: string, version: string }} */
  const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return { folder, name, version }
}
