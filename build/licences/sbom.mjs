/** The software bill of materials: CycloneDX 1.6 as JSON. */
import { createHash } from 'node:crypto'

import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'

import { needs, resolve } from './packages.mjs'

/** @import { Licences, ListedComponent } from './collect.mjs' */
/** @import { LockedPackages } from './packages.mjs' */

/** @type {Readonly<Record<ListedComponent['use'], Enums.ComponentType>>} */
const types = {
  program: Enums.ComponentType.Library,
  window: Enums.ComponentType.Library,
  electron: Enums.ComponentType.Framework,
  library: Enums.ComponentType.Library,
  picture: Enums.ComponentType.Data,
  style: Enums.ComponentType.MachineLearningModel,
}

/**
 * The serial number follows from the content: the same things have the same bill but for its date.
 * @param {Licences} licences
 * @param {LockedPackages} locked
 * @param {Date} date
 * @returns {string}
 */
export function billOfMaterials(licences, locked, date) {
  const { own, components } = licences
  const made = new Map(components.map((component) => [component.id, describe(component, licences)]))
  const program = describe(own, licences)
  program.type = Enums.ComponentType.Application
  const bom = new Models.Bom({
    serialNumber: serialNumber(JSON.stringify([own, components])),
    metadata: new Models.Metadata({
      timestamp: date,
      component: program,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      authors: new Models.OrganizationalContactRepository([
        new Models.OrganizationalContact({ name: 'The Solstice authors' }),
      ]),
    }),
  })
  const byPlace = new Map(components.map((component) => [component.place, made.get(component.id)]))
  const direct = new Set(Object.keys(locked['']?.dependencies ?? {}).map((name) => `node_modules/${name}`))
  /** @type {Set<unknown>} */
  const neededByOthers = new Set()
  for (const component of components) {
    const described = made.get(component.id)
    if (described === undefined) continue
    const outer = component.within === null ? undefined : made.get(component.within)
    if (outer === undefined) bom.components.add(described)
    else outer.components.add(described)
    if (component.within !== null) continue
    const isNeededDirectly =
      component.place === null || direct.has(component.place) || component.use === 'window'
    if (isNeededDirectly) program.dependencies.add(described.bomRef)
    for (const name of component.place === null ? [] : needs(locked[component.place] ?? {})) {
      const needed = byPlace.get(resolve(locked, component.place ?? '', name))
      if (needed === undefined) continue
      described.dependencies.add(needed.bomRef)
      neededByOthers.add(needed)
    }
  }
  // What the bundler itself has put into the program, and no package asks for.
  for (const described of bom.components) {
    if (!neededByOthers.has(described)) program.dependencies.add(described.bomRef)
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`
}

/** @param {ListedComponent} component @param {Licences} licences */
function describe(component, { texts }) {
  const { id, name, version, licence, copyright, homepage, purl, sha512, use } = component
  const own = licence.startsWith('LicenseRef-')
  const described = new Models.Component(types[use], name, {
    bomRef: id,
    ...(version !== null && { version }),
    ...(purl !== null && { purl }),
    ...(copyright.length > 0 && { copyright: copyright.join('\n') }),
    licenses: new Models.LicenseRepository([
      own
        ? new Models.NamedLicense(licence, {
            text: new Models.Attachment(component.texts.map((key) => texts[key] ?? '').join('\n\n')),
          })
        : new Models.LicenseExpression(licence),
    ]),
    hashes: new Models.HashDictionary(sha512 === null ? [] : [[Enums.HashAlgorithm['SHA-512'], sha512]]),
  })
  if (homepage !== null) {
    described.externalReferences.add(
      new Models.ExternalReference(homepage, Enums.ExternalReferenceType.Website),
    )
  }
  return described
}

/** @param {string} content */
function serialNumber(content) {
  const hex = createHash('sha256').update(content).digest('hex')
  // The version and variant bits of a UUID that is made of a hash (RFC 9562, version 8).
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}
