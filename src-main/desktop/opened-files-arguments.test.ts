import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namesIn, withoutNames } from './opened-files-arguments.ts'

const program = '/opt/Solstice/solstice'
const electron = 'node_modules/electron/dist/electron'
const packaged = (...args: readonly string[]): string[] => namesIn([program, ...args], false)
const development = (...args: readonly string[]): string[] => namesIn([electron, ...args], true)

describe('namesIn', () => {
  it('finds files and folders as they were written', () => {
    expect(packaged('one.jpg', 'folder/', '../two words.tif')).toEqual([
      'one.jpg',
      'folder/',
      '../two words.tif',
    ])
    expect(packaged()).toEqual([])
    expect(packaged('')).toEqual([])
  })

  it('passes over switches, of Chromium, of tests and of systems', () => {
    const switches = [
      ...['--no-sandbox', '--user-data-dir=/tmp/some folder', '--inspect=0', '--remote-debugging-port=0'],
      ...['-psn_0_12345', '--enable-features=a.jpg', '--ozone-platform-hint=auto'],
    ]
    expect(packaged(...switches)).toEqual([])
    expect(packaged('a.jpg', ...switches, 'b.jpg')).toEqual(['a.jpg', 'b.jpg'])
  })

  it('takes what follows -- for names, whatever it looks like', () => {
    expect(packaged('a.jpg', '--no-sandbox', '--', '--b.jpg', '-c.jpg')).toEqual([
      'a.jpg',
      '--b.jpg',
      '-c.jpg',
    ])
  })

  it('does not take the app’s own folder for a name in development', () => {
    expect(development('.')).toEqual([])
    expect(development('--no-sandbox', '--user-data-dir=/tmp/x', '/home/me/solstice', 'a.jpg')).toEqual([
      'a.jpg',
    ])
    expect(development('-r', '/tmp/loader.cjs', '--inspect=0', '.', '--scale=1', 'a.jpg', '.')).toEqual([
      'a.jpg',
      '.',
    ])
    expect(development('--app=/home/me/solstice', 'a.jpg')).toEqual(['a.jpg'])
    expect(development()).toEqual([])
  })

  it('reads the addresses of files that desktops hand over', () => {
    const path = join(process.cwd(), 'Лето 100% #1?.jpg')
    expect(packaged(pathToFileURL(path).href)).toEqual([path])
  })

  it('has no links of its own, and opens nobody else’s', () => {
    const links = [
      'solstice://open?path=/etc/passwd',
      'SOLSTICE://x',
      'http://example.com/a.jpg',
      'ftp://a/b.jpg',
    ]
    expect(packaged(...links)).toEqual([])
    // Not of this computer, or no path at all.
    expect(packaged('file://elsewhere.example/a.jpg%2F', 'file:///a%2Fb.jpg')).toEqual([])
  })

  it('knows a drive and a colon from an address', () => {
    expect(packaged(String.raw`C:\photos\a.jpg`, '2026-11-23T12:30.jpg')).toEqual([
      String.raw`C:\photos\a.jpg`,
      '2026-11-23T12:30.jpg',
    ])
  })
})

describe('withoutNames', () => {
  it('starts the same program with the same switches', () => {
    const line = [electron, '--no-sandbox', '.', '--scale=1', 'a.jpg', 'b.jpg']
    expect(withoutNames(line, true)).toEqual(['--no-sandbox', '.', '--scale=1'])
    expect(withoutNames([program, 'a.jpg', '--no-sandbox', '--', '--b.jpg'], false)).toEqual(['--no-sandbox'])
  })

  it('leaves no name, and no switch out', () => {
    const argument = fc.oneof(fc.string(), fc.constantFrom('--', '--x', '-y', 'a.jpg', '.', 'http://x/'))
    fc.assert(
      fc.property(fc.array(argument), fc.boolean(), (args, inDevelopment) => {
        const line = [program, ...(inDevelopment ? ['--inspect=0', '/app'] : []), ...args]
        const left = [program, ...withoutNames(line, inDevelopment)]
        expect(namesIn(left, inDevelopment)).toEqual([])
        expect(withoutNames(left, inDevelopment)).toEqual(left.slice(1))
      }),
    )
  })
})
