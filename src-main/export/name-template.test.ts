/** Templates: what they say, and that whatever they are given becomes a name that three systems take. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  nameFields,
  needsCapture,
  parseTemplate,
  renderName,
  usualName,
  type NameTemplate,
  type NameValues,
} from './name-template.ts'
import { slug } from './names.ts'

const sunset: NameValues = {
  photoName: 'IMG_0042.HEIC',
  folder: 'Lake Baikal',
  style: 'Summer and winter',
  direction: 'Winter',
  capture: {
    date: { year: 2024, month: 5, day: 9, hour: 7, minute: 3, second: 1 },
    camera: 'NIKON D3100',
  },
  modified: new Date(2019, 10, 30, 23, 5, 59),
  index: 7,
  ending: 'jpg',
}
const unknown: NameValues = { ...sunset, capture: { date: null, camera: null } }

function parsed(text: string): NameTemplate {
  const { template, problem } = parseTemplate(text)
  if (template === null) throw new Error(`${problem.kind}: ${problem.text}`)
  return template
}

const named = (text: string, values: NameValues = sunset): string => renderName(parsed(text), values)

describe('a template', () => {
  it.each([
    ['{name}-{direction}', 'IMG_0042-winter.jpg'],
    ['{name} {style}', 'IMG_0042 summer-and-winter.jpg'],
    ['{date} {time}', '2024-05-09 07-03-01.jpg'],
    ['{camera}_{index}', 'NIKON D3100_7.jpg'],
    ['{index:04}', '0007.jpg'],
    ['{index:4}', '0007.jpg'],
    ['{ INDEX:9 }', '000000007.jpg'],
    ['{folder}/{date}/{name}', 'Lake Baikal/2024-05-09/IMG_0042.jpg'],
    ['{folder}\\{name}', 'Lake Baikal/IMG_0042.jpg'],
    ['{name}.{ext}', 'IMG_0042.jpg'],
    ['{name}_{ext}', 'IMG_0042_jpg.jpg'],
    ['{ext}/{name}', 'jpg/IMG_0042.jpg'],
    ['{ext}', 'jpg.jpg'],
    ['{{{name}}}', '{IMG_0042}.jpg'],
    ['{{name}}', '{name}.jpg'],
    ['снимок {index}', 'снимок 7.jpg'],
    ['Winter: {index}', 'Winter- 7.jpg'],
  ])('%s', (text, name) => {
    expect(named(text)).toBe(name)
  })

  it.each([
    ['{nam}', 'unknown-field', '{nam}'],
    ['{name} {}', 'unknown-field', '{}'],
    ['a{name:3}', 'unknown-field', '{name:3}'],
    ['{index:0}', 'unknown-field', '{index:0}'],
    ['{index:10}', 'unknown-field', '{index:10}'],
    ['{index:}', 'unknown-field', '{index:}'],
    ['{index:4:4}', 'unknown-field', '{index:4:4}'],
    ['{toString}', 'unknown-field', '{toString}'],
    ['a\\{na\\me}', 'unknown-field', '{na\\me}'],
    ['{name', 'unclosed', '{name'],
    ['{name}-{date', 'unclosed', '{date'],
    ['{name{date}}', 'unclosed', '{name{date}}'],
    ['{name}}', 'unclosed', '}'],
    ['', 'empty', ''],
    ['   ', 'empty', '   '],
    ['{date}/', 'empty', '{date}/'],
    ['..', 'empty', '..'],
    ['{date}/..', 'empty', '{date}/..'],
    ['.{ext}', 'empty', '.{ext}'],
  ])('is refused: %j', (text, kind, part) => {
    expect(parseTemplate(text)).toEqual({ template: null, problem: { kind, text: part } })
  })

  it.each([
    ['../../{name}', 'IMG_0042.jpg'],
    ['/etc/{name}', 'etc/IMG_0042.jpg'],
    ['C:\\photos\\{name}', 'C-/photos/IMG_0042.jpg'],
    ['\\\\server\\share\\{name}', 'server/share/IMG_0042.jpg'],
    ['a/./../ . /.../b/{name}', 'a/b/IMG_0042.jpg'],
    ['~/{name}', '~/IMG_0042.jpg'],
  ])('stays in the folder: %s', (text, name) => {
    expect(named(text)).toBe(name)
  })

  it('stays in the folder whatever the photo and its camera are called', () => {
    const values: NameValues = {
      ...sunset,
      photoName: '../../x.jpg',
      folder: '..',
      capture: { date: null, camera: '/../..' },
    }
    expect(named('{folder}/{camera}/{name}', values)).toBe('-..-/-..-x.jpg')
  })

  it.each([
    ['{date} {time}', '2019-11-30 23-05-59.jpg'],
    ['{name}-{camera}', 'IMG_0042.jpg'],
    ['{camera}-{name}', 'IMG_0042.jpg'],
    ['{name}_{camera}_{index}', 'IMG_0042_7.jpg'],
    ['{name} - {camera} - {index}', 'IMG_0042 - 7.jpg'],
    ['{name} ({camera}) {index}', 'IMG_0042 7.jpg'],
    ['({camera}) {name}', 'IMG_0042.jpg'],
    ['{index}{camera}-{name}', '7-IMG_0042.jpg'],
    ['{camera}-{camera}-{name}', 'IMG_0042.jpg'],
    ['{camera}/{name}', 'IMG_0042.jpg'],
    ['by {camera}/{name}', 'by/IMG_0042.jpg'],
    ['{date}/{camera}', '2019-11-30/IMG_0042.jpg'],
    ['{camera}', 'IMG_0042.jpg'],
  ])('leaves out what a photo does not say: %s', (text, name) => {
    expect(named(text, unknown)).toBe(name)
    expect(named(text, { ...unknown, capture: null })).toBe(name)
  })

  it('names a file of which nothing is to be named', () => {
    const bare: NameValues = { ...unknown, photoName: '....', folder: '' }
    expect(named('{folder}/{name}', bare)).toBe('photo.jpg')
    expect(named('{name}-{direction}', { ...bare, photoName: '\u202e.jpg' })).toBe('winter.jpg')
  })

  it('needs metadata for dates and cameras only', () => {
    const needing = nameFields.filter((field) => needsCapture(parsed(`{${field}}`)))
    expect(needing).toEqual(['date', 'time', 'camera'])
    expect(needsCapture(parsed('{date}/{name}'))).toBe(true)
    expect(needsCapture(parsed('date/{name}'))).toBe(false)
  })
})

describe('the usual name', () => {
  it.each([
    ['sunset.jpg', 'Winter', 'jpeg', 'sunset-winter.jpg'],
    ['IMG.0042.HEIC', 'Van Gogh', 'png', 'IMG.0042-van-gogh.png'],
    ['лето.tiff', 'Зима', 'tiff', 'лето-зима.tif'],
    ['.hidden', 'Winter', 'webp', 'hidden-winter.webp'],
    ['no-ending', '  ', 'avif', 'no-ending-result.avif'],
  ] as const)('of %s to %s as %s', (photo, label, format, expected) => {
    expect(usualName(photo, label, format)).toBe(expected)
  })

  it('is the photo’s own with the label behind, for names that are fit already', () => {
    const name = fc
      .stringMatching(/^[\p{L}\p{N}_][\p{L}\p{N}_ ()-]{0,40}$/u)
      .map((text) => text.normalize('NFC'))
    fc.assert(
      fc.property(name, fc.string({ unit: 'grapheme', maxLength: 40 }), (photo, label) => {
        expect(usualName(`${photo}.jpg`, label, 'png').normalize('NFC')).toBe(
          `${photo}-${slug(label)}.png`.replace(/[\p{Cn}\p{Bidi_Control}]/gu, '').normalize('NFC'),
        )
      }),
    )
  })
})

describe('names that are too long', () => {
  const long: NameValues = { ...sunset, photoName: `${'я'.repeat(200)}.jpg` }

  it('lose the end of what is longest, and keep the rest', () => {
    expect(named('{date} {name}-{direction}-{index:04}', long)).toBe(
      `2024-05-09 ${'я'.repeat(112)}-winter-0007.jpg`,
    )
    const folder = 'ж'.repeat(200)
    expect(named('{folder}/{name}', { ...long, folder })).toBe(`${'ж'.repeat(127)}/${'я'.repeat(125)}.jpg`)
  })

  it('are told apart by their index, even where it goes on with the digits of the name', () => {
    const ones: NameValues = { ...sunset, photoName: '1'.repeat(300) }
    const names = [1, 11, 111, 1111].map((index) => named('{name}{index}', { ...ones, index }))
    expect(new Set(names).size).toBe(4)
  })
})

/** Everything that a string can hold: halves of pairs, unassigned, controls; and what is awkward, more often. */
const anyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...['..', '.', ' ', '/', '\\', ':', 'CON', 'nul', 'com¹', '.jpg', '\ud83d', '\ude00', '\u0301'],
          ...['\u202e', '\u200d', '\ufeff', '\uffff', 'e', '\0', 'я'.repeat(120), '👨‍👩‍👧'.repeat(9), '{', '1'],
          ...['\u0344', '\u0958', '\ufb2c', `a${'\u0323\u0301'.repeat(80)}`, '-', '_'],
        ),
      },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

const anyValues: fc.Arbitrary<NameValues> = fc.record({
  photoName: anyText,
  folder: anyText,
  style: anyText,
  direction: anyText,
  capture: fc.option(fc.record({ date: fc.constant(null), camera: fc.option(anyText) })),
  modified: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
  index: fc.integer({ min: 1, max: 99_999_999 }),
  ending: fc.constantFrom('jpg', 'png', 'webp', 'tif', 'avif'),
})

const anyTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom(...nameFields.map((field) => `{${field}}`), '{index:04}', '{index:9}', '/', '-', ' '),
      anyText.map((text) => text.replace(/[{}]/g, '')),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))
  .filter((text) => text.length <= 200 && parseTemplate(text).problem === null)

const numbered = ['COM', 'LPT'].flatMap((port) => Array.from('0123456789¹²³', (n) => port + n))
const devices = ['CON', 'PRN', 'AUX', 'NUL', 'CONIN$', 'CONOUT$', ...numbered]

/** Written down from the systems' own documents, not from the code. */
function faultsOf(part: string): string[] {
  const faults = {
    empty: part === '',
    'too long for Linux': new TextEncoder().encode(part).length > 255,
    'too long for Windows': part.length > 255,
    forbidden: Array.from(part).some((char) => '<>:"/\\|?*'.includes(char) || char < ' '),
    'ends in a dot or space': part.endsWith('.') || part.endsWith(' '),
    hidden: part.startsWith('.'),
    'a device': devices.includes((part.split('.')[0] ?? '').trimEnd().toUpperCase()),
    'not well formed': !part.isWellFormed(),
    'not in NFC': part.normalize('NFC') !== part,
    'turns direction': /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(part),
  }
  return Object.entries(faults).flatMap(([fault, is]) => (is ? [fault] : []))
}

describe('any name from any template', () => {
  it('is one for all three systems, within the folder, with its ending', () => {
    fc.assert(
      fc.property(anyTemplate, anyValues, (text, values) => {
        const name = named(text, values)
        for (const part of name.split('/'))
          expect({ part, faults: faultsOf(part) }).toEqual({ part, faults: [] })
        expect(name.endsWith(`.${values.ending}`)).toBe(true)
        const target = resolve('target')
        expect(relative(target, resolve(target, name))).toBe(name.replaceAll('/', sep))
      }),
      { numRuns: 3000 },
    )
  })

  it('is the same when it is given again', () => {
    fc.assert(
      fc.property(anyTemplate, anyValues, (text, values) => {
        const file = named(text, values).split('/').at(-1) ?? ''
        expect(named('{name}', { ...values, photoName: file })).toBe(file)
      }),
      { numRuns: 1000 },
    )
  })

  it('differs where the index does', () => {
    const index = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 99_999_999 }))
    const counted = anyTemplate.filter((text) => /\{index/.test(text))
    fc.assert(
      fc.property(counted, anyValues, index, index, (text, values, one, other) => {
        fc.pre(one !== other)
        expect(named(text, { ...values, index: one })).not.toBe(named(text, { ...values, index: other }))
      }),
      { numRuns: 1000 },
    )
  })

  it('can be written to this disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'solstice-names-'))
    try {
      const samples = fc.sample(fc.tuple(anyTemplate, anyValues), { numRuns: 150, seed: 4 })
      for (const [place, [text, values]] of samples.entries()) {
        const path = join(folder, String(place), named(text, values))
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, text, { flag: 'wx' })
        expect(await readFile(path, 'utf8')).toBe(Buffer.from(text).toString())
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
