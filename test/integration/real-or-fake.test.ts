/** The test real or fake over the real engine: what a round shows, what it asks, what is kept of it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Round } from '../../src-main/contract/evaluation.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost } from '../../src-main/engine/host.ts'
import { Rounds, type RoundOptions } from '../../src-main/evaluation/real-or-fake/rounds.ts'
import { ModelShelf } from '../../src-main/models/shelf.ts'
import { root, workerFile } from './built.ts'

const trials = 14
let folder: string
let engine: EngineHost
let rounds: Rounds
let options: RoundOptions

/** Plain pictures of a colour that tells which folder they are from, of one size or another. */
async function pictures(name: string, count: number, background: string, size: number): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  for (let i = 0; i < count; i++) {
    const form = { width: size + 20 * (i % 3), height: size, channels: 3, background } as const
    await sharp({ create: form })
      .jpeg({ quality: 60 + i })
      .toFile(join(path, `${i}.jpg`))
  }
  return path
}

const over = (): Promise<Round> =>
  new Promise((resolve) => {
    const listen = (round: Round): void => {
      if (round.state === 'preparing') return
      rounds.off('changed', listen)
      resolve(round)
    }
    rounds.on('changed', listen)
  })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-rounds-'))
  engine = new EngineHost({ start: () => startChildProcess(workerFile) })
  await pictures('a', 9, '#20a020', 120)
  await pictures('b', 8, '#c0c0ff', 160)
  await writeFile(join(folder, 'a/broken.jpg'), 'no picture')
  await sharp({ create: { width: 60, height: 300, channels: 3, background: '#fff' } })
    .png()
    .toFile(join(folder, 'b/thin.png'))
})
afterAll(async () => {
  engine.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  const models = new ModelShelf({ builtIn: join(root, 'models'), own: join(folder, 'own') })
  rounds = new Rounds({ engine, models, folder: join(folder, 'kept'), version: '0.1.0' })
  await rounds.open()
  const [a, b] = [await rounds.addFolder(join(folder, 'a')), await rounds.addFolder(join(folder, 'b'))]
  options = { modelId: 'summer-winter', direction: 'AtoB', translated: a.token, real: b.token, trials }
})

describe('a round of real or fake', () => {
  it('shows pictures of one size and one encoding, asks each once, and keeps the answers', async () => {
    const ready = over()
    const { id } = await rounds.start(options)
    expect(await ready).toMatchObject({ id, state: 'asking', answered: 0, told: null, result: null })
    const shown = Array.from({ length: trials }, (_, trial) => rounds.picture(id, trial))
    const forms = new Set<string>()
    for (const content of shown) {
      const { width, height, format, chromaSubsampling, icc, exif } = await sharp(content).metadata()
      forms.add(
        JSON.stringify([width, height, format, chromaSubsampling, icc?.length, exif, tables(content)]),
      )
    }
    expect(forms.size).toBe(1)
    expect((JSON.parse([...forms][0]!) as unknown[]).slice(0, 3)).toEqual([120, 120, 'jpeg'])

    await expect(rounds.answer(id, 1, 'real', 1)).rejects.toMatchObject({ code: 'bad-request' })
    const told: Round['told'][] = []
    for (let trial = 0; trial < trials; trial++) {
      // Who sees pale blue knows that it is a photo: the practice can tell it.
      const answer = (await isPale(shown[trial]!)) ? 'real' : 'fake'
      const round = await rounds.answer(id, trial, answer, 0.5)
      told.push(round.told)
      expect(round.answered).toBe(trial + 1)
    }
    expect(told.slice(0, 10).every((each) => each?.right === true)).toBe(true)
    expect(told.slice(10)).toEqual([null, null, null, null])
    const { round, results } = rounds.state()
    expect(round).toMatchObject({ state: 'done', result: results[0]! })
    expect(results[0]).toMatchObject({
      ...{ id, modelId: 'summer-winter', direction: 'AtoB', to: { en: 'Winter', ru: 'Зима' } },
      translated: { asked: 2, calledReal: 0 },
      real: { asked: 2, calledReal: 2 },
    })
    expect(() => rounds.picture(id, 0)).toThrow('file-not-found')
    const { answers, folders } = rounds.result(id)
    expect(new Set(answers.map(({ kind, picture }) => `${kind} ${picture}`)).size).toBe(trials)
    expect(folders).toEqual({ translated: 'a', real: 'b' })

    const again = new Rounds({
      ...{ engine, folder: join(folder, 'kept'), version: '0.1.0' },
      models: new ModelShelf({ builtIn: join(root, 'models'), own: join(folder, 'own') }),
    })
    await again.open()
    expect(again.state().results).toEqual(results)
    await again.remove(id)
    await again.open()
    expect(again.state().results).toEqual([])
  })

  it('names a folder that has too few pictures that can be used', async () => {
    const failed = over()
    await rounds.start({ ...options, trials: 18 })
    expect(await failed).toMatchObject({
      state: 'failed',
      failure: {
        code: 'too-few-pictures',
        subject: 'b',
        detail: expect.stringContaining('8 are there') as string,
      },
    })
  })

  it('can be left while it is prepared and while it asks; another round takes its place', async () => {
    const first = over()
    const { id } = await rounds.start(options)
    rounds.cancel()
    expect(await first).toMatchObject({ id, state: 'cancelled' })
    const second = over()
    const { id: next } = await rounds.start(options)
    expect(await second).toMatchObject({ id: next, state: 'asking' })
    const third = over()
    rounds.cancel()
    expect(await third).toMatchObject({ id: next, state: 'cancelled' })
    await expect(rounds.answer(next, 0, 'real', 1)).rejects.toMatchObject({ code: 'bad-request' })
    expect(() => rounds.picture(next, 0)).toThrow('file-not-found')
    expect(rounds.state().results).toEqual([])
    await rounds.close()
  })

  it('is refused for folders that nobody chose and directions that are not there', async () => {
    await expect(rounds.start({ ...options, real: 'nobody-chose-it' })).rejects.toMatchObject({
      code: 'bad-request',
    })
    await expect(rounds.start({ ...options, modelId: 'no-such-style' })).rejects.toMatchObject({
      code: 'model-not-found',
    })
  })
})

/** The quantisation tables of a JPEG: the quality that it was written with. */
function tables(jpeg: Buffer): string {
  const found: string[] = []
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2))
    if (jpeg[at + 1] === 0xdb)
      found.push(jpeg.subarray(at + 4, at + 2 + jpeg.readUInt16BE(at + 2)).toString('hex'))
  return found.join()
}

async function isPale(jpeg: Buffer): Promise<boolean> {
  const { channels } = await sharp(jpeg).stats()
  const [red, green, blue] = channels.map(({ mean }) => mean)
  return Math.abs(red! - 192) < 4 && Math.abs(green! - 192) < 4 && blue! > 250
}
