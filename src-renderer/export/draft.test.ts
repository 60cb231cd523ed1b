/** What an export in the making lacks, what it is made of, and what its settings are called. */
import { describe, expect, it } from 'vitest'
import {
  defaultExportSettings,
  exportSettingsSchema,
  type ExportFolder,
  type ExportSettings,
  type ExportStyle,
} from '../../src-main/contract/export.ts'
import {
  forNames,
  hasStyle,
  isPossible,
  isSame,
  isTaken,
  missingOf,
  photosIn,
  presetOf,
  stylesOf,
  toggledStyle,
  withFolders,
  type DraftParts,
} from './draft.ts'

const complete: DraftParts = {
  photos: 24,
  styles: 2,
  target: true,
  settings: defaultExportSettings,
  nameProblem: false,
}
const changed = (change: Partial<ExportSettings>): ExportSettings => ({ ...defaultExportSettings, ...change })
const folder = (id: string, photos: number | null): ExportFolder => ({ id, name: id, photos })
const winter: ExportStyle = { modelId: 'summer-winter', direction: 'AtoB' }
const summer: ExportStyle = { modelId: 'summer-winter', direction: 'BtoA' }

describe('missingOf', () => {
  it('finds nothing missing where all is given', () => expect(missingOf(complete)).toBeNull())

  it.each<[string, Partial<DraftParts>]>([
    ['photos', { photos: 0, styles: 0, target: false }],
    ['styles', { styles: 0, target: false }],
    ['target', { target: false, nameProblem: true }],
    ['name', { nameProblem: true }],
    ['name', { settings: changed({ name: '  ' }) }],
    ['size', { settings: changed({ size: { kind: 'side', pixels: Number.NaN } }) }],
  ])('names %s first', (missing, parts) => {
    expect(missingOf({ ...complete, ...parts })).toBe(missing)
  })

  it('lets pass only what the contract takes', () => {
    for (const pixels of [8, 2048, 65_535]) expect(isPossible({ kind: 'side', pixels })).toBe(true)
    for (const pixels of [7, 20.5, 65_536, Number.NaN])
      expect(isPossible({ kind: 'side', pixels })).toBe(false)
    for (const percent of [1, 33.3, 100]) expect(isPossible({ kind: 'percent', percent })).toBe(true)
    for (const percent of [0, 101, Number.NaN]) expect(isPossible({ kind: 'percent', percent })).toBe(false)
  })
})

describe('sources and styles', () => {
  it('count the photos of all folders', () => {
    expect(photosIn([folder('one', 3), folder('two', 0), folder('three', null), folder('four', 40)])).toBe(43)
  })

  it('take a folder once', () => {
    const known = [folder('one', 3)]
    expect(withFolders(known, [folder('two', 4), folder('one', 3)]).map(({ id }) => id)).toEqual([
      'one',
      'two',
    ])
  })

  it('tell the directions of a style apart', () => {
    const both = toggledStyle(toggledStyle([], winter), summer)
    expect(both).toEqual([winter, summer])
    expect(toggledStyle(both, { ...winter })).toEqual([summer])
    expect(hasStyle([winter], summer)).toBe(false)
  })

  it('are suggested by results, each once', () => {
    expect(stylesOf([winter, winter, summer, winter])).toEqual([winter, summer])
  })
})

describe('presets', () => {
  const small = changed({ size: { kind: 'side', pixels: 1200 }, format: 'jpeg' })
  const presets = [{ name: 'Web', settings: small }]

  it('are known again by their settings, in whichever order the fields come', () => {
    const { size, ...rest } = small
    const shuffled = { size, ...rest }
    expect(isSame(shuffled, small)).toBe(true)
    expect(presetOf(shuffled, presets)).toEqual({ kind: 'preset', name: 'Web' })
    expect(presetOf(exportSettingsSchema.parse(defaultExportSettings), presets)).toEqual({ kind: 'standard' })
    expect(presetOf({ ...small, strength: 0.5 }, presets)).toEqual({ kind: 'own' })
  })

  it('are the user’s own while a number is being typed', () => {
    expect(presetOf({ ...small, size: { kind: 'side', pixels: Number.NaN } }, presets)).toEqual({
      kind: 'own',
    })
  })

  it('are replaced under a name that differs in case alone', () => {
    expect(isTaken(' web ', presets)).toBe(true)
    expect(isTaken('Print', presets)).toBe(false)
  })
})

describe('forNames', () => {
  it('gives settings that the contract takes, whatever is typed as a size', () => {
    const typed = changed({ size: { kind: 'percent', percent: Number.NaN }, name: '{date}' })
    const settings = exportSettingsSchema.parse(forNames(typed))
    expect(settings.name).toBe('{date}')
    const possible = changed({ size: { kind: 'percent', percent: 20 } })
    expect(forNames(possible)).toBe(possible)
  })
})
