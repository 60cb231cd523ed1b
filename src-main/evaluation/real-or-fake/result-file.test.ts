import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  asCsv,
  asJson,
  keptResultSchema,
  sharesOf,
  type AnsweredTrial,
  type KeptResult,
} from './result-file.ts'
import { ResultStore, writeResult } from './result-store.ts'

const answered = (
  trial: number,
  kind: AnsweredTrial['kind'],
  answer: AnsweredTrial['answer'],
  picture = `${trial}.jpg`,
): AnsweredTrial => ({ trial, practice: trial <= 10, kind, answer, seconds: 1.5, picture })

const answers: readonly AnsweredTrial[] = [
  // What is said in the practice does not count.
  ...Array.from({ length: 10 }, (_, i) => answered(i + 1, 'translated', 'real')),
  answered(11, 'translated', 'real', 'a, "b".jpg'),
  answered(12, 'translated', 'fake', '=1+1.jpg'),
  answered(13, 'translated', 'fake', 'лето.jpg'),
  answered(14, 'real', 'real'),
  answered(15, 'real', 'fake'),
]

const result: KeptResult = {
  ...{ format: 1, id: 'abcdefghijklmnop', created: '2026-01-02T03:04:05.678Z', solstice: '0.1.0' },
  ...{ modelId: 'summer-winter', direction: 'AtoB', weights: 'sha256:00' },
  ...{ style: { en: 'S', ru: 'С' }, from: { en: 'Summer', ru: 'Лето' }, to: { en: 'Winter', ru: 'Зима' } },
  folders: { translated: 'summer', real: 'winter' },
  settings: {
    ...{ trials: 15, practice: 10, shownMs: 1000, side: 256, workingSize: 1024, seed: 7 },
    interval: 'Wilson, 95 %',
  },
  ...sharesOf(answers),
  answers: [...answers],
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-results-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a result', () => {
  it('counts what was answered behind the practice', () => {
    expect(result.translated).toMatchObject({ asked: 3, calledReal: 1 })
    expect(result.real).toMatchObject({ asked: 2, calledReal: 1 })
  })

  it('leaves a picture that could not be shown out of the count, and its answer empty', () => {
    const unseen = [...answers, answered(16, 'real', null), answered(17, 'translated', null)]
    expect(sharesOf(unseen)).toEqual(sharesOf(answers))
    const kept = keptResultSchema.parse(JSON.parse(asJson({ ...result, answers: unseen })))
    expect(kept.answers.at(-1)?.answer).toBeNull()
    expect(asCsv(kept).split('\r\n')[16]).toBe('16,false,real,,1.5,16.jpg')
  })

  it('is a line an answer in CSV, which no spreadsheet takes for a formula', () => {
    const lines = asCsv(result).split('\r\n')
    expect(lines).toHaveLength(17)
    expect(lines[0]).toBe('\ufefftrial,practice,kind,answer,seconds,picture')
    expect(lines[1]).toBe('1,true,translated,real,1.5,1.jpg')
    expect(lines.slice(11, 14)).toEqual([
      '11,false,translated,real,1.5,"a, ""b"".jpg"',
      "12,false,translated,fake,1.5,'=1+1.jpg",
      '13,false,translated,fake,1.5,лето.jpg',
    ])
  })

  it('is in JSON all that is known', () => {
    expect(keptResultSchema.parse(JSON.parse(asJson(result)))).toEqual(result)
  })

  it('is written beside what is there, in the format that its name ends with', async () => {
    await writeFile(join(folder, 'mine.csv'), 'mine')
    expect(await writeResult(result, join(folder, 'mine.csv'))).toBe(join(folder, 'mine-2.csv'))
    expect(await readFile(join(folder, 'mine.csv'), 'utf8')).toBe('mine')
    expect(await readFile(join(folder, 'mine-2.csv'), 'utf8')).toBe(asCsv(result))
    expect(await writeResult(result, join(folder, 'plain'))).toBe(join(folder, 'plain.json'))
    expect(await readdir(folder)).toHaveLength(3)
  })

  it('is found again, with those that are none left alone and damaged ones set aside', async () => {
    const store = new ResultStore(join(folder, 'kept'))
    expect(await store.load()).toEqual({ results: [], damaged: [] })
    const later = { ...result, id: 'bbbbbbbbbbbb', created: '2026-01-03T03:04:05.678Z' }
    await store.add(later)
    await store.add(result)
    await writeFile(join(folder, 'kept/other.json'), '{"format": 1}')
    await writeFile(join(folder, 'kept/broken.json'), '{')
    const spoilt = join(folder, 'kept/cccccccccccc.json')
    await writeFile(spoilt, '{"format"')
    expect(await store.load()).toEqual({ results: [result, later], damaged: [`${spoilt}.damaged`] })
    await store.remove(later.id)
    expect(await store.load()).toEqual({ results: [result], damaged: [] })
    expect(await readdir(join(folder, 'kept'))).toHaveLength(4)
  })
})
