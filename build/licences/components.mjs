/** What Solstice consists of, part by part: name, version, licence, copyright, texts. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { PackageURL } from 'packageurl-js'

import { markdownRows } from './markdown.mjs'
import { nativeLibraries } from './native-libraries.mjs'
import * as notes from './notes.mjs'
import { copyrightLines, licenceTexts, readManifest, readText } from './packages.mjs'
import { expressionOf, licencesIn, standardText } from './spdx.mjs'
import { supplements } from './supplements.mjs'

/** @import { Note } from './notes.mjs' */
/** @import { LockedPackages } from './packages.mjs' */
/**
 * @typedef {'program' | 'window' | 'electron' | 'library' | 'picture' | 'style'} Use
 * @typedef {{
 *   id: string, name: string, version: string | null, licence: string, copyright: readonly string[],
 *   homepage: string | null, use: Use, within: string | null, note: Note | null, texts: readonly string[],
 *   purl: string | null, sha512: string | null, place: string | null,
 * }} Component `within`: the id of the component that contains it; `place`: a package's folder below the root;
 *   `sha512`: of the package as the registry has it, in hex
 * @typedef {{ components: Component[], problems: string[] }} Found
 * @typedef {{ version: string, versions: Readonly<Record<string, string>> | null }} ElectronFacts
 *   `versions`: `process.versions` of that Electron, where it could be asked
 */

/**
 * A package, and what is inside it. Whatever it lacks is a problem that names it.
 * @param {string} root
 * @param {string} place `node_modules/sharp`
 * @param {LockedPackages} locked
 * @param {Use} use
 * @param {string} platform as Node names it
 * @returns {Found}
 */
export function packageComponents(root, place, locked, use, platform) {
  const folder = join(root, place)
  const manifest = readManifest(folder)
  const { name, version } = manifest
  const id = idOf(name, version)
  const supplement = supplements[name]
  const problems = []
  if (supplement?.version !== undefined && supplement.version !== version) {
    problems.push(`${id}: supplements.mjs knows ${supplement.version}; see whether its texts have changed`)
  }
  const licence = expressionOf(manifest.licence)
  if (licence === null)
    problems.push(`${id}: its licence ${JSON.stringify(manifest.licence)} is no SPDX expression`)
  const native = nativeLibraries(folder)
  problems.push(...(native?.problems ?? []).map((problem) => `${id}: ${problem}`))
  const own = supplement?.texts?.() ?? licenceTexts(folder)
  // Of libvips there is its README; what its libraries' licences say stands with them.
  const texts = own.length === 0 && native !== null && licence !== null ? textsOf(licence) : own
  const integrity = locked[place]?.integrity
  const slash = name.indexOf('/')
  /** @type {Component} */
  const component = {
    ...{ id, name, version, use, texts, place },
    licence: licence ?? 'NONE',
    copyright: texts.slice(0, 1).flatMap(copyrightLines),
    homepage: manifest.homepage,
    within: null,
    note: supplement?.note ?? (licence !== null && /^LGPL|AND LGPL/.test(licence) ? notes.replaceable : null),
    purl: new PackageURL(
      'npm',
      slash < 0 ? null : name.slice(0, slash),
      name.slice(slash + 1),
      version,
    ).toString(),
    sha512: integrity?.startsWith('sha512-')
      ? Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
      : null,
  }
  const parts = [...(supplement?.parts?.(version, platform) ?? []), ...(native?.found ?? [])].map((part) => ({
    ...plainComponent(part.name, part.version, 'library'),
    ...{ licence: part.licence, copyright: part.copyright, homepage: part.homepage },
    ...{ within: id, note: part.note ?? null },
    texts: part.text === undefined ? textsOf(part.licence) : [part.text()],
    // Two packages may have the same library in them.
    id: `${idOf(part.name, part.version)}.${id}`,
  }))
  return { components: [component, ...parts], problems }
}

/**
 * Electron and what it is made of. Chromium's licences, thousands of lines for hundreds of libraries, are the file
 * LICENSES.chromium.html beside the executable.
 * @param {string} root
 * @param {ElectronFacts} electron
 * @returns {Component[]}
 */
export function electronComponents(root, { version, versions }) {
  const text = readText(join(root, 'node_modules/electron/LICENSE'))
  const electron = {
    ...plainComponent('Electron', version, 'electron'),
    ...{
      licence: 'MIT',
      homepage: 'https://www.electronjs.org',
      texts: [text],
      copyright: copyrightLines(text),
    },
    purl: new PackageURL('npm', null, 'electron', version).toString(),
  }
  /** @type {(name: string, known: string | undefined, licence: string, holder: string, homepage: string, note?: Note) => Component} */
  const part = (name, known, licence, holder, homepage, note = notes.inChromium) => ({
    ...plainComponent(name, known ?? null, 'electron'),
    ...{ licence, homepage, note, copyright: [holder], within: electron.id, texts: textsOf(licence) },
  })
  return [
    electron,
    part(
      'Chromium',
      versions?.['chrome'],
      'BSD-3-Clause',
      'Copyright The Chromium Authors',
      'https://www.chromium.org',
    ),
    part('Node.js', versions?.['node'], 'MIT', 'Copyright Node.js contributors', 'https://nodejs.org'),
    part('V8', versions?.['v8'], 'BSD-3-Clause', 'Copyright the V8 project authors', 'https://v8.dev'),
    part(
      'FFmpeg',
      undefined,
      'LGPL-2.1-or-later',
      'Copyright (c) the FFmpeg developers',
      'https://chromium.googlesource.com/chromium/third_party/ffmpeg',
      notes.replaceable,
    ),
  ]
}

/**
 * The program itself, its styles and its sample photos.
 * @param {string} root
 * @returns {{ own: Component, data: Component[] }}
 */
export function ownComponents(root) {
  /** @type {{ productName: string, version: string, license: string }} */
  const { productName, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const text = readText(join(root, 'LICENSE'))
  const own = {
    ...plainComponent(productName, version, 'program'),
    ...{ licence: license, texts: [text], copyright: copyrightLines(text) },
  }
  return { own, data: [...styles(root), ...samples(root)] }
}

/** @param {string} root @returns {Component[]} */
function styles(root) {
  const entries = readdirSync(join(root, 'models'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      /** @type {{ id: string, name: string | Note, licence: string, author?: string }} */
      const card = JSON.parse(readFileSync(join(root, 'models', name, 'model.json'), 'utf8'))
      return {
        ...plainComponent(typeof card.name === 'string' ? card.name : card.name.en, null, 'style'),
        ...{ id: `style-${card.id}`, licence: 'LicenseRef-style-card', texts: [card.licence] },
        copyright: card.author === undefined ? [] : [card.author],
      }
    })
}

/** Their README is the one list of them. @param {string} root @returns {Component[]} */
function samples(root) {
  const names = new Map([
    ['CC BY 4.0', 'CC-BY-4.0'],
    ['CC0 1.0', 'CC0-1.0'],
  ])
  return markdownRows(readFileSync(join(root, 'samples/README.md'), 'utf8')).map(
    ({ file = '', author = '', licence = '' }) => {
      const expression = names.get(licence) ?? expressionOf(licence) ?? 'NONE'
      return {
        ...plainComponent(file, null, 'picture'),
        ...{ licence: expression, copyright: [author], note: notes.scaled, texts: textsOf(expression) },
      }
    },
  )
}

/**
 * @param {string} name
 * @param {string | null} version
 * @param {Use} use
 * @returns {Component}
 */
function plainComponent(name, version, use) {
  return {
    ...{ id: idOf(name, version), name, version, use, licence: 'NONE', copyright: [], homepage: null },
    ...{ within: null, note: null, texts: [], purl: null, sha512: null, place: null },
  }
}

/** @param {string} expression */
const textsOf = (expression) => (expression === 'NONE' ? [] : licencesIn(expression).map(standardText))

/** @param {string} name @param {string | null} version */
const idOf = (name, version) =>
  [name.replace('@', '').replaceAll(/[^\w.-]+/g, '-'), ...(version === null ? [] : [version])]
    .join('-')
    .toLowerCase()
