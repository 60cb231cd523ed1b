import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { root } from '../setup/paths.mjs'
import { allowed, expressionOf, isAllowed, licencesIn, standardText } from './spdx.mjs'

describe('a package’s licence', () => {
  it.each([
    ['MIT', 'MIT'],
    ['(MIT OR CC0-1.0)', 'MIT OR CC0-1.0'],
    ['LGPL-3.0', 'LGPL-3.0-only'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['MIT AND (Apache-2.0 OR BSD-3-Clause)', 'MIT AND (Apache-2.0 OR BSD-3-Clause)'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
    ['SEE LICENSE IN LICENSE.txt', null],
    ['UNLICENSED', null],
    ['', null],
    [undefined, null],
    [{ type: 'MIT' }, null],
  ])('%j is %j', (stated, expression) => {
    expect(expressionOf(stated)).toBe(expression)
  })
})

describe('what may be passed on', () => {
  it.each([
    ['MIT', true],
    ['AGPL-3.0-only', false],
    ['AGPL-3.0-only OR MIT', true],
    ['AGPL-3.0-only AND MIT', false],
    ['Apache-2.0 AND LGPL-3.0-or-later AND MIT', true],
    ['MIT AND (AGPL-3.0-only OR ISC)', true],
    ['Apache-2.0 WITH LLVM-exception', false],
    ['LicenseRef-somebody', false],
  ])('%s: %j', (expression, may) => {
    expect(isAllowed(expression)).toBe(may)
  })
})

describe('standard texts', () => {
  it('there is one for every allowed licence, and no place for a name is left open', () => {
    for (const licence of allowed) {
      if (licence.startsWith('LicenseRef-')) continue
      expect(standardText(licence), licence).toMatch(/\w{4,}/)
      expect(standardText(licence), licence).not.toMatch(/^copyright[^\n]*<(?:year|owner)>/im)
    }
  })

  it('a text that may not be changed is not', () => {
    for (const licence of ['GPL-1.0-or-later', 'GPL-3.0-or-later', 'LGPL-2.1-or-later', 'MPL-1.1']) {
      const file = join(root, `node_modules/spdx-license-list/licenses/${licence}.json`)
      const { licenseText } = JSON.parse(readFileSync(file, 'utf8')) as { licenseText: string }
      expect(standardText(licence)).toBe(licenseText.trim())
    }
    expect(standardText('MIT')).toMatch(/^MIT License\n\nPermission is hereby granted/)
  })

  it('the LGPL 3 brings the GPL 3, which it refers to', () => {
    expect(standardText('LGPL-3.0-or-later')).toContain('GNU LESSER GENERAL PUBLIC LICENSE')
    expect(standardText('LGPL-3.0-or-later')).toContain('TERMS AND CONDITIONS')
  })

  it('names each licence of an expression once', () => {
    expect(licencesIn('MIT AND (ISC OR MIT)')).toEqual(['MIT', 'ISC'])
  })
})
