import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { afterAll, describe, expect, it } from 'vitest'
import { defaultExportSettings, type ExportPreset, type ExportSettings } from '../contract/export.ts'
import { Failure } from '../contract/errors.ts'
import { ExportPresets } from '../export/presets.ts'
import { addConvertFlags, presetOf, settingsOf, stylesOf, type ConvertFlags } from './convert-flags.ts'

const folder = mkdtempSync(join(tmpdir(), 'solstice-flags-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The flags of a command line, as `solstice convert` gets them, and what is printed where it is refused. */
function parse(line: readonly string[]): { flags: ConvertFlags } | { refused: string } {
  let printed = ''
  const command = addConvertFlags(new Command('convert'))
    .exitOverride()
    .configureOutput({ writeErr: (text) => (printed += text) })
  try {
    return { flags: command.parse(['--out', 'o', ...line], { from: 'user' }).opts<ConvertFlags>() }
  } catch (thrown) {
    if (thrown instanceof CommanderError) return { refused: printed }
    throw thrown
  }
}

function flagsOf(...line: readonly string[]): ConvertFlags {
  const outcome = parse(line.includes('--model') ? line : [...line, '--model', 'm'])
  if ('refused' in outcome) throw new Error(outcome.refused)
  return outcome.flags
}

const split = (line: string): string[] => line.split(' ')

/** The settings that a command line changes. */
function changedBy(line: string, preset: ExportPreset | null = null): object {
  const base = preset?.settings ?? defaultExportSettings
  const settings = settingsOf(flagsOf(...split(line)), preset)
  const same = (name: string, value: unknown): boolean =>
    JSON.stringify(value) === JSON.stringify(base[name as keyof ExportSettings])
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => !same(name, value)))
}

function failureOf(run: () => unknown): Failure {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
  throw new Error('it did not fail')
}

const web: ExportPreset = {
  name: 'For the web',
  settings: {
    ...defaultExportSettings,
    format: 'webp',
    jpeg: { quality: 70, chroma: '4:2:0', progressive: true },
    webp: { lossless: true, quality: 70 },
    size: { kind: 'side', pixels: 2048 },
    metadata: { camera: false, place: false, captions: false, copyright: true },
    note: false,
    onConflict: 'skip',
  },
}
const { jpeg, webp, avif } = defaultExportSettings

describe('the flags of solstice convert', () => {
  it('change nothing when there are none', () => {
    expect(settingsOf(flagsOf(), null)).toEqual(defaultExportSettings)
    expect(settingsOf(flagsOf(), web)).toEqual(web.settings)
    expect(defaultExportSettings.size).toEqual({ kind: 'full' })
  })

  it.each<[string, object]>([
    ['--size 8', { size: { kind: 'side', pixels: 8 } }],
    ['--size 65535', { size: { kind: 'side', pixels: 65_535 } }],
    ['--size 50%', { size: { kind: 'percent', percent: 50 } }],
    ['--size 33.3%', { size: { kind: 'percent', percent: 33.3 } }],
    ['--detail native --strength 0.5', { detail: 'native', strength: 0.5 }],
    ['--strength 0', { strength: 0 }],
    ['--name {date}/{name}', { name: '{date}/{name}' }],
    ['--on-conflict overwrite', { onConflict: 'overwrite' }],
    ['--metadata none', { metadata: { camera: false, place: false, captions: false, copyright: false } }],
    [
      '--metadata copyright,camera',
      { metadata: { camera: true, place: false, captions: false, copyright: true } },
    ],
    ['--no-note', { note: false }],
    ['--profile display-p3', { colour: 'display-p3' }],
    [
      '--quality 80',
      { jpeg: { ...jpeg, quality: 80 }, webp: { ...webp, quality: 80 }, avif: { ...avif, quality: 80 } },
    ],
    ['--format avif --quality 80', { format: 'avif', avif: { ...avif, quality: 80 } }],
    [
      '--format jpeg --chroma 4:2:0 --progressive',
      { format: 'jpeg', jpeg: { ...jpeg, chroma: '4:2:0', progressive: true } },
    ],
    ['--lossless', { webp: { ...webp, lossless: true }, avif: { ...avif, lossless: true } }],
    // A JPEG cannot be without loss: of a mixed batch each format takes what it can.
    [
      '--lossless --quality 80',
      {
        jpeg: { ...jpeg, quality: 80 },
        webp: { lossless: true, quality: 80 },
        avif: { lossless: true, quality: 80 },
      },
    ],
    ['--depth 16', { png: { depth: '16' }, tiff: { ...defaultExportSettings.tiff, depth: '16' } }],
    [
      '--format tiff --depth 8 --compression lzw',
      { format: 'tiff', tiff: { depth: '8', compression: 'lzw' } },
    ],
    ['--format png --depth 8', { format: 'png', png: { depth: '8' } }],
  ])('change what they name: %s', (line, changed) => {
    expect(changedBy(line)).toEqual(changed)
  })

  it.each<[string, object]>([
    ['--size full', { size: { kind: 'full' } }],
    ['--note', { note: true }],
    ['--metadata all', { metadata: defaultExportSettings.metadata }],
    ['--no-lossless', { webp: { lossless: false, quality: 70 } }],
    ['--quality 90', { webp: { lossless: false, quality: 90 } }],
    [
      '--format jpeg --no-progressive',
      { format: 'jpeg', jpeg: { ...web.settings.jpeg, progressive: false } },
    ],
    ['--format same', { format: 'same' }],
    ['--on-conflict unique', { onConflict: 'unique' }],
  ])('change a preset, which keeps the rest: %s', (line, changed) => {
    expect(changedBy(line, web)).toEqual(changed)
  })

  it.each([
    ['--format jpeg --lossless', '--lossless is for webp, avif, and results are written as jpeg'],
    ['--format png --quality 80', '--quality is for jpeg, webp, avif, and results are written as png'],
    ['--format webp --depth 16', '--depth is for png, tiff, and results are written as webp'],
    ['--format avif --chroma 4:2:0', '--chroma is for jpeg, and results are written as avif'],
    ['--format png --no-progressive', '--progressive is for jpeg, and results are written as png'],
    ['--format jpeg --compression lzw', '--compression is for tiff, and results are written as jpeg'],
    [
      '--format avif --lossless --quality 80',
      'without loss there is no quality to choose: --lossless or --quality',
    ],
  ])('refuse what does not go together: %s', (line, detail) => {
    const failure = failureOf(() => settingsOf(flagsOf(...split(line)), null))
    expect([failure.code, failure.detail]).toEqual(['bad-request', detail])
  })

  it('are held against the preset’s format, too', () => {
    expect(failureOf(() => settingsOf(flagsOf('--depth', '16'), web)).detail).toBe(
      '--depth is for png, tiff, and results are written as webp',
    )
  })

  it.each([
    ['--size', '7', 'It takes a whole number from 8 to 65535, full, or a share from 1% to 100%.'],
    ['--size', 'Full', 'full, or a share'],
    ['--size', '0%', 'As a share it takes 1% to 100%.'],
    ['--size', '101%', 'As a share it takes 1% to 100%.'],
    ['--size', '1e1%', 'As a share it takes 1% to 100%.'],
    ['--detail', 'fine', 'guided, native, draft'],
    ['--format', 'heic', 'same, jpeg, png, webp, tiff, avif'],
    ['--quality', '0', 'from 1 to 100'],
    ['--chroma', '4:1:1', '4:4:4, 4:2:0'],
    ['--depth', '12', '8, 16, same'],
    ['--compression', 'zip', 'deflate, lzw, none'],
    ['--profile', 'adobe', 'keep, srgb, display-p3'],
    ['--metadata', 'gps', 'It takes all, none, or some of camera, place, captions, copyright with commas.'],
    ['--metadata', 'camera,', 'It takes all, none'],
    ['--metadata', 'all,camera', 'It takes all, none'],
    ['--metadata', '', 'It takes all, none'],
    ['--on-conflict', 'ask', 'unique, overwrite, skip'],
    [
      '--name',
      '{nam}',
      'There is no {nam}. There are {name} {style} {direction} {date} {time} {camera} {index:04}',
    ],
    ['--name', '{name', 'A brace has no other one: {name'],
    ['--name', '../', 'It names no file.'],
    ['--name', 'n'.repeat(201), 'It takes at most 200 characters.'],
    ['--strength', '1.1', 'from 0 to 1'],
    ['--preset', ' ', 'It is empty.'],
    ['--model', ':AtoB', 'It is empty.'],
    ['--direction', 'CtoD', 'AtoB, BtoA'],
  ])('refuse a value that is none, and say which are: %s %s', (flag, value, said) => {
    const outcome = parse(['--model', 'm', flag, value])
    expect('refused' in outcome ? outcome.refused : 'not refused').toContain(said)
  })
})

describe('the styles of solstice convert', () => {
  const asked = (...line: readonly string[]) =>
    stylesOf(flagsOf(...line)).map(({ model, direction }) => [model, direction])

  it('are several, each in its direction', () => {
    expect(asked('--model', 'a', '--model', 'b:BtoA', '--model', 'a:BtoA')).toEqual([
      ['a', undefined],
      ['b', 'BtoA'],
      ['a', 'BtoA'],
    ])
  })

  it('take the common direction where they name none', () => {
    expect(asked('--model', 'a', '--model', 'b:AtoB', '--direction', 'BtoA')).toEqual([
      ['a', 'BtoA'],
      ['b', 'AtoB'],
    ])
  })

  it('are none of them twice', () => {
    expect(asked('--model', 'a:AtoB', '--model', 'a', '--direction', 'AtoB')).toEqual([['a', 'AtoB']])
  })

  it.each([
    ['C:\\styles\\winter.pth', 'C:\\styles\\winter.pth', undefined],
    ['C:\\styles\\winter.pth:BtoA', 'C:\\styles\\winter.pth', 'BtoA'],
    ['C:AtoB', 'C', 'AtoB'],
    ['a:b:AtoB', 'a:b', 'AtoB'],
    ['winter:atob', 'winter:atob', undefined],
    ['winter:AtoB/', 'winter:AtoB/', undefined],
    ['folder:AtoB/winter', 'folder:AtoB/winter', undefined],
    ['AtoB', 'AtoB', undefined],
  ])('have paths with colons: %s', (text, model, direction) => {
    expect(asked('--model', text)).toEqual([[model, direction]])
  })
})

describe('the preset of solstice convert', () => {
  it('is found by its name; where it is not, the names are told', async () => {
    const presets = new ExportPresets(join(folder, 'exports.json'))
    expect(presetOf(flagsOf(), presets)).toBeNull()
    const find = (name: string) => presetOf(flagsOf('--preset', name), presets)
    expect(failureOf(() => find('web')).detail).toBe('no preset is called web; none is saved')
    presets.save(web)
    presets.save({ ...web, name: 'Print' })
    expect(find('for the WEB')).toEqual(web)
    expect(failureOf(() => find('web')).detail).toBe('no preset is called web; there are For the web, Print')
    await presets.close()
  })
})
