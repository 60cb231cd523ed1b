import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cutToBytes,
  endingOf,
  extensionsOf,
  fitPiece,
  fitWhole,
  formatOfName,
  nthName,
  slug,
  stem,
} from './names.ts'

describe('labels in names', () => {
  it('have no character that a file system forbids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (label) => {
        const made = slug(label)
        expect(made).not.toMatch(/[<>:"/\\|?*\p{Cc}\s]/u)
        expect(made).not.toMatch(/^[.-]|[.-]$/)
        expect(made.length).toBeGreaterThan(0)
        expect([...made].length).toBeLessThanOrEqual(60)
      }),
    )
  })
})

describe('a text made fit to be a name', () => {
  it.each([
    ['Winter: day/night?', 'Winter- day-night-'],
    ['a\u0000\n\u0085\u2028b', 'a-b'],
    ['..hidden. . ', 'hidden'],
    ['cafe\u0301', 'caf\u00e9'],
    ['left\u202egpj.exe', 'leftgpj.exe'],
    ['half \ud83d a pair', 'half  a pair'],
    ['family 👨‍👩‍👧 می‌خواهم', 'family 👨‍👩‍👧 می‌خواهم'],
    ['\u{10ffff}\ufffe\u0378', ''],
    ['\u200d\ufe0f', ''],
    ['CON', '_CON'],
    ['con .tar.gz', '_con .tar.gz'],
    ['Lpt¹.txt', '_Lpt¹.txt'],
    ['com0', '_com0'],
    ['CONIN$', '_CONIN$'],
    ['console', 'console'],
    ['com10', 'com10'],
    ['_CON', '_CON'],
  ])('%j', (text, name) => {
    expect(fitWhole(fitPiece(text))).toBe(name)
  })

  it('is cut between characters as people count them', () => {
    expect(cutToBytes('зима', 5)).toBe('зи')
    expect(cutToBytes('a👨‍👩‍👧b', 18)).toBe('a')
    expect(cutToBytes('a👨‍👩‍👧b', 19)).toBe('a👨‍👩‍👧')
    expect(cutToBytes('ne\u0323\u0308', 3)).toBe('n')
    // One that is too long on its own is cut within.
    expect(cutToBytes(`e${'\u0301'.repeat(300)}`, 5)).toBe('e\u0301\u0301')
    expect(cutToBytes('é', 1)).toBe('')
  })
})

describe('names that count up', () => {
  it.each([
    ['a.b.jpg', ['a.b.jpg', 'a.b-2.jpg', 'a.b-11.jpg']],
    ['README', ['README', 'README-2', 'README-11']],
    ['.jpg', ['.jpg', '.jpg-2', '.jpg-11']],
    ['2024.05/photo', ['2024.05/photo', '2024.05/photo-2', '2024.05/photo-11']],
    ['a/b.c/d.png', ['a/b.c/d.png', 'a/b.c/d-2.png', 'a/b.c/d-11.png']],
    [
      'Dr. Winter and his long holiday',
      ['', '-2', '-11'].map((end) => `Dr. Winter and his long holiday${end}`),
    ],
  ])('before the ending, in the same folder: %s', (path, names) => {
    expect([1, 2, 11].map((n) => nthName(path, n))).toEqual(names)
  })

  it('stay within what file systems take, and differ', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
      .map((text) => text.replaceAll('/', ''))
      .filter((text) => text !== '')
    fc.assert(
      fc.property(name, fc.constantFrom('', '.jpg', '.tif'), (text, ending) => {
        const path = `folder/${cutToBytes(text, 255 - ending.length)}${ending}`
        const names = [2, 3, 12, 9999].map((n) => nthName(path, n))
        for (const each of names) {
          expect(each.startsWith('folder/')).toBe(true)
          expect(Buffer.byteLength(each.slice('folder/'.length))).toBeLessThanOrEqual(255)
          expect(each.endsWith(ending)).toBe(true)
        }
        expect(new Set(names).size).toBe(names.length)
      }),
    )
  })
})

describe('endings', () => {
  it('tell the format that they ask for', () => {
    expect(['a.JPG', 'a.jpeg', 'a.tif', 'a.avif', 'a.heic', 'a', '.png'].map(formatOfName)).toEqual([
      'jpeg',
      'jpeg',
      'tiff',
      'avif',
      null,
      null,
      null,
    ])
  })

  it('are the usual ones', () => {
    expect([endingOf('jpeg'), endingOf('tiff'), extensionsOf('tiff')]).toEqual([
      'jpg',
      'tif',
      ['tif', 'tiff'],
    ])
  })

  it('are no ending where the name is nothing else', () => {
    expect(stem('.jpg')).toBe('.jpg')
  })
})
