/** Whether Linux lets Chromium's sandbox start for an ordinary user, and what to do if not. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { say } from './say.mjs'

/**
 * Without namespaces for ordinary users (Ubuntu 23.10 and later, some Debians) the sandbox needs its set-user-id
 * helper, and a helper that npm unpacked has not got that bit.
 * @param {{ root: boolean, namespacesRefused: boolean, helper: { uid: number, mode: number } | null }} found
 */
export function sandboxBlocked({ root, namespacesRefused, helper }) {
  if (root || !namespacesRefused) return false
  return helper === null || helper.uid !== 0 || (helper.mode & 0o4000) === 0
}

/**
 * Tells how things stand with the sandbox, where it is not as usual.
 * @param {string} executable Electron's
 */
export function saySandbox(executable) {
  if (process.platform !== 'linux') return
  const root = process.getuid?.() === 0
  if (root) say("Running as root: Chromium's sandbox is off (--no-sandbox).")
  const path = join(dirname(executable), 'chrome-sandbox')
  const namespacesRefused =
    readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    readSetting('/proc/sys/kernel/unprivileged_userns_clone') === '0'
  const helper = statSync(path, { throwIfNoEntry: false }) ?? null
  if (sandboxBlocked({ root, namespacesRefused, helper })) {
    say(
      `This system refuses Chromium's sandbox. To allow it: sudo chown root '${path}' && sudo chmod 4755 '${path}'`,
    )
  }
}

/** @param {string} path */
function readSetting(path) {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}
