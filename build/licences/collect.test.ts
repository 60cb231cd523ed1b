/** The collector: on programs made up here, where each can lack something, and on Solstice as it is installed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { root as solstice } from '../setup/paths.mjs'
import { collect, LicenceError } from './collect.mjs'
import type { Target } from './packages.mjs'

const electron = { version: '45.4.1', versions: { chrome: '142.0.0.0', node: '22.20.0', v8: '14.2' } }
const linux = { platform: 'linux', arch: 'x64' }

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'solstice-licences-'))
  write('package.json', JSON.stringify({ productName: 'Little', version: '1.2.3', license: 'MIT' }))
  write('LICENSE', 'MIT License\n\nCopyright (c) 2026 Somebody')
  write(
    'samples/README.md',
    '| file | author | licence |\n| --- | --- | --- |\n| `a.jpg` | Ann | [CC BY 4.0](x) |\n',
  )
  write('models/dusk/model.json', JSON.stringify({ id: 'dusk', name: 'Dusk', licence: 'Do what you like.' }))
  install('electron', 'MIT', 'Copyright (c) Electron contributors')
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** A package in the little program's node_modules; without `text` it has no licence file. */
function install(name: string, license: unknown, text?: string, version = '1.0.0'): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version, license }))
  if (text !== undefined) write(`node_modules/${name}/LICENSE`, text)
}

/** Collects, with these packages as dependencies. */
function collectWith(...names: string[]) {
  return collectFor(linux, names)
}

function collectFor(target: Target, names: readonly string[]) {
  const wanted = Object.fromEntries(names.map((name) => [name, '1.0.0']))
  const installed = names.map((name): [string, object] => [
    `node_modules/${name}`,
    { version: '1.0.0', integrity: 'sha512-AAEC' },
  ])
  const packages = { '': { dependencies: wanted }, ...Object.fromEntries(installed) }
  write('package-lock.json', JSON.stringify({ packages }))
  return collect({ root, electron, target, bundled: [] })
}

function problemsWith(...names: string[]): readonly string[] {
  try {
    collectWith(...names)
  } catch (error) {
    if (error instanceof LicenceError) return error.problems
    throw error
  }
  return []
}

describe('a program whose licences are in order', () => {
  it('has each package with its licence, its text, its copyright and the hash of the lock file', () => {
    install('@some/thing', '(MIT OR CC0-1.0)', 'MIT License\n\nCopyright (c) 2020 Some Thing\n\nPermission…')
    const { components, texts } = collectWith('@some/thing')
    const found = components.find(({ name }) => name === '@some/thing')
    expect(found).toMatchObject({
      licence: 'MIT OR CC0-1.0',
      copyright: ['Copyright (c) 2020 Some Thing'],
      purl: 'pkg:npm/%40some/thing@1.0.0',
      sha512: '000102',
      use: 'program',
    })
    expect(found?.texts.map((key) => texts[key])).toEqual([
      'MIT License\n\nCopyright (c) 2020 Some Thing\n\nPermission…',
    ])
  })

  it('has notices beside the licence, after it', () => {
    install('noticed', 'Apache-2.0', 'Apache License')
    write('node_modules/noticed/NOTICE', 'Noticed')
    write('node_modules/noticed/THIRD-PARTY-NOTICES.txt', 'Third')
    const { components, texts } = collectWith('noticed')
    const keys = components.find(({ name }) => name === 'noticed')?.texts
    expect(keys?.map((key) => texts[key])).toEqual(['Apache License', 'Noticed', 'Third'])
  })

  it('has the program, its styles, its photos, and Electron with what is in it', () => {
    const { own, components } = collectWith()
    expect(own).toMatchObject({ name: 'Little', version: '1.2.3', licence: 'MIT' })
    expect(components.map(({ name, version, licence }) => [name, version, licence])).toEqual([
      ['a.jpg', null, 'CC-BY-4.0'],
      ['Chromium', '142.0.0.0', 'BSD-3-Clause'],
      ['Dusk', null, 'LicenseRef-style-card'],
      ['Electron', '45.4.1', 'MIT'],
      ['FFmpeg', null, 'LGPL-2.1-or-later'],
      ['Node.js', '22.20.0', 'MIT'],
      ['V8', '14.2', 'BSD-3-Clause'],
    ])
  })

  it('has what the bundler has taken in, too', () => {
    install('built-in', 'ISC', 'ISC License', '3.0.0')
    write('package-lock.json', JSON.stringify({ packages: {} }))
    const packages = [{ folder: 'node_modules/built-in', name: 'built-in', version: '3.0.0' }]
    const { components } = collect({ root, electron, bundled: [{ part: 'renderer', packages }] })
    expect(components.find(({ name }) => name === 'built-in')).toMatchObject({
      version: '3.0.0',
      use: 'window',
    })
  })

  it('has Microsoft’s libraries where they are shipped', () => {
    install('onnxruntime-node', 'MIT', undefined, '1.30.0')
    const inside = (platform: string) => {
      const { components } = collectFor({ platform, arch: 'x64' }, ['onnxruntime-node'])
      return components.filter(({ within }) => within === 'onnxruntime-node-1.30.0').map(({ name }) => name)
    }
    expect(inside('win32')).toEqual(['DirectML', 'DirectX Shader Compiler'])
    expect(inside('linux')).toEqual([])
  })

  it('is what the packager says it is', () => {
    install('kept', 'MIT', 'MIT License')
    install('pruned', 'MIT', 'MIT License')
    collectWith('kept', 'pruned')
    const { components } = collect({ root, electron, packages: ['node_modules/kept'], bundled: [] })
    expect(components.filter(({ use }) => use === 'program').map(({ name }) => name)).toEqual(['kept'])
  })
})

describe('the build fails, and names the package,', () => {
  it.each([
    ['without a text', 'MIT', undefined, 'bad-1.0.0: its licence has no text'],
    ['with an empty text', 'MIT', ' \n', 'bad-1.0.0: its licence has no text'],
    [
      'with a licence that is not allowed',
      'AGPL-3.0-only',
      'AGPL',
      'AGPL-3.0-only is not among those in spdx.mjs',
    ],
    ['with no licence', undefined, 'text', 'bad-1.0.0: has no licence'],
    [
      'with a licence that is none',
      'UNLICENSED',
      'text',
      'bad-1.0.0: its licence "UNLICENSED" is no SPDX expression',
    ],
  ])('%s', (_, licence, text, problem) => {
    install('good', 'MIT', 'MIT License')
    install('bad', licence, text)
    const problems = problemsWith('good', 'bad')
    expect(problems.join('\n')).toContain(problem)
    for (const line of problems) expect(line).toMatch(/^bad-1\.0\.0: /)
  })

  it('with every reason at once', () => {
    install('one', 'AGPL-3.0-only', 'AGPL')
    install('two', 'MIT')
    expect(problemsWith('one', 'two').map((problem) => problem.split(':')[0])).toEqual([
      'one-1.0.0',
      'two-1.0.0',
    ])
  })

  it('when ONNX Runtime is another version than that whose notices are kept here', () => {
    install('onnxruntime-node', 'MIT', 'MIT License', '9.9.9')
    expect(problemsWith('onnxruntime-node').join()).toMatch(/^onnxruntime-node-9\.9\.9: .*1\.30\.0/)
  })

  it('when libvips has a library in it that nobody has looked at, or another licence for one', () => {
    const folder = 'node_modules/@img/sharp-libvips-linux-x64'
    install('@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later')
    write(`${folder}/versions.json`, JSON.stringify({ glib: '2.90.0', expat: '2.8.5', 'new-one': '1.0.0' }))
    const rows = [
      '| Library | Used under the terms of |',
      '|---|---|',
      '| glib | LGPLv3 |',
      '| expat | AGPL |',
    ]
    write(`${folder}/README.md`, rows.join('\n'))
    const problems = problemsWith('@img/sharp-libvips-linux-x64').join('\n')
    expect(problems).toContain('expat: its licence “AGPL”')
    expect(problems).toContain('new-one: without a licence')
    expect(problems).not.toContain('glib')
  })
})

describe('Solstice as it is installed', () => {
  const { components, texts } = collect({ root: solstice, electron, target: linux, bundled: [] })
  const named = (name: string) => components.find((component) => component.name === name)
  const textOf = (name: string) => (named(name)?.texts ?? []).map((key) => texts[key] ?? '').join('\n')

  it('has every library of libvips with the version that its package tells', () => {
    const file = join(solstice, 'node_modules/@img/sharp-libvips-linux-x64/versions.json')
    const versions = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
    const libraries = components.filter(({ within }) => within?.startsWith('img-sharp-libvips') === true)
    const told = libraries.flatMap(({ version }) => version ?? [])
    expect(told.toSorted()).toEqual(versions.toSorted())
    expect(libraries.length).toBeGreaterThanOrEqual(versions.length)
  })

  it('has the notices of ONNX Runtime, and both licences of ExifTool', () => {
    expect(textOf('onnxruntime-node')).toContain('THIRD PARTY SOFTWARE NOTICES AND INFORMATION')
    expect(textOf('onnxruntime-node')).toContain('Copyright (c) Microsoft Corporation')
    expect(named('ExifTool')?.licence).toBe('Artistic-1.0-Perl OR GPL-1.0-or-later')
    expect(textOf('ExifTool')).toContain('Artistic')
    expect(textOf('ExifTool')).toContain('GNU GENERAL PUBLIC LICENSE')
  })

  it('says of each LGPL library how it can be replaced, and where its source is', () => {
    const lgpl = components.filter(({ licence }) => licence.startsWith('LGPL'))
    expect(lgpl.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['libvips', 'glib', 'libheif', 'libde265', 'libheif-js', 'FFmpeg']),
    )
    for (const { name, note, homepage } of lgpl) {
      expect(note?.en, name).toContain('in its place')
      expect(note?.ru, name).toContain('заменить')
      expect(homepage, name).toMatch(/^https:/)
    }
  })

  it('names the authors of its sample photos', () => {
    expect(named('picosdeeuropa.jpg')).toMatchObject({
      licence: 'CC-BY-4.0',
      copyright: ['Aitzol Berasategi'],
    })
    expect(named('seeding.jpg')).toMatchObject({ licence: 'CC0-1.0', copyright: ['Clemens Engelhardt'] })
  })
})
