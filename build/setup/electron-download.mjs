/**
 * The ordinary download of the `electron` package: its own script, which takes mirrors and proxies from the usual
 * variables and checks what it got. Here it is only watched, so that a network that answers nothing cannot hang us.
 */
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { openTemporary } from './paths.mjs'
import { launch, stop } from './processes.mjs'
import { seconds, step } from './say.mjs'

const STALL_MS = 20_000
/** 120 MB take a quarter of an hour at 1 Mbit/s. */
const LIMIT_MS = 30 * 60_000
const WATCH_MS = 500

/**
 * Downloads and unpacks Electron into its package.
 * @param {string} packageFolder node_modules/electron
 * @param {string} version
 * @param {{ stallMs?: number, limitMs?: number }} [limits]
 * @returns {Promise<string | null>} why it is out of reach, or null when it is in place
 */
export async function downloadElectron(
  packageFolder,
  version,
  { stallMs = STALL_MS, limitMs = LIMIT_MS } = {},
) {
  const { folder: temporary, close } = openTemporary('electron-download-')
  try {
    return await step(`Downloading Electron ${version}`, async (progress) => {
      const child = launch(process.execPath, [join(packageFolder, 'install.js')], {
        stdio: ['ignore', 'ignore', 'pipe'],
        // The script loads to a temporary folder; in one of our own its size tells how far it is.
        env: {
          ...process.env,
          TMPDIR: temporary,
          TEMP: temporary,
          TMP: temporary,
          ELECTRON_GET_NO_PROGRESS: '1',
        },
      })
      let complaint = ''
      child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        complaint += text
      })
      const ended = new AbortController()
      const begun = Date.now()
      let size = 0
      let moved = begun
      const watch = setInterval(() => {
        const now = sizeOf(temporary) + sizeOf(join(packageFolder, 'dist'))
        if (now !== size) moved = Date.now()
        size = now
        progress(`${Math.round(size / 1e6)} MB`)
        if (Date.now() - moved > stallMs) ended.abort(`nothing arrived for ${seconds(stallMs)}`)
        else if (Date.now() - begun > limitMs) ended.abort(`not finished after ${seconds(limitMs)}`)
        if (ended.signal.aborted) void stop(child)
      }, WATCH_MS)
      const [code] = await once(child, 'close').finally(() => {
        clearInterval(watch)
      })
      if (ended.signal.aborted) return String(ended.signal.reason)
      return code === 0 ? null : messageOf(complaint)
    })
  } finally {
    close()
  }
}

/**
 * The message of a stack trace on stderr, for a sentence.
 * @param {string} text
 */
export function messageOf(text) {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'no reason given'
  const message = line.trim().replace(/^\w*Error: /, '')
  // Node's own words for a name that does not resolve and a connection that is refused.
  return message === 'fetch failed' ? 'its host is out of reach' : message
}

/**
 * Bytes of all files in a folder; what vanishes meanwhile counts nothing.
 * @param {string} folder
 */
function sizeOf(folder) {
  let size = 0
  try {
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      size += statSync(join(folder, entry), { throwIfNoEntry: false })?.size ?? 0
    }
  } catch {
    return size
  }
  return size
}
