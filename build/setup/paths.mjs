/** Where things are: the repository's root, and the cache outside it that every checkout shares. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/**
 * The folder for what is fetched once for all checkouts. `SOLSTICE_CACHE` overrides it.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function cacheFolder(env = process.env, platform = process.platform) {
  if (env['SOLSTICE_CACHE']) return resolve(env['SOLSTICE_CACHE'])
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'solstice', 'Cache')
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'solstice')
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'solstice')
}

/**
 * A new folder in the cache that is gone when its user is done with it, or this process ends, however it ends.
 * @param {string} prefix
 */
export function openTemporary(prefix) {
  mkdirSync(cacheFolder(), { recursive: true })
  const folder = mkdtempSync(join(cacheFolder(), prefix))
  const close = () => {
    process.off('exit', close)
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', close)
  return { folder, close }
}
