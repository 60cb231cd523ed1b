/** The licences of everything that is shipped, and the check that none is missing or one that we may not pass on. */
import { createHash } from 'node:crypto'

import { bundledPackages } from './bundled.mjs'
import { electronComponents, ownComponents, packageComponents } from './components.mjs'
import { lockedPackages, runtimePackages } from './packages.mjs'
import { isAllowed } from './spdx.mjs'

/** @import { BundledPackage } from './bundled.mjs' */
/** @import { Component, ElectronFacts } from './components.mjs' */
/** @import { Target } from './packages.mjs' */
/**
 * @typedef {Omit<Component, 'texts'> & { texts: readonly string[] }} ListedComponent its texts by key
 * @typedef {{ own: ListedComponent, components: ListedComponent[], texts: Record<string, string> }} Licences
 * @typedef {{
 *   root: string, electron: ElectronFacts, target?: Target,
 *   packages?: readonly string[], bundled?: readonly { part: string, packages: readonly BundledPackage[] }[],
 * }} What `packages`: paths as in the lock file, of what is packaged; by default all that `dependencies` need
 */

/** Something may not be shipped as it is; every reason is a line that begins with the component's name. */
export class LicenceError extends Error {
  /** @param {readonly string[]} problems */
  constructor(problems) {
    super(`Not all licences are in order:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'LicenceError'
    this.problems = problems
  }
}

/**
 * Collects. Throws a LicenceError that names everything without a text, and everything whose licence is not allowed.
 * @param {What} what
 * @returns {Licences}
 */
export function collect({ root, electron, target = process, packages, bundled = bundledPackages(root) }) {
  const locked = lockedPackages(root)
  const places = new Map(
    (packages ?? runtimePackages(locked, target)).map((place) => [place, use('program')]),
  )
  for (const { part, packages: inside } of bundled) {
    for (const { folder } of inside) {
      if (!places.has(folder)) places.set(folder, use(part === 'renderer' ? 'window' : 'program'))
    }
  }
  const found = [...places].map(([place, its]) =>
    packageComponents(root, place, locked, its, target.platform),
  )
  const { own, data } = ownComponents(root)
  const components = [
    ...found.flatMap(({ components: some }) => some),
    ...electronComponents(root, electron),
    ...data,
  ]
  components.sort((a, b) => order(a.name.toLowerCase(), b.name.toLowerCase()) || order(a.id, b.id))
  const problems = [
    ...found.flatMap(({ problems: some }) => some),
    ...[own, ...components].flatMap(problemsOf),
    ...twice(components.map(({ id }) => id)).map((id) => `${id}: is there twice`),
  ]
  if (problems.length > 0) throw new LicenceError(problems)
  /** @type {Record<string, string>} */
  const texts = {}
  /** @param {Component} component @returns {ListedComponent} */
  const listed = (component) => {
    const keys = component.texts.map((text) => {
      const key = createHash('sha256').update(text).digest('hex').slice(0, 16)
      texts[key] = text
      return key
    })
    return { ...component, texts: keys }
  }
  return { own: listed(own), components: components.map(listed), texts }
}

/** @param {Component} component @returns {string[]} */
function problemsOf({ id, licence, texts }) {
  if (licence === 'NONE') return [`${id}: has no licence`]
  return [
    ...(isAllowed(licence) ? [] : [`${id}: its licence ${licence} is not among those in spdx.mjs`]),
    ...(texts.some((text) => text !== '') ? [] : [`${id}: its licence has no text`]),
  ]
}

/** @param {readonly string[]} ids */
const twice = (ids) => ids.filter((id, index) => ids.indexOf(id) !== index)

/** @param {string} a @param {string} b */
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/** @param {Component['use']} name */
const use = (name) => name
