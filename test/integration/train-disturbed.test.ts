/** `solstice train` killed at any moment, or stopped by a full disk: it goes on as if nothing had happened, bit for bit. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { watch } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomAt, shuffled } from '../../src-main/engine/random.ts'
import { readRecord, runPaths } from '../../src-main/training/run-file.ts'
import { CheckpointStore } from '../../src-main/training/store/checkpoints.ts'
import { LossJournal } from '../../src-main/training/store/journal.ts'
import { bitsOf, gathered } from '../../src-main/training/store/testing/state.ts'
import { gone, killProcess, RunningTerminal, type EndedTerminal } from './running-terminal.ts'
import { writePictures } from './training-pictures.ts'

const [warmUp, steps, sampleEvery] = [12, 60, 18]
const total = warmUp + steps
// Everything that a state has: discriminators alone and both, a pool that fills and is full, augmentation, averages.
const flags = [
  ...['--ngf', '2', '--blocks', '1', '--ndf', '2', '--load', '36', '--crop', '32', '--pool', '4'],
  ...['--augmentation', 'translation,cutout', '--warm-up', `${warmUp}`, '--steps', `${steps}`, '--seed', '3'],
  ...['--sample-every', `${sampleEvery}`, '--checkpoint-every', '0.02'],
]
const running: RunningTerminal[] = []
let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-train-'))
  await writePictures(join(home, 'a'), 'a', 10)
  await writePictures(join(home, 'b'), 'b', 9)
})
afterAll(async () => {
  for (const terminal of running) terminal.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

/** Begins the run, or goes on with it. */
function train(run: string): RunningTerminal {
  const terminal = new RunningTerminal(home, ['train', '--a', 'a', '--b', 'b', '--out', run, ...flags])
  running.push(terminal)
  return terminal
}

/** All that a run that is done has made, as far as it does not depend on the time it took. */
async function madeBy(run: string): Promise<unknown> {
  const paths = runPaths(join(home, run))
  const newest = await new CheckpointStore(paths.checkpoints).newest()
  const samples: Record<string, string> = {}
  for (const step of await readdir(paths.samples)) {
    for (const file of await readdir(join(paths.samples, step)))
      samples[`${step}/${file}`] = (await readFile(join(paths.samples, step, file))).toString('base64')
  }
  return { step: newest?.step, state: bitsOf(await gathered(newest!.parts())), samples }
}

async function expectSound(run: string): Promise<void> {
  const folder = join(home, run)
  expect(await readRecord(folder)).toMatchObject({ state: 'done', total, failure: null })
  const reported = (await new LossJournal(runPaths(folder).journal).read()).map(({ step }) => step)
  expect(reported).toEqual([...new Set(reported)].toSorted((a, b) => a - b))
  expect(reported.at(-1)).toBe(total)
  expect(await readdir(folder)).not.toContain('lock')
}

/** When something happens to the run. `share`: of the time that this takes undisturbed. `changes`: of so many files. */
type Moment =
  | { readonly within: 'start-up' | 'steps'; readonly share: number }
  | { readonly within: 'checkpoints' | 'samples'; readonly changes: number }

/** What undisturbed runs take, in milliseconds. */
interface Durations {
  readonly 'start-up': number
  readonly steps: number
}

/** Moments spread over all that a run does, in random order. */
function moments(seed: number, count: number): readonly Moment[] {
  const uniform = randomAt(seed, 'samples', 0)
  const all = Array.from({ length: count }, (_, index): Moment => {
    const changes = (most: number): number => 1 + Math.floor(most * uniform())
    switch (index % 4) {
      case 0:
        return { within: 'start-up', share: uniform() }
      case 1:
        return { within: 'steps', share: uniform() }
      case 2:
        return { within: 'checkpoints', changes: changes(14) }
      default:
        return { within: 'samples', changes: changes(6) }
    }
  })
  return shuffled(count, uniform).flatMap((place) => all[place] ?? [])
}

/** For a moment that a run did not live to see. */
function earlier(moment: Moment): Moment {
  if ('share' in moment) return { ...moment, share: moment.share / 2 }
  return { ...moment, changes: Math.ceil(moment.changes / 2) }
}

/** Resolves at the moment, seen from now on, or when the command has ended. */
async function reached(
  moment: Moment,
  run: string,
  terminal: RunningTerminal,
  durations: Durations,
): Promise<'reached' | EndedTerminal> {
  const over = new AbortController()
  try {
    return await Promise.race([terminal.ended, at(moment, run, durations, over.signal)])
  } finally {
    over.abort()
  }
}

async function at(moment: Moment, run: string, durations: Durations, over: AbortSignal): Promise<'reached'> {
  if ('share' in moment) {
    // Nothing is waited for here: the moment itself is random.
    await wait(moment.share * durations[moment.within], undefined, { signal: over }).catch(() => undefined)
    return 'reached'
  }
  return new Promise((resolve) => {
    let left = moment.changes
    const watcher = watch(runPaths(join(home, run))[moment.within], () => {
      if (--left === 0) resolve('reached')
    })
    over.addEventListener('abort', () => watcher.close(), { once: true })
  })
}

/** Its folders are there before it begins, so that they can be watched. */
async function newRun(name: string): Promise<string> {
  const { checkpoints, samples } = runPaths(join(home, name))
  for (const folder of [checkpoints, samples]) await mkdir(folder, { recursive: true })
  return name
}

/** `terminal` and `engine`: SIGKILL for the one (its engine must follow) or the other. `interrupt`: Ctrl-C. */
type Act = 'terminal' | 'engine' | 'interrupt'

async function disturb(terminal: RunningTerminal, act: Act): Promise<void> {
  const engines = await terminal.engines()
  if (act === 'engine') for (const pid of engines) killProcess(pid)
  else {
    terminal.kill(act === 'terminal' ? 'SIGKILL' : 'SIGINT')
    const { code, signal, stderr } = await terminal.ended
    // A process that has just done its last step may be faster than the signal.
    if (code !== 0 && act === 'terminal') expect(signal).toBe('SIGKILL')
    // One that has not said anything yet may not listen yet.
    if (code !== 0 && act === 'interrupt' && (code !== null || stderr !== ''))
      expect(`${code} ${stderr}`).toMatch(/^130 [^]*(?:Paused|Cancelled)\./)
  }
  for (const pid of engines) await gone(pid)
}

/** Null, or why the command did not do it. */
async function attempt(command: string, args: readonly string[]): Promise<string | null> {
  return promisify(execFile)(command, args).then(
    () => null,
    (thrown: unknown) => String(thrown),
  )
}

describe.skipIf(process.platform === 'win32')('a run that is disturbed', () => {
  let durations: Durations
  let undisturbed: unknown

  beforeAll(async () => {
    const started = performance.now()
    const terminal = train('undisturbed')
    await terminal.said('Training for')
    const begun = performance.now()
    const { code, stderr } = await terminal.ended
    expect(`${code} ${stderr}`).toMatch(/^0 /)
    durations = { 'start-up': begun - started, steps: performance.now() - begun }
    await expectSound('undisturbed')
    undisturbed = await madeBy('undisturbed')
  }, 120_000)

  /** The run is done, and as one that nothing happened to. */
  async function expectUndisturbed(run: string, { code, stderr }: EndedTerminal): Promise<void> {
    expect(`${code} ${stderr}`).toMatch(/^0 /)
    await expectSound(run)
    expect(await madeBy(run)).toEqual(undisturbed)
  }

  it(
    'by kills and interrupts at many moments ends as one that was left alone',
    { timeout: 600_000 },
    async () => {
      // No three engines in a row: one that dies again and again without coming further is given up.
      const acts = ['terminal', 'engine', 'engine', 'terminal', 'interrupt', 'engine'] as const
      const planned = moments(1, 18).map((moment, index) => ({ moment, act: acts[index % acts.length]! }))
      const counts: Record<Act, number> = { terminal: 0, engine: 0, interrupt: 0 }
      let [run, runs] = [await newRun('killed-1'), 1]
      let terminal = train(run)
      for (const { moment, act } of planned) {
        let wanted = moment
        for (;;) {
          const outcome = await reached(wanted, run, terminal, durations)
          if (outcome === 'reached') break
          await expectUndisturbed(run, outcome)
          run = await newRun(`killed-${++runs}`)
          terminal = train(run)
          wanted = earlier(wanted)
        }
        await disturb(terminal, act)
        counts[act]++
        if (act !== 'engine') terminal = train(run)
      }
      await expectUndisturbed(run, await terminal.ended)
      expect(counts).toEqual({ terminal: 6, engine: 9, interrupt: 3 })
    },
  )

  it('by a kill right after its last step keeps no lock once it is asked to go on', async () => {
    const lock = join(home, 'undisturbed/lock')
    await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, started: '1', token: randomUUID() }))
    await expectUndisturbed('undisturbed', await train('undisturbed').ended)
  })

  it('by a full disk stops with its last checkpoint, and goes on when there is room', async ({ skip }) => {
    const disk = join(home, 'disk')
    await mkdir(disk)
    const mounted = await attempt('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
    if (mounted !== null) skip(`No disk can be mounted here: ${mounted}`)
    try {
      const folder = await newRun('disk/run')
      const first = train(folder)
      expect(await reached({ within: 'samples', changes: 4 }, folder, first, durations)).toBe('reached')
      first.kill('SIGINT')
      expect((await first.ended).code).toBe(130)
      const store = new CheckpointStore(runPaths(join(home, folder)).checkpoints)
      const paused = await store.newest()
      const bytes = paused!.entries.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0)

      const filler = join(disk, 'filler')
      // Room for nothing; then for one checkpoint, but not for the samples that come before it.
      for (const room of [0, 1.3 * bytes]) {
        await rm(filler, { force: true })
        const { bavail, bsize } = await statfs(disk)
        await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - room)))
        const { code, stderr } = await train(folder).ended
        expect(`${code} ${stderr}`).toMatch(/^1 [^]*The disk is full: \S+ was not written\./)
        expect(stderr.includes('Going on after step')).toBe(room > 0)
        expect(await gathered((await store.newest())!.parts())).toEqual(await gathered(paused!.parts()))
      }

      await rm(filler)
      await expectUndisturbed(folder, await train(folder).ended)
    } finally {
      await attempt('umount', [disk])
    }
  })
})
