import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../contract/errors.ts'
import { CrashLog, withoutPaths } from './crash-log.ts'

const programFolder = '/opt/Solstice (new)/resources/app.asar'
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-crash-'))
})
afterEach(() => rm(folder, { recursive: true }))

const newLog = () =>
  new CrashLog({ path: join(folder, 'deep', 'crashes.log'), version: '1.2.3', programFolder })

describe('CrashLog', () => {
  it('says when, what, in which version, and where in the program', async () => {
    const log = newLog()
    const error = new TypeError('x is not a function')
    error.stack = `TypeError: x is not a function\n    at Library.open (file://${programFolder}/out/main/app.js:12:34)\n    at node:internal/process:1:2`
    log.note('An error was not caught', error)
    log.note('Another')
    const text = await readFile(log.path, 'utf8')
    expect(text).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z An error was not caught \(Solstice 1\.2\.3, \w+ \w+\)\nTypeError: x is/,
    )
    expect(text).toContain('at Library.open (out/main/app.js:12:34)\n    at node:internal/process:1:2\n\n')
    expect(text).toMatch(/Z Another \(.*\)\n\n$/)
  })

  it('names no photo and no folder of the user', async () => {
    const log = newLog()
    const secrets = ['IMG_1234.jpg', 'Anna', 'wedding']
    log.note('a', new Error("ENOENT: no such file or directory, open '/home/Anna/wedding day/IMG_1234.jpg'"))
    log.note('b', new Error('cannot read C:\\Users\\Anna\\wedding day\\IMG_1234.jpg'))
    log.note('c', new Error('Input file /home/Anna/wedding day/IMG_1234.jpg is missing'))
    log.note('d', new Failure('picture-damaged', 'IMG_1234.jpg', 'in wedding'))
    log.note('e', 'rejected with file:///home/Anna/wedding/IMG_1234.jpg')
    const text = await readFile(log.path, 'utf8')
    for (const secret of secrets) expect(text).not.toContain(secret)
    expect(text).toContain('ENOENT: no such file or directory, open <path>')
    expect(text).toContain('Failure: picture-damaged')
  })

  it('stays within bounds, and keeps what is newest', async () => {
    const log = newLog()
    log.note('the first')
    await writeFile(log.path, 'an old entry\nwith lines\n\n'.repeat(20_000))
    log.note('the last')
    expect((await stat(log.path)).size).toBeLessThan(260_000)
    const text = await readFile(log.path, 'utf8')
    expect(text.startsWith('an old entry\n')).toBe(true)
    expect(text).toContain('the last')
    log.note('large', 'x'.repeat(1_000_000))
    expect((await stat(log.path)).size).toBeLessThan(280_000)
  })

  it('does not fail where nothing can be written', async () => {
    await writeFile(join(folder, 'deep'), 'a file where the folder should be')
    expect(() => newLog().note('anything')).not.toThrow()
  })
})

describe('withoutPaths', () => {
  it.each([
    ['a and/or b', 'a and/or b'],
    ['at a (/srv/x.js:1:2)', 'at a (<path>:1:2)'],
    ['got `/tmp/a b` instead', 'got <path> instead'],
    ['https://example.org/x', 'https://example.org/x'],
  ])('%j becomes %j', (text, expected) => {
    expect(withoutPaths(text, programFolder)).toBe(expected)
  })
})
