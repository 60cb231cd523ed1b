/** `solstice evaluate` as users run it: the built program in a process of its own. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paperSettings } from '../../src-main/contract/training.ts'
import type { Evaluation } from '../../src-main/evaluation/evaluate.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { createRun } from '../../src-main/training/run-file.ts'
import { root } from './built.ts'
import { runTerminal, type TerminalRun } from './run-terminal.ts'
import { writePictures } from './training-pictures.ts'

const style = join(root, 'models/summer-winter')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-evaluate-'))
  await writePictures(join(folder, 'a'), 'a', 5)
  await writePictures(join(folder, 'b'), 'b', 4)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const solstice = (...args: string[]): Promise<TerminalRun> => runTerminal(folder, args)
const evaluate = (...args: string[]): Promise<TerminalRun> =>
  solstice('evaluate', '--a', 'a', '--b', 'b', ...args)

interface Report extends Evaluation {
  readonly settings: object
  readonly seenInTraining: object | null
  readonly sheet: string | null
}
const reportOf = (run: TerminalRun): Report => JSON.parse(run.stdout) as Report

describe('solstice evaluate', () => {
  it('prints the figures of both directions, the cycle error that of `cycle`', async () => {
    const run = await evaluate('--model', 'summer-winter', '--json')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const report = reportOf(run)
    const { card } = await openModelFolder(join(root, 'models/summer-winter'), true)
    expect(report).toMatchObject({
      model: { id: 'summer-winter' },
      settings: {
        a: join(folder, 'a'),
        limit: null,
        size: card.workingSize,
        features: { version: 1, side: 256 },
      },
      ...{ pictures: { a: 5, b: 4 }, failed: [], seenInTraining: null, sheet: null },
    })
    expect(report.directions.map(({ direction }) => direction)).toEqual(['AtoB', 'BtoA'])
    const [there, back] = report.directions
    expect(there!.cycle!.l1.count).toBe(5)
    expect(there!.identity!.count).toBe(4)
    expect(back!.cycle!.ssim.count).toBe(4)
    expect(back!.identity!.count).toBe(5)
    expect(there!.distance.translated!.all.standardError).toBeGreaterThan(0)
    expect(there!.distance.untouched!.all.value).toBeCloseTo(back!.distance.untouched!.all.value, 9)
    expect(there!.distance.floor!.pictures).toBe(2)

    const cycled: number[] = []
    for (const name of await readdir(join(folder, 'b'))) {
      const args = ['--model', 'summer-winter', '--direction', 'BtoA', '--out', 'cycled', '--json']
      cycled.push(
        (JSON.parse((await solstice('cycle', join('b', name), ...args)).stdout) as { l1: number }).l1,
      )
    }
    const mean = cycled.reduce((sum, l1) => sum + l1, 0) / cycled.length
    expect(back!.cycle!.l1.mean).toBeCloseTo(mean, 6)
  })

  it('names a broken picture and passes it over; writes a sheet, and a second one beside it', async () => {
    await cp(join(folder, 'a'), join(folder, 'mixed'), { recursive: true })
    await writeFile(join(folder, 'mixed/broken.jpg'), 'no picture')
    const args = ['--a', 'mixed', '--b', 'b', '--model', 'summer-winter', '--out', 'sheets']
    const run = await solstice('evaluate', ...args)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('broken.jpg is not a picture.')
    expect(run.stdout).toMatch(/5 of A \(Summer\), 4 of B \(Winter\), 1 passed over/)
    expect(run.stdout).toMatch(/cycle, PSNR in dB +\d+\.\d\d \(\d/)
    const sheet = join(folder, 'sheets/summer-winter-contact-sheet.jpg')
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe(sheet)
    expect(await sharp(sheet).metadata()).toMatchObject({ format: 'jpeg', width: 1600 })
    const { mtimeMs } = await stat(sheet)
    const again = reportOf(await solstice('evaluate', ...args, '--limit', '2', '--json'))
    expect(again.sheet).toBe(join(folder, 'sheets/summer-winter-contact-sheet-2.jpg'))
    expect(again.pictures).toEqual({ a: 2, b: 2 })
    expect((await stat(sheet)).mtimeMs).toBe(mtimeMs)
  })

  it('tells of a style with one direction what can be told', async () => {
    const one = join(folder, 'one-way')
    await cp(style, one, { recursive: true })
    const card = JSON.parse(await readFile(join(one, 'model.json'), 'utf8')) as { files: { BtoA?: object } }
    delete card.files.BtoA
    await writeFile(join(one, 'model.json'), JSON.stringify({ ...card, id: 'one-way' }))
    const run = await evaluate('--model', 'one-way', '--json', '--out', 'one-way-sheets')
    expect(run.code).toBe(0)
    const { directions, pictures, sheet } = reportOf(run)
    expect(pictures).toEqual({ a: 5, b: 4 })
    expect(directions).toHaveLength(1)
    expect(directions[0]).toMatchObject({ direction: 'AtoB', cycle: null, identity: { count: 4 } })
    expect(directions[0]!.distance.translated).not.toBeNull()
    expect((await sharp(sheet!).metadata()).width).toBe(8 + 2 * 264)
  })

  // A run's folder may lie anywhere, and nothing was said.
  it('says that it does not know the run of a style that was trained by Solstice', async () => {
    await cp(style, join(folder, 'own'), { recursive: true })
    const card = JSON.parse(await readFile(join(folder, 'own/model.json'), 'utf8')) as { training: object }
    Object.assign(card.training, { source: 'Trained by Solstice 0.1.0' })
    await writeFile(join(folder, 'own/model.json'), JSON.stringify(card))
    const run = await evaluate('--model', 'own', '--limit', '2', '--json')
    expect([run.code, reportOf(run).seenInTraining]).toEqual([0, null])
    expect(run.stderr).toContain('is not known here')
  })

  it('warns where the style was trained on these pictures', async () => {
    const run = join(folder, 'run')
    const files = await Promise.all(
      (await readdir(join(folder, 'a'))).slice(0, 3).map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, 'a', name))
        return { path: `/elsewhere/${name}`, name, bytes: size, modified: mtimeMs }
      }),
    )
    const other = { path: '/elsewhere/other.png', name: 'other.png', bytes: 7, modified: 1 }
    await createRun(
      run,
      {
        ...{ format: 1, id: 'abcdefghijklmnop', name: 'run', created: '2026-01-02T03:04:05.678Z' },
        settings: paperSettings,
        a: { folder: '/elsewhere', pictures: 3 },
        b: { folder: '/elsewhere', pictures: 1 },
        ...{ from: null, base: null, total: 7, state: 'done', failure: null },
      },
      { a: files, b: [other] },
    )
    await mkdir(join(folder, 'data'), { recursive: true })
    await cp(style, join(run, 'model'), { recursive: true })
    const judged = await evaluate('--model', 'run/model', '--json')
    expect(judged.code).toBe(0)
    expect(judged.stderr).toContain('trained on 3 of the 5 pictures of A')
    expect(judged.stderr).not.toContain('of B')
    expect(reportOf(judged).seenInTraining).toEqual({ a: 3, b: 0 })
    // Of a run begun in the window the style on the shelf is known by its weights.
    await cp(run, join(folder, 'data/runs/mine'), { recursive: true })
    expect(reportOf(await evaluate('--model', 'summer-winter', '--json')).seenInTraining).toEqual({
      a: 3,
      b: 0,
    })
    await rm(join(folder, 'data/runs'), { recursive: true })
  })

  it('takes --runtime as other commands do, and ends at once where that cannot be used', async () => {
    const elsewhere = process.platform === 'win32' ? 'onnxruntime-coreml' : 'onnxruntime-directml'
    const unfit = await evaluate('--model', 'summer-winter', '--runtime', elsewhere)
    expect(unfit).toMatchObject({ code: 2, stdout: '' })
    expect(unfit.stderr).toContain(`${elsewhere} cannot be used on this computer.`)
    expect(unfit.stderr).not.toContain('.png')
    const right = await evaluate('--model', 'summer-winter', '--runtime', 'onnxruntime-cpu', '--limit', '2')
    expect(right.code).toBe(0)
  })

  it('ends with 2 where there is nothing to look at', async () => {
    await mkdir(join(folder, 'empty'))
    const run = await solstice('evaluate', '--model', 'summer-winter', '--a', 'empty', '--b', 'b')
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('There are too few pictures in empty')
    expect((await solstice('evaluate', '--model', 'summer-winter', '--a', 'a')).code).toBe(2)
    const help = (await solstice('evaluate', '--help')).stdout
    expect(help).toMatch(/Examples:\n {2}solstice /)
    expect(help).toContain('not with the FID')
  })
})
