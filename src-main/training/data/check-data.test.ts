import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Progress } from '../../contract/schemas.ts'
import {
  findingSchema,
  type Finding,
  type FindingKind,
  type FindingOf,
} from '../../contract/training-findings.ts'
import { failureOf } from '../../photos/test-support.ts'
import { PictureCache } from './cache.ts'
import { checkData, type DataCheckOptions, type DataRequest } from './check-data.ts'
import { scene, temporaryFolder, write } from './test-support.ts'

const at = temporaryFolder()
const shortSide = { kind: 'short-side', pixels: 64 } as const

/** Pictures with numbers from `first` on, changed by `how`. */
async function fill(folder: string, first: number, count: number, how: Parameters<typeof scene>[1] = {}) {
  for (let i = 0; i < count; i++)
    await write(scene(first + i, { width: 72, height: 64, ...how }), at(folder, `${i}.png`))
}

function check(a: string, b: string, rest: Partial<DataRequest> = {}, options?: DataCheckOptions) {
  const cache = new PictureCache(at('cache'))
  return checkData(cache, { a: at(a), b: at(b), scaling: shortSide, crop: 48, ...rest }, options)
}

const kinds = (findings: readonly Finding[]) =>
  findings.map(({ kind, severity, side }) => `${severity} ${kind} ${side}`)

function only<Kind extends FindingKind>(findings: readonly Finding[], kind: Kind): FindingOf<Kind> {
  const found = findings.filter((finding): finding is FindingOf<Kind> => finding.kind === kind)
  expect(found).toHaveLength(1)
  return found[0]!
}

describe('checkData', () => {
  it('counts, reports progress, and gives what can be trained on in the order of names', async () => {
    await fill('plain-a/deep', 100, 12)
    await fill('plain-b', 200, 9)
    const told: Progress[] = []
    const { a, b, findings } = await check(
      'plain-a',
      'plain-b',
      {},
      { onProgress: (progress) => told.push(progress) },
    )
    expect(a.summary).toMatchObject({ pictures: 12, usable: 12, different: 12, grey: 0 })
    expect(b.files.map(({ name }) => name)).toEqual(Array.from({ length: 9 }, (_, i) => `${i}.png`))
    expect(a.files[10]!.name).toBe(join('deep', '10.png'))
    expect(kinds(findings)).toEqual(['warn too-few a', 'warn too-few b'])
    expect(told).toHaveLength(21)
    expect(told.at(-1)).toMatchObject({ done: 21, total: 21, etaSeconds: 0 })
  })

  it('names what cannot be read, with the reason, and leaves it out', async () => {
    await fill('broken-a', 300, 10)
    await fill('broken-b', 320, 10)
    await writeFile(at('broken-a', 'words.jpg'), 'no picture')
    await writeFile(at('broken-a', 'empty.png'), '')
    const whole = await readFile(at('broken-b', '1.png'))
    await writeFile(at('broken-a', 'zcut.png'), whole.subarray(0, whole.length / 2))
    const { a, findings } = await check('broken-a', 'broken-b')
    expect(a.summary).toMatchObject({ pictures: 13, usable: 10 })
    const { files, count, severity, numbers } = only(findings, 'unreadable')
    expect([count, severity, numbers]).toEqual([3, 'warn', { unreadable: 3, pictures: 13 }])
    expect(files.map(({ name, failure }) => [name, failure?.code])).toEqual([
      ['empty.png', 'file-empty'],
      ['words.jpg', 'not-a-picture'],
      ['zcut.png', 'picture-truncated'],
    ])
  })

  it('finds copies, and pictures that are in both folders', async () => {
    await fill('twins-a', 400, 10)
    await fill('twins-b', 450, 10)
    await copyFile(at('twins-a', '3.png'), at('twins-a', 'again.png'))
    await write(scene(402, { width: 144, height: 128, light: 8 }), at('twins-a', 'larger.jpg'))
    await copyFile(at('twins-a', '7.png'), at('twins-b', 'stray.png'))
    const { a, findings } = await check('twins-a', 'twins-b')
    expect(a.summary).toMatchObject({ usable: 12, different: 10 })
    const copies = only(findings, 'copies')
    expect(copies).toMatchObject({
      severity: 'warn',
      side: 'a',
      numbers: { copies: 2, exact: 1, different: 10 },
    })
    expect(copies.files).toEqual([
      { side: 'a', name: 'again.png', twin: { side: 'a', name: '3.png' } },
      { side: 'a', name: 'larger.jpg', twin: { side: 'a', name: '2.png' } },
    ])
    const shared = only(findings, 'in-both-folders')
    expect(shared).toMatchObject({
      severity: 'warn',
      side: null,
      numbers: { shared: 1, exact: 1, share: 0.1 },
    })
    expect(shared.files).toEqual([{ side: 'a', name: '7.png', twin: { side: 'b', name: 'stray.png' } }])
  })

  it('stops where one folder was chosen twice, or holds the other', async () => {
    await fill('outer/inner', 500, 10)
    await fill('outer', 520, 10)
    for (const [a, b] of [['outer', 'outer'] as const, ['outer', 'outer/inner'] as const]) {
      const { findings } = await check(a, b)
      expect(only(findings, 'in-both-folders')).toMatchObject({ severity: 'stop', numbers: { share: 1 } })
    }
  })

  it('stops at folders with nothing or hardly anything in them', async () => {
    await mkdir(at('empty'))
    await writeFile(at('empty', 'notes.txt'), 'not a picture')
    await fill('few', 600, 7)
    const { findings } = await check('empty', 'few')
    expect(kinds(findings)).toEqual(['stop no-pictures a', 'stop too-few b'])
  })

  it('sees which pictures would be enlarged, and which no crop fits into', async () => {
    await fill('sizes-a', 700, 10)
    await fill('sizes-b', 720, 9)
    await fill('sizes-b/small', 740, 1, { width: 32, height: 20 })
    await fill('sizes-b/wide', 750, 1, { width: 128, height: 60 })
    const byShortSide = await check('sizes-a', 'sizes-b')
    const enlarged = only(byShortSide.findings, 'enlarged')
    expect(enlarged).toMatchObject({
      severity: 'info',
      side: 'b',
      count: 1,
      files: [{ name: join('small', '0.png') }],
    })
    expect(enlarged.numbers.factor).toBeCloseTo(3.2, 1)
    const byWidth = await check('sizes-a', 'sizes-b', { scaling: { kind: 'width', pixels: 64 } })
    const smaller = only(byWidth.findings, 'smaller-than-crop')
    expect(smaller.files.map(({ name }) => name)).toEqual([join('small', '0.png'), join('wide', '0.png')])
    expect(byWidth.b.summary).toMatchObject({ pictures: 11, usable: 9 })
  })

  it('sees black and white against colour, and black and white among colour', async () => {
    await fill('colour', 800, 20)
    await fill('grey', 830, 20, { colour: 0 })
    await fill('mixed', 860, 18)
    await fill('mixed/old', 890, 4, { colour: 0 })
    const against = await check('colour', 'grey')
    expect(only(against.findings, 'grey-against-colour').numbers).toEqual({ greyA: 0, greyB: 1 })
    expect(kinds(against.findings).some((kind) => /colour-tells|some-grey/.test(kind))).toBe(false)
    const mixed = only((await check('colour', 'mixed')).findings, 'some-grey')
    expect(mixed).toMatchObject({ severity: 'warn', side: 'b', count: 4, numbers: { grey: 4, pictures: 22 } })
  })

  it('sees that brightness alone tells the sides apart', async () => {
    await fill('bright', 900, 24, { light: 60 })
    await fill('dark', 950, 24, { light: -60 })
    const { numbers } = only((await check('bright', 'dark')).findings, 'brightness-tells')
    expect(numbers.told).toBeGreaterThan(0.95)
    expect(numbers.brightnessA).toBeGreaterThan(numbers.brightnessB)
  })

  it('sees that nothing tells the sides apart', async () => {
    await fill('one-half', 1000, 100, { width: 64 })
    await fill('other-half', 1200, 100, { width: 64 })
    const { findings } = await check('one-half', 'other-half')
    expect(only(findings, 'hard-to-tell').numbers.told).toBeLessThan(0.62)
    await fill('brighter', 1400, 100, { width: 64, light: 30 })
    expect(kinds((await check('one-half', 'brighter')).findings).join()).not.toContain('hard-to-tell')
  })

  it('refuses folders that are none and crops that nothing holds, and stops when told', async () => {
    await fill('ready', 1, 3)
    await writeFile(at('file'), '')
    expect((await failureOf(check('ready', 'missing'))).code).toBe('file-not-found')
    expect((await failureOf(check('file', 'ready'))).code).toBe('bad-request')
    expect((await failureOf(check('ready', 'ready', { crop: 65 }))).code).toBe('bad-request')
    const stop = new AbortController()
    const cancelled = check('ready', 'ready', {}, { signal: stop.signal, onProgress: () => stop.abort() })
    expect((await failureOf(cancelled)).code).toBe('cancelled')
  })
})

const data = resolve(import.meta.dirname, '../../../../shared/data')

describe.skipIf(!existsSync(data))(
  '../shared/data (skipped where it is not there)',
  { timeout: 180_000 },
  () => {
    const paper = { scaling: { kind: 'short-side', pixels: 286 }, crop: 256 } as const
    const look = async (a: string, b: string) => {
      const checked = await checkData(new PictureCache(at('shared')), {
        a: join(data, a),
        b: join(data, b),
        ...paper,
      })
      for (const finding of checked.findings) expect(findingSchema.parse(finding)).toEqual(finding)
      return checked
    }

    it('summer and winter: some come twice, some are in both, and the sides can be told apart', async () => {
      const { a, b, findings } = await look('summer2winter/summer', 'summer2winter/winter')
      expect([a.summary, b.summary]).toMatchObject([
        { pictures: 1231, usable: 1231, grey: 0 },
        { pictures: 962, usable: 962, grey: 0 },
      ])
      expect(kinds(findings)).toEqual(['warn in-both-folders null', 'info copies a', 'info copies b'])
    })

    it('Monet and Van Gogh: nothing stands in the way', async () => {
      const { findings } = await look('painters/monet', 'painters/vangogh')
      expect(findings.every(({ severity }) => severity === 'info')).toBe(true)
      expect(kinds(findings)).not.toContain('info some-grey a')
    })

    it('day and night: series of one place, few of them, and brightness tells', async () => {
      const { findings } = await look('day2night/day', 'day2night/night')
      expect(kinds(findings)).toEqual([
        ...['warn copies a', 'warn too-few a', 'warn copies b', 'warn too-few b'],
        'warn brightness-tells null',
      ])
    })
  },
)
