/** Which packages of node_modules the program needs when it runs, by the lock file; and what a package says of itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{
 *   version?: string, integrity?: string, license?: string, os?: string[], cpu?: string[], libc?: string[],
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, { optional?: boolean }>,
 * }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages by path: `node_modules/sharp`
 * @typedef {{ platform: string, arch: string, libc?: 'glibc' | 'musl' }} Target as Node names them
 * @typedef {{ folder: string, name: string, version: string, licence: unknown, homepage: string | null }} Manifest
 */

/**
 * The lock file's packages.
 * @param {string} root
 * @returns {LockedPackages}
 */
export function lockedPackages(root) {
  /** @type {{ packages: LockedPackages }} */
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return packages
}

/**
 * The paths of all that `dependencies` need on a system, sorted; `without` names packages that are left out of a
 * package, and with them goes what nothing else needs. What the program itself has under
 * `optionalDependencies` is not packaged; what its packages have there is, where it is for that system.
 * @param {LockedPackages} packages
 * @param {Target} target
 * @param {readonly string[]} [without]
 * @returns {string[]}
 */
export function runtimePackages(packages, target, without = []) {
  /** @type {Set<string>} */
  const found = new Set()
  /** @param {string} from @param {string} name */
  const add = (from, name) => {
    const path = resolve(packages, from, name)
    const locked = path === null ? undefined : packages[path]
    if (
      without.includes(name) ||
      path === null ||
      locked === undefined ||
      found.has(path) ||
      !isFor(locked, target)
    )
      return
    found.add(path)
    for (const needed of needs(locked)) add(path, needed)
  }
  for (const name of Object.keys(packages['']?.dependencies ?? {})) add('', name)
  return [...found].sort()
}

/**
 * The names of what a package needs.
 * @param {LockedPackage} locked
 * @returns {string[]}
 */
export function needs({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (name) => peerDependenciesMeta?.[name]?.optional !== true,
  )
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers]
}

/**
 * Where Node finds a package from a place in node_modules; null where it is not installed.
 * @param {LockedPackages} packages
 * @param {string} from a path of the lock file, '' for the program
 * @param {string} name
 * @returns {string | null}
 */
export function resolve(packages, from, name) {
  for (let folder = from; ;) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[path]) return path
    if (folder === '') return null
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  }
}

/**
 * A package's own words. Throws where it is not installed.
 * @param {string} folder
 * @returns {Manifest}
 */
export function readManifest(folder) {
  /** @type {{ name: string, version: string, license?: unknown, homepage?: unknown, repository?: unknown }} */
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  return { folder, name, version, licence: license, homepage: address(homepage) ?? address(repository) }
}

const licenceFile = /^(?:un)?(?:licen[sc]e|copying|copyright|notice|third.?party)[^/]*$/i
const noText = /\.(?:[cm]?[jt]s|json|map|html)$/i

/**
 * The texts of a package's licence files and notices, those with `licence` in their names first.
 * @param {string} folder
 * @returns {string[]}
 */
export function licenceTexts(folder) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name) && !noText.test(entry.name))
    .map((entry) => entry.name)
  names.sort(
    (a, b) => Number(/^third|^notice/i.test(a)) - Number(/^third|^notice/i.test(b)) || (a < b ? -1 : 1),
  )
  return names.map((name) => readText(join(folder, name))).filter((text) => text !== '')
}

/** @param {string} path */
export function readText(path) {
  return readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trim()
}

/**
 * The lines that claim a copyright, without the licences' own talk about them.
 * @param {string} text
 * @returns {string[]}
 */
export function copyrightLines(text) {
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/^[*#/;\s]+/, ''))
    .filter((line) => /^(?:Copyright (?:\(c\)|©|\d|the [A-Z]|[A-Z])|\(c\) |© )/i.test(line))
    .filter((line) => !/^copyright (?:notice|holder|owner|statement|licen[sc]e|law|and )/i.test(line))
    .filter((line) => !/Free Software Foundation|\[yyyy\]|<year>/i.test(line))
    .map((line) => line.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
  return [...new Set(lines)].slice(0, 20)
}

/** @param {LockedPackage} locked @param {Target} target */
function isFor({ os, cpu, libc }, { platform, arch, libc: wanted }) {
  const fits = (/** @type {string[] | undefined} */ list, /** @type {string | undefined} */ value) => {
    if (list === undefined || value === undefined) return true
    if (list.includes(`!${value}`)) return false
    const named = list.filter((entry) => !entry.startsWith('!'))
    return named.length === 0 || named.includes(value)
  }
  return fits(os, platform) && fits(cpu, arch) && (platform !== 'linux' || fits(libc, wanted ?? 'glibc'))
}

/** @param {unknown} stated @returns {string | null} */
function address(stated) {
  const url = typeof stated === 'object' && stated !== null && 'url' in stated ? stated.url : stated
  if (typeof url !== 'string') return null
  const plain = url
    .replace(/^git\+/, '')
    .replace(/^git:\/\//, 'https://')
    .replace(/\.git$/, '')
  if (/^https?:\/\//.test(plain)) return plain
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(plain)
  return short ? `https://github.com/${short[1]}` : null
}
