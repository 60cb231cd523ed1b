/** Is there a screen, and a virtual one (Xvfb) where there is none. */
import { once } from 'node:events'

import { launch, stop } from './processes.mjs'
import { SetupError } from './say.mjs'

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

/**
 * Starts a virtual display; the server itself picks a number that is free.
 * @returns {Promise<{ display: string, close: () => Promise<void> }>}
 */
export async function openVirtualDisplay() {
  const server = launch('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  server.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    complaint = (complaint + text).slice(-2_000)
  })
  const gone = Promise.race([once(server, 'error'), once(server, 'exit')]).then(([reason]) => {
    const detail = reason instanceof Error ? reason.message : complaint.trim()
    throw new SetupError(`The virtual display (Xvfb) did not start: ${detail}`)
  })
  const number = server.stdio[3]
  if (!number || !('read' in number)) throw new SetupError('The virtual display (Xvfb) did not start.')
  const [text] = await Promise.race([once(number, 'data'), gone])
  gone.catch(() => undefined)
  return { display: `:${String(text).trim()}`, close: () => stop(server) }
}
