/** When `npm ci` is needed, and which npm is called. */
import { describe, expect, it } from 'vitest'

import { isInstalled, npmCommand } from './dependencies.mjs'

const a = { version: '1.0.0', integrity: 'sha512-a' }
const b = { version: '2.0.0', integrity: 'sha512-b' }
const lock = { packages: { '': { version: '0.1.0' }, 'node_modules/a': a, 'node_modules/b': b } }

describe('isInstalled', () => {
  it('is true when every locked package is there', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': a, 'node_modules/b': b } })).toBe(true)
  })

  it.each([
    ['nothing was installed', null],
    ['a package is missing', { packages: { 'node_modules/a': a } }],
    ['a package has another version', { packages: { 'node_modules/a': a, 'node_modules/b': a } }],
    [
      'a package has another content',
      { packages: { 'node_modules/a': a, 'node_modules/b': { ...b, integrity: 'sha512-x' } } },
    ],
  ])('is false when %s', (_, installed) => {
    expect(isInstalled(lock, installed)).toBe(false)
  })

  it.each([{ optional: true }, { extraneous: true }])('does not miss a package with %o', (mark) => {
    const withIt = { packages: { ...lock.packages, 'node_modules/c': { ...a, ...mark } } }
    expect(isInstalled(withIt, { packages: { 'node_modules/a': a, 'node_modules/b': b } })).toBe(true)
  })
})

describe('npmCommand', () => {
  it('is the npm that runs the script, in the same Node', () => {
    expect(npmCommand(['ci'], { npm_execpath: '/npm/bin/npm-cli.js' })).toEqual({
      command: process.execPath,
      args: ['/npm/bin/npm-cli.js', 'ci'],
      shell: false,
    })
  })

  it('is the npm on the path when the script was started by hand', () => {
    expect(npmCommand(['ci'], {})).toMatchObject({ command: 'npm', args: ['ci'] })
  })
})
