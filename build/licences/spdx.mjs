/** Licences by their SPDX names: what an expression says, whether we may pass such a thing on, the standard texts. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import parse from 'spdx-expression-parse'

/** @import { Info } from 'spdx-expression-parse' */

const require = createRequire(import.meta.url)

/**
 * What may be in a package of Solstice. LGPL and GPL only as files of their own: see `notes.mjs`.
 * A licence is added here by someone who has read it.
 */
export const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'Artistic-1.0-Perl',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'FTL',
  'GPL-1.0-or-later',
  'HPND-Pbmplus',
  'HPND-sell-variant',
  'IJG',
  'ISC',
  'LGPL-2.1-or-later',
  'LGPL-3.0-only',
  'LGPL-3.0-or-later',
  'LicenseRef-Microsoft-redistributable',
  'LicenseRef-style-card',
  'MIT',
  'MIT-Modern-Variant',
  'MPL-1.1',
  'Python-2.0',
  'Zlib',
  'libpng-2.0',
  'libtiff',
])

/** Names that SPDX has replaced, as packages still use them. */
const renamed = new Map([
  ['LGPL-2.1', 'LGPL-2.1-only'],
  ['LGPL-3.0', 'LGPL-3.0-only'],
])

/**
 * A package's `license` in today's SPDX names, without brackets around the whole; null where it is no expression.
 * @param {unknown} stated
 * @returns {string | null}
 */
export function expressionOf(stated) {
  if (typeof stated !== 'string') return null
  try {
    return format(parse(stated.trim()))
  } catch {
    return null
  }
}

/**
 * Every part of an AND must be allowed, one part of an OR is enough. An exception (WITH) must be looked at first.
 * @param {string} expression
 */
export function isAllowed(expression) {
  /** @param {Info} info @returns {boolean} */
  const check = (info) => {
    if ('conjunction' in info) {
      const [left, right] = [check(info.left), check(info.right)]
      return info.conjunction === 'and' ? left && right : left || right
    }
    return info.exception === undefined && allowed.has(format(info))
  }
  return check(parse(expression))
}

/**
 * The licences that an expression names, each once.
 * @param {string} expression
 * @returns {readonly string[]}
 */
export function licencesIn(expression) {
  /** @param {Info} info @returns {string[]} */
  const names = (info) =>
    'conjunction' in info ? [...names(info.left), ...names(info.right)] : [format(info)]
  return [...new Set(names(parse(expression)))]
}

/** Of the short licences: the line below the title. The GPL's own advice on how to apply it stays as it is. */
const placeholder = /^((?:[^\n]+\n+)?)Copyright \(c\) <year>[^\n]*\n+/i

/**
 * The standard text of a licence, without the line where the copyright is to be put. The LGPL 3 says what it adds to the GPL 3, which therefore goes along.
 * Throws where SPDX has no such licence.
 * @param {string} name
 * @returns {string}
 */
export function standardText(name) {
  const file = require.resolve(`spdx-license-list/licenses/${name}.json`)
  /** @type {{ licenseText: string }} */
  const { licenseText } = JSON.parse(readFileSync(file, 'utf8'))
  const text = licenseText.trim().replace(placeholder, '$1').trim()
  return name.startsWith('LGPL-3.0') ? `${text}\n\n${standardText('GPL-3.0-or-later')}` : text
}

/** @param {Info} info @returns {string} */
function format(info) {
  if ('conjunction' in info) {
    const inner = (/** @type {Info} */ side) =>
      'conjunction' in side && side.conjunction !== info.conjunction ? `(${format(side)})` : format(side)
    return `${inner(info.left)} ${info.conjunction.toUpperCase()} ${inner(info.right)}`
  }
  const name = renamed.get(info.license) ?? info.license
  const orLater = info.plus === true ? `${info.license}-or-later` : name
  return info.exception === undefined ? orLater : `${orLater} WITH ${info.exception}`
}
