import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatOfName, nthName, outputName, slug, stem } from './names.ts'

describe('output names', () => {
  it.each([
    ['sunset.jpg', 'Winter', 'jpeg', 'sunset-winter.jpg'],
    ['IMG.0042.HEIC', 'Van Gogh', 'png', 'IMG.0042-van-gogh.png'],
    ['лето.tiff', 'Зима', 'tiff', 'лето-зима.tif'],
    ['.hidden', 'Winter', 'webp', '.hidden-winter.webp'],
    ['no-ending', '  ', 'avif', 'no-ending-result.avif'],
  ] as const)('%s to %s as %s is %s', (photo, label, format, expected) => {
    expect(outputName(photo, label, format)).toBe(expected)
  })

  it('have no character in their label that a file system forbids', () => {
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

  it('count up before the ending', () => {
    expect([1, 2, 11].map((n) => nthName('a.b.jpg', n))).toEqual(['a.b.jpg', 'a.b-2.jpg', 'a.b-11.jpg'])
    expect(nthName('README', 3)).toBe('README-3')
  })

  it('tell the format that an ending asks for', () => {
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

  it('keep a name that is all ending', () => {
    expect(stem('.jpg')).toBe('.jpg')
  })
})
