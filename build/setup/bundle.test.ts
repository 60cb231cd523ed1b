/** When the app is built anew. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { fingerprint } from './bundle.mjs'

let root = ''
const write = (name: string, text: string) => writeFileSync(join(root, name), text)
const print = () => fingerprint(root, ['src', 'package.json', 'absent'])

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'solstice-bundle-'))
  mkdirSync(join(root, 'src/deep'), { recursive: true })
  write('package.json', '{}')
  write('src/deep/a.ts', 'a')
})
afterEach(() => rmSync(root, { recursive: true }))

describe('fingerprint', () => {
  it('does not change with the time of a file, a unit test, or another folder', () => {
    const before = print()
    utimesSync(join(root, 'src/deep/a.ts'), 1, 1)
    write('src/deep/a.test.ts', 'test')
    write('README.md', 'text')
    expect(print()).toBe(before)
  })

  it.each([
    ['a content', () => write('src/deep/a.ts', 'b')],
    ['a name', () => renameSync(join(root, 'src/deep/a.ts'), join(root, 'src/a.ts'))],
    ['a file more', () => write('src/b.ts', '')],
    ['a file less', () => rmSync(join(root, 'src/deep/a.ts'))],
    ['a single file named as a source', () => write('package.json', '{ }')],
    ['where one file ends and the next begins', () => write('src/deep/a.ts', 'asrc/b.ts')],
  ])('changes with %s', (_, change) => {
    const before = print()
    change()
    expect(print()).not.toBe(before)
  })
})
