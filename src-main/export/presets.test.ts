import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultExportSettings, type ExportSettings } from '../contract/export.ts'
import { ExportPresets } from './presets.ts'

let folder: string
const open: ExportPresets[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-presets-'))
})
afterEach(async () => {
  for (const presets of open.splice(0)) await presets.close()
  await rm(folder, { recursive: true })
})

const file = (): string => join(folder, 'exports.json')

async function opened(stored?: unknown): Promise<ExportPresets> {
  if (stored !== undefined) await writeFile(file(), JSON.stringify(stored))
  const presets = new ExportPresets(file())
  open.push(presets)
  await presets.open()
  return presets
}

const small: ExportSettings = {
  ...defaultExportSettings,
  size: { kind: 'side', pixels: 1024 },
  format: 'webp',
}
const names = (presets: ExportPresets): string[] => presets.list().map(({ name }) => name)

describe('what exports were set to', () => {
  it('is the default at first', async () => {
    const presets = await opened()
    expect([presets.last, presets.target, presets.list()]).toEqual([defaultExportSettings, null, []])
  })

  it('comes back in the next run', async () => {
    const presets = await opened()
    presets.use(small, '/photos/winter')
    presets.save({ name: 'For the web', settings: small })
    await presets.close()
    const again = await opened()
    expect([again.last, again.target]).toEqual([small, '/photos/winter'])
    expect(again.list()).toEqual([{ name: 'For the web', settings: small }])
  })

  it('has one preset for a name, in letters of either case', async () => {
    const presets = await opened()
    for (const name of ['web 10', 'Web 9', 'архив', 'Печать', ' WEB 10 '])
      presets.save({ name, settings: small })
    expect(names(presets)).toEqual(['Web 9', 'WEB 10', 'архив', 'Печать'])
    expect(presets.find('печать')?.name).toBe('Печать')
    expect(presets.find('other')).toBeNull()
    expect(presets.remove('web 9').map(({ name }) => name)).toEqual(['WEB 10', 'архив', 'Печать'])
    presets.remove('web 9')
    await presets.close()
    expect(names(await opened())).toEqual(['WEB 10', 'архив', 'Печать'])
  })

  it('takes the default for what an older program did not know', async () => {
    const { note, detail, ...older } = small
    expect([note, detail]).toEqual([true, 'guided'])
    const settings = { ...older, jpeg: { quality: 50 }, metadata: { place: false } }
    const presets = await opened({ last: settings, presets: [{ name: 'old', settings }, { name: 'bare' }] })
    const expected = {
      ...small,
      jpeg: { ...small.jpeg, quality: 50 },
      metadata: { ...small.metadata, place: false },
    }
    expect(presets.last).toEqual(expected)
    expect(presets.target).toBeNull()
    expect(presets.list()).toEqual([
      { name: 'bare', settings: defaultExportSettings },
      { name: 'old', settings: expected },
    ])
  })

  it('leaves out what a newer program knows', async () => {
    const presets = await opened({
      last: { ...small, sharpen: 2, size: { ...small.size, unit: 'px' } },
      cloud: {},
    })
    expect(presets.last).toEqual(small)
  })

  it.each([
    ['a wrong value', { name: 'x', settings: { ...small, strength: 2 } }],
    ['a size without pixels', { name: 'x', settings: { ...small, size: { kind: 'side' } } }],
    ['settings that are none', { name: 'x', settings: 'small' }],
    ['no name', { settings: small }],
    ['an empty name', { name: '  ', settings: small }],
    ['a list', [small]],
    ['nothing', null],
  ])('costs itself only: %s', async (_, preset) => {
    const presets = await opened({
      last: small,
      target: '/t',
      presets: [preset, { name: 'good', settings: small }],
    })
    expect(names(presets)).toEqual(['good'])
    expect([presets.last, presets.target]).toEqual([small, '/t'])
  })

  it('lets no damaged part take the others along', async () => {
    const presets = await opened({
      last: { strength: 'full' },
      target: 7,
      presets: [{ name: 'x', settings: small }],
    })
    expect([presets.last, presets.target, names(presets)]).toEqual([defaultExportSettings, null, ['x']])
    expect(names(await opened({ last: small, presets: 'none' }))).toEqual([])
  })

  it('sets a file aside that is none of ours', async () => {
    await writeFile(file(), 'not json')
    const presets = await opened()
    presets.use(small, '/t')
    await presets.close()
    expect(await readFile(`${file()}.damaged`, 'utf8')).toBe('not json')
    expect((await opened()).last).toEqual(small)
  })
})
