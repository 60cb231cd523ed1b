/** `solstice train` as users run it: a style learnt and used, and all that can be wrong at the beginning. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorSentence } from '../../src-main/contract/error-text.ts'
import type { ErrorCode } from '../../src-main/contract/errors.ts'
import { trainingReportSchema, type TrainingReport } from '../../src-main/contract/training.ts'
import { readRecord, runPaths } from '../../src-main/training/run-file.ts'
import { CheckpointStore } from '../../src-main/training/store/checkpoints.ts'
import { LossJournal } from '../../src-main/training/store/journal.ts'
import { gathered, sourceOf } from '../../src-main/training/store/testing/state.ts'
import { runTerminal, type TerminalRun } from './run-terminal.ts'
import { appears, RunningTerminal } from './running-terminal.ts'
import { writePictures } from './training-pictures.ts'

const running: RunningTerminal[] = []
let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-train-'))
  const write = (name: string, kind: 'a' | 'b', count: number, seed?: number) =>
    writePictures(join(home, name), kind, count, seed)
  await write('red', 'a', 10)
  await write('blue', 'b', 10)
  await write('few', 'b', 7)
  await write('unseen-red', 'a', 4, 101)
  await write('unseen-blue', 'b', 4, 102)
  await mkdir(join(home, 'empty'))
  await mkdir(join(home, 'broken'))
  for (let i = 0; i < 10; i++) await writeFile(join(home, 'broken', `${i}.jpg`), `no picture ${i}`)
})
afterAll(async () => {
  for (const terminal of running) terminal.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

const solstice = (...args: readonly string[]): Promise<TerminalRun> => runTerminal(home, args)
const folders = ['--a', 'red', '--b', 'blue']
const sizes = ['--load', '36', '--crop', '32']
const tiny = [...sizes, '--ngf', '2', '--blocks', '1', '--ndf', '2', '--pool', '4']

function begin(...args: readonly string[]): RunningTerminal {
  const terminal = new RunningTerminal(home, ['train', ...args])
  running.push(terminal)
  return terminal
}

const sentenceOf = (code: ErrorCode, subject: string): string => errorSentence({ code, subject }, 'en')

const storeOf = (run: string) => new CheckpointStore(runPaths(join(home, run)).checkpoints)

/** Of all pictures of a folder together, 0 to 255. */
async function meanColour(folder: string): Promise<readonly number[]> {
  const means: number[][] = []
  for (const name of await readdir(join(home, folder))) {
    const { channels } = await sharp(join(home, folder, name))
      .removeAlpha()
      .stats()
    means.push(channels.map(({ mean }) => mean))
  }
  return [0, 1, 2].map((channel) => means.reduce((sum, mean) => sum + mean[channel]!, 0) / means.length)
}

const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, index) => value - other[index]!))

/** How far F(G(x)) is from x in the samples of a step, both sides together: mean absolute difference, 0 to 255. */
async function cycleDistance(run: string, step: number): Promise<number> {
  const folder = join(runPaths(join(home, run)).samples, String(step).padStart(10, '0'))
  const differences: number[] = []
  for (const name of await readdir(folder)) {
    if (!name.endsWith('-x.jpg')) continue
    const read = (file: string) => sharp(join(folder, file)).raw().toBuffer()
    const [x, back] = [await read(name), await read(name.replace('-x', '-reconstructed'))]
    differences.push(x.reduce((sum, value, at) => sum + Math.abs(value - back[at]!), 0) / x.length)
  }
  expect(differences).toHaveLength(6)
  return differences.reduce((sum, difference) => sum + difference, 0) / differences.length
}

/** Windows has no Ctrl-C for another process. */
const whereSignalsAre = it.skipIf(process.platform === 'win32')

describe('solstice train', { timeout: 300_000 }, () => {
  describe('on two folders that differ by a known change of colour', () => {
    const steps = 300
    let trained: TerminalRun

    // Without the identity loss, which holds colours where they are.
    beforeAll(async () => {
      trained = await solstice(
        ...[
          'train',
          ...folders,
          '--out',
          'run',
          '--name',
          'Red and blue',
          ...sizes,
          '--augmentation',
          'none',
        ],
        ...['--ngf', '8', '--blocks', '1', '--ndf', '8', '--lambda-identity', '0', '--rate', '0.001'],
        ...['--pool', '10', '--steps', `${steps}`, '--sample-every', '100000', '--json'],
      )
      expect(`${trained.code} ${trained.stderr}`).toMatch(/^0 /)
    }, 300_000)

    it('prints its reports as lines of JSON, and keeps them in the journal', async () => {
      const reports = trained.stdout
        .trim()
        .split('\n')
        .map((line): TrainingReport => trainingReportSchema.parse(JSON.parse(line)))
      expect(await new LossJournal(runPaths(join(home, 'run')).journal).read()).toEqual(reports)
      expect(reports.at(-1)).toMatchObject({ step: steps, epoch: 30, etaSeconds: 0 })
      const names = ['G_A', 'G_B', 'cycle_A', 'cycle_B', 'D_A', 'D_B']
      for (const { losses } of reports) expect(Object.keys(losses)).toEqual(names)
    })

    it('learns to go there and back, which shows in its samples', async () => {
      const [before, after] = [await cycleDistance('run', 0), await cycleDistance('run', steps)]
      expect(before).toBeGreaterThan(30)
      expect(after).toBeLessThan(before / 2)
    })

    it('becomes a style that paints pictures it has never seen in the colours of the other side', async () => {
      const labels = ['--label-a', 'Red', '--label-b', 'Blue']
      const keep = ['train', 'keep', 'run', '--id', 'red-blue', '--name', 'Red to blue', ...labels]
      const kept = await solstice(...keep)
      expect(kept).toMatchObject({ code: 0, stdout: `red-blue\tRed to blue\t${steps} steps\n` })
      expect(await solstice(...keep)).toMatchObject({ code: 1, stdout: '' })
      for (const [direction, from, to] of [
        ['AtoB', 'red', 'blue'],
        ['BtoA', 'blue', 'red'],
      ] as const) {
        const flags = ['--model', 'red-blue', '--direction', direction, '--out', `painted-${to}`]
        expect((await solstice('convert', `unseen-${from}`, ...flags)).code).toBe(0)
        const wanted = await meanColour(to)
        const painted = await meanColour(`painted-${to}`)
        expect(distance(painted, wanted)).toBeLessThan(
          distance(await meanColour(`unseen-${from}`), wanted) / 4,
        )
      }
      const picture = join('unseen-red', '000.png')
      const cycle = await solstice('cycle', picture, '--model', 'red-blue', '--out', 'cycle', '--json')
      const { translated, l1 } = JSON.parse(cycle.stdout) as { translated: string; l1: number }
      expect(translated).toBe(join(home, 'cycle', '000-blue.png'))
      expect(l1).toBeLessThan(0.15)
    })

    it('can be trained further, from where the style is', async () => {
      const flags = ['--from', 'red-blue', '--steps', '2', '--rate', '1e-6', ...sizes]
      const further = await solstice('train', ...folders, '--out', 'further', ...flags)
      expect(`${further.code} ${further.stderr}`).toMatch(/^0 /)
      const { settings, from } = (await readRecord(join(home, 'further')))!
      expect({ settings, from }).toMatchObject({ from: 'red-blue', settings: { ngf: 8, ndf: 8, warmUp: 0 } })
      const [start, end] = [await cycleDistance('further', 0), await cycleDistance('run', steps)]
      expect(Math.abs(start - end)).toBeLessThan(2)
    })

    it('says that it is done when it is asked to go on', async () => {
      const again = await solstice('train', '--out', 'run')
      expect(again).toMatchObject({ code: 0, stdout: '' })
      expect(again.stderr).toContain('Red and blue has done all of its steps.')
    })
  })

  it.each([
    ['a folder that is not there', ['--a', 'red', '--b', 'nowhere'], 2, 'There is no such folder.'],
    ['one folder alone', ['--a', 'red'], 2, 'a new run takes the folders --a and --b'],
    ['an empty folder', ['--a', 'empty', '--b', 'blue'], 1, 'Folder A holds no pictures'],
    ['too few pictures', ['--a', 'red', '--b', 'few'], 1, 'Folder B has 7 pictures to learn from'],
    [
      'pictures that cannot be read',
      ['--a', 'broken', '--b', 'blue'],
      1,
      'Folder A: 10 of 10 pictures cannot be read',
    ],
    [
      'the same folder twice',
      ['--a', 'red', '--b', 'red'],
      1,
      '10 pictures of folder A are in folder B, too',
    ],
    ['a crop larger than the pictures', [...folders, '--crop', '128'], 2, 'the crop does not fit'],
    ['two lengths', [...folders, '--steps', '5', '--minutes', '1'], 2, 'one of them'],
    ['a style that is not there', [...folders, '--from', 'nowhere'], 2, 'There is no style “nowhere”.'],
    [
      'networks of another size than those of the style',
      [...folders, '--from', 'summer-winter', '--ngf', '3'],
      2,
      'the style is of ngf 32 with 6 blocks',
    ],
  ] as const)('tells what is wrong, and begins no run, with %s', async (_, flags, code, message) => {
    const run = await solstice('train', '--out', 'none', ...sizes, ...flags)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(message)
    expect(run.stderr).not.toMatch(/\n\s+at /)
    expect(existsSync(join(home, 'none'))).toBe(false)
  })

  it('does not take a file for the folder of a run', async () => {
    const file = join('red', '000.png')
    const before = await readFile(join(home, file))
    const run = await solstice('train', ...folders, '--out', file, ...tiny)
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain(sentenceOf('file-exists', '000.png'))
    expect(await solstice('train')).toMatchObject({ code: 2, stdout: '' })
    expect(await readFile(join(home, file))).toEqual(before)
  })

  it('has nothing to keep where there is no run, or no checkpoint', async () => {
    const keep = (folder: string) => solstice('train', 'keep', folder, '--id', 'nothing', '--name', 'Nothing')
    const none = await keep('nowhere')
    expect(none).toMatchObject({ code: 2, stdout: '' })
    expect(none.stderr).toContain(sentenceOf('run-not-found', 'nowhere'))
    const terminal = begin(...folders, '--out', 'young', ...tiny, '--steps', '100000')
    await terminal.said('\n')
    await appears(join(home, 'young', 'run.json'))
    terminal.kill('SIGKILL')
    await terminal.ended
    const early = await keep('young')
    expect(early.code).toBe(2)
    expect(early.stderr).toContain('train for a while first')
  })

  whereSignalsAre(
    'is paused by Ctrl-C, held by one process at a time, and gone on with as it was begun',
    async () => {
      const flags = [...folders, '--out', 'paused', ...tiny, '--steps', '100000', '--no-flip']
      const first = begin(...flags)
      await first.said('Training for 100000 steps.')
      const second = await solstice('train', '--out', 'paused')
      expect(second).toMatchObject({ code: 1, stdout: '' })
      expect(second.stderr).toContain(sentenceOf('training-busy', 'paused'))
      first.kill('SIGINT')
      const { code, stderr } = await first.ended
      expect(code).toBe(130)
      expect(stderr).toContain(`Paused. To go on: solstice train --out ${join(home, 'paused')}`)
      expect(await readRecord(join(home, 'paused'))).toMatchObject({ state: 'paused', total: 100_000 })

      for (const [changed, told] of [
        [['--steps', '5'], 'other values of its settings'],
        [['--ngf', '4'], 'other values of its settings'],
        [['--a', 'few'], 'other values of --a'],
        [['--b', 'few', '--from', 'summer-winter'], 'other values of --b, --from'],
      ] as const) {
        const other = await solstice('train', '--out', 'paused', ...changed)
        expect(other).toMatchObject({ code: 2, stdout: '' })
        expect(other.stderr).toContain(told)
      }

      const step = (await storeOf('paused').newest())?.step ?? 0
      const again = begin(...flags)
      await again.said(step === 0 ? 'Training for' : `Going on after step ${step}.`)
      again.kill('SIGTERM')
      expect((await again.ended).code).toBe(130)

      const file = join(home, 'paused', 'run.json')
      const text = await readFile(file, 'utf8')
      await writeFile(file, text.slice(0, text.length / 2))
      const damaged = await solstice('train', ...flags)
      expect(damaged).toMatchObject({ code: 1, stdout: '' })
      expect(damaged.stderr).toContain(sentenceOf('run-invalid', 'paused'))
      expect(await readFile(file, 'utf8')).toBe(text.slice(0, text.length / 2))
    },
  )

  it('trains for minutes by measuring a step first', async () => {
    const run = await solstice('train', ...folders, '--out', 'timed', ...tiny, '--minutes', '0.1')
    expect(`${run.code} ${run.stderr}`).toMatch(/^0 /)
    const { total, settings } = (await readRecord(join(home, 'timed')))!
    expect(total).toBeGreaterThan(0)
    const pace = await readFile(join(home, 'data', 'training-pace.json'), 'utf8')
    expect(Object.values(JSON.parse(pace) as Record<string, number>)).not.toHaveLength(0)
    expect(settings.length).toEqual({ kind: 'minutes', minutes: 0.1 })
    expect((await storeOf('timed').newest())?.step).toBe(total)
  })

  whereSignalsAre.each([
    ['a loss that is no number any more', 1e22, 'is Infinity'],
    ['a weight that is none at the next checkpoint', 1e13, 'moment'],
  ])('stops at %s, with its last good checkpoint and a word on what to change', async (_, factor, told) => {
    const out = `astray-${factor}`
    const rhythm = ['--steps', '100000', '--sample-every', '10', '--checkpoint-every', '0.02']
    const first = begin(...folders, '--out', out, ...tiny, ...rhythm)
    const samples = runPaths(join(home, out)).samples
    await first.said('Training for')
    await appears(join(samples, '0000000010'))
    first.kill('SIGINT')
    expect((await first.ended).code).toBe(130)

    // A discriminator that shouts: what comes of it is beyond single precision.
    const store = storeOf(out)
    const paused = (await store.newest())!
    const { step } = paused
    const state = await gathered(paused.parts())
    const loud = state['D_B.model.11.weight']!.data
    for (let i = 0; i < loud.length; i++) loud[i]! *= factor
    await store.write(step, sourceOf(state))

    const run = await solstice('train', '--out', out)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(sentenceOf('training-diverged', 'red ↔ blue'))
    expect(run.stderr).toContain(told)
    const record = await readRecord(join(home, out))
    expect(record).toMatchObject({ state: 'failed', failure: { code: 'training-diverged' } })
    const last = await storeOf(out).newest()
    expect(last?.step).toBe(step)
    expect(await gathered(last!.parts())).toEqual(state)
  })
})
