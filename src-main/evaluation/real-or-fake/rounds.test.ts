/** A round to its end where something goes wrong: a disk that is full, a picture that the window cannot show. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { practiceTrials, type Round } from '../../contract/evaluation.ts'
import { EngineHost } from '../../engine/host.ts'
import { ScriptedEngine } from '../../engine/testing/scripted-engine.ts'
import { ModelShelf } from '../../models/shelf.ts'
import { Rounds } from './rounds.ts'

const builtIn = join(import.meta.dirname, '../../../models')
const trials = practiceTrials + 4

let folder: string
let rounds: Rounds
let told: Round[]
const keptFolder = (): string => join(folder, 'data/kept')

const openRounds = async (): Promise<Rounds> => {
  // A style that changes nothing.
  const { start } = new ScriptedEngine((request) =>
    request.kind === 'translate' ? { result: { pixels: request.pixels, seconds: 0 } } : 'works',
  )
  const opened = new Rounds({
    engine: new EngineHost({ start }),
    models: new ModelShelf({ builtIn, own: join(folder, 'own') }),
    folder: keptFolder(),
    version: '0.1.0',
  })
  await opened.open()
  return opened
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-rounds-unit-'))
  await mkdir(join(folder, 'pictures'))
  for (let i = 0; i < trials / 2; i++)
    await sharp({ create: { width: 96, height: 96, channels: 3, background: { r: 30 * i, g: 90, b: 30 } } })
      .png()
      .toFile(join(folder, `pictures/${i}.png`))
  rounds = await openRounds()
  told = []
  rounds.on('changed', (round) => told.push(round))
})
afterEach(async () => {
  await rounds.close()
  await rm(folder, { recursive: true, force: true })
})

/** The id of a round that asks. */
async function ready(): Promise<string> {
  const asking = new Promise<void>((resolve) => {
    rounds.on('changed', ({ state }) => state === 'asking' && resolve())
  })
  const { token } = await rounds.addFolder(join(folder, 'pictures'))
  const folders = { translated: token, real: token }
  const { id } = await rounds.start({ modelId: 'summer-winter', direction: 'AtoB', trials, ...folders })
  await asking
  return id
}

async function answerAll(id: string): Promise<Round | undefined> {
  let last: Round | undefined
  for (let trial = 0; trial < trials; trial++) last = await rounds.answer(id, trial, 'real', 1)
  return last
}

/** Nothing can be written where a file is in the way of the folder. */
const block = (): Promise<void> => writeFile(join(folder, 'data'), 'in the way')
const unblock = (): Promise<void> => rm(join(folder, 'data'))

it('a disk that takes no result at the last answer does not lose the round', async () => {
  await block()
  const id = await ready()
  const last = await answerAll(id)
  expect(last).toMatchObject({ id, state: 'done', answered: trials })
  expect(last?.result?.unsaved?.code).toBe('cannot-write')
  expect(told.at(-1)).toEqual(last)
  expect(rounds.state().results).toEqual([last?.result])
  // It can be taken along all the same.
  const file = await rounds.write(id, join(folder, 'mine.json'))
  expect(await readdir(folder)).toContain('mine.json')
  expect(file).toBe(join(folder, 'mine.json'))

  await unblock()
  await rounds.close()
  expect(await readdir(keptFolder())).toEqual([`${id}.json`])
  rounds = await openRounds()
  const [found] = rounds.state().results
  expect(found?.id).toBe(id)
  expect(found?.unsaved).toBeUndefined()
})

it('a result that could not be kept is kept when there is room: before the next round, after an export', async () => {
  for (const again of [ready, (id: string) => rounds.write(id, join(folder, 'mine.csv'))]) {
    await block()
    const id = await ready()
    await answerAll(id)
    await unblock()
    await again(id)
    expect(rounds.state().results.map(({ unsaved }) => unsaved)).toEqual([undefined])
    expect(await readdir(keptFolder())).toEqual([`${id}.json`])
    await rounds.remove(id)
    await rm(join(folder, 'data'), { recursive: true })
  }
})

it('a picture that could not be shown is neither told about nor counted', async () => {
  const id = await ready()
  const first = await rounds.answer(id, 0, null, 0)
  expect(first).toMatchObject({ state: 'asking', answered: 1, told: null })
  for (let trial = 1; trial < trials - 1; trial++) await rounds.answer(id, trial, 'real', 1)
  const { result } = await rounds.answer(id, trials - 1, null, 0)
  expect((result?.real.asked ?? 0) + (result?.translated.asked ?? 0)).toBe(trials - practiceTrials - 1)
  expect(rounds.result(id).answers.at(-1)?.answer).toBeNull()
})
