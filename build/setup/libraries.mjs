/**
 * The system's own packages on Linux. As root on Debian (or what descends from it) they are installed; otherwise the
 * user is told the exact command, or the names of the libraries.
 */
import { existsSync } from 'node:fs'

import { run } from './processes.mjs'
import { say, step } from './say.mjs'

/** What Electron links or loads, by Debian's names, and the Perl that ExifTool runs in. */
const electronPackages = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libatk-bridge2.0-0',
  'libcups2',
  'libdrm2',
  'libnotify4',
]
const terminalPackages = ['perl']
const displayPackages = ['xvfb']

/**
 * @typedef {{ kind: 'nothing' }
 *   | { kind: 'install', packages: readonly string[] }
 *   | { kind: 'command', command: string }
 *   | { kind: 'libraries', libraries: readonly string[] }} Plan
 */

/**
 * What to do about what is missing.
 * @param {{ debian: boolean, root: boolean, packages: readonly string[], libraries: readonly string[] }} found
 *   `packages`: Debian's, not installed; `libraries`: those that the loader does not find for Electron
 * @returns {Plan}
 */
export function plan({ debian, root, packages, libraries }) {
  if (debian && packages.length > 0) {
    if (root) return { kind: 'install', packages }
    return { kind: 'command', command: `sudo apt-get install ${packages.join(' ')}` }
  }
  return !debian && libraries.length > 0 ? { kind: 'libraries', libraries } : { kind: 'nothing' }
}

/**
 * The wanted packages that are not installed, by the names that this release has: since its change of `time_t`
 * Debian calls some of them `…t64`.
 * @param {readonly string[]} wanted
 * @param {ReadonlySet<string>} installed
 * @param {ReadonlySet<string>} [available] names that apt knows
 */
export function missingPackages(wanted, installed, available = new Set()) {
  return wanted
    .filter((name) => !installed.has(name) && !installed.has(`${name}t64`))
    .map((name) => (!available.has(name) && available.has(`${name}t64`) ? `${name}t64` : name))
}

/**
 * The libraries that `ldd` reports as missing.
 * @param {string} output
 */
export function unresolvedLibraries(output) {
  return [...output.matchAll(/^\s*(\S+) => not found$/gm)].flatMap((match) => match[1] ?? [])
}

/**
 * The installed packages in the output of `dpkg-query -W -f '${db:Status-Status} ${Package}\n'`.
 * @param {string} output
 */
export function installedPackages(output) {
  return new Set([...output.matchAll(/^installed (\S+)$/gm)].flatMap((match) => match[1] ?? []))
}

/**
 * Sees to the libraries that Electron, the tests' virtual display and ExifTool need. What cannot be installed is
 * told, and set-up goes on: much works without.
 * @param {string | null} executable Electron's, if it is there
 * @param {{ virtualDisplay: boolean }} options
 */
export async function ensureLibraries(executable, { virtualDisplay }) {
  if (process.platform !== 'linux') return
  const debian = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
  const root = process.getuid?.() === 0
  const wanted = [...terminalPackages, ...electronPackages, ...(virtualDisplay ? displayPackages : [])]
  const installed = debian ? await queryInstalled(wanted) : new Set()
  let packages = debian ? missingPackages(wanted, installed) : []
  if (packages.length > 0) {
    if (root)
      await step("Updating Debian's list of packages", () => run('apt-get', ['-q', 'update'], quietApt()))
    packages = missingPackages(wanted, installed, await queryAvailable(packages))
  }
  const todo = plan({ debian, root, packages, libraries: debian ? [] : await queryUnresolved(executable) })
  if (todo.kind === 'install') {
    const args = ['-q', '-y', '--no-install-recommends', 'install', ...todo.packages]
    const outcome = await step(`Installing ${todo.packages.join(' ')}`, () =>
      run('apt-get', args, quietApt()),
    )
    if (outcome.code !== 0) say(`apt-get could not install them; going on without.\n${outcome.stderr.trim()}`)
  } else if (todo.kind === 'command') {
    say(`Some system libraries are missing. To install them: ${todo.command}`)
  } else if (todo.kind === 'libraries') {
    say(`Electron needs libraries that this system lacks: ${todo.libraries.join(', ')}`)
    if (virtualDisplay) say('The virtual display needs Xvfb.')
  }
}

function quietApt() {
  return { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
}

/** @param {readonly string[]} wanted */
async function queryInstalled(wanted) {
  const names = wanted.flatMap((name) => [name, `${name}t64`])
  // It exits 1 when it does not know one of them.
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...names])
  return installedPackages(stdout)
}

/** @param {readonly string[]} wanted */
async function queryAvailable(wanted) {
  const names = wanted.flatMap((name) => [name, `${name}t64`])
  const { stdout } = await run('apt-cache', ['show', '--no-all-versions', ...names])
  return new Set([...stdout.matchAll(/^Package: (\S+)$/gm)].flatMap((match) => match[1] ?? []))
}

/** @param {string | null} executable */
async function queryUnresolved(executable) {
  if (executable === null) return []
  return unresolvedLibraries((await run('ldd', [executable])).stdout)
}
