/** What set-up tells the user, always on stderr: stdout belongs to the program that is being set up. */
import { styleText } from 'node:util'

const QUIET_MS = 1_000
const REPORT_EVERY_MS = 10_000

/** What set-up cannot do, in a sentence for the user; printed without a stack. */
export class SetupError extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`
}

/**
 * Runs one step. It is named once it has lasted a second (so a step with nothing to do is silent), again every ten
 * seconds with what it reports of itself, and at its end with the time it took.
 * @template T
 * @param {string} what
 * @param {(progress: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const begun = Date.now()
  let detail = ''
  const name = setTimeout(() => {
    say(`${what} …`)
  }, QUIET_MS)
  const repeat = setInterval(() => {
    say(`${what} … ${detail ? `${detail}, ` : ''}${seconds(Date.now() - begun)}`)
  }, REPORT_EVERY_MS)
  try {
    const result = await work((text) => {
      detail = text
    })
    const lasted = Date.now() - begun
    if (lasted > QUIET_MS) say(`${what}: ${seconds(lasted)}`)
    return result
  } finally {
    clearTimeout(name)
    clearInterval(repeat)
  }
}

/**
 * Prints an error as the user should see it: a sentence for what set-up expected, a stack for what it did not.
 * @param {unknown} error
 */
export function sayError(error) {
  const text =
    error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error)
  say(process.stderr.isTTY ? styleText('red', text ?? '') : (text ?? ''))
}
