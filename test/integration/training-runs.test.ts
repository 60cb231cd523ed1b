/** Trainings as the window has them: begun, paused, gone on with, stopped, kept, removed, and found again. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  paperSettings,
  trainingRunSchema,
  type TrainingRun,
  type TrainingSettings,
} from '../../src-main/contract/training.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { ModelShelf } from '../../src-main/models/shelf.ts'
import { PictureCache } from '../../src-main/training/data/cache.ts'
import { checkData } from '../../src-main/training/data/check-data.ts'
import { StepPace } from '../../src-main/training/measure.ts'
import { readRecord, writeRecord } from '../../src-main/training/run-file.ts'
import { TrainingRuns } from '../../src-main/training/runs.ts'
import { root, workerFile } from './built.ts'
import { deferred } from './deferred.ts'
import { writePictures } from './training-pictures.ts'

const settings: TrainingSettings = {
  ...paperSettings,
  ...{ ngf: 4, blocks: 1, ndf: 4, load: 36, crop: 32, pool: 5 },
  length: { kind: 'steps', steps: 100_000 },
  sampleEvery: 50,
}

let home: string
let a: string
let b: string
const opened: TrainingRuns[] = []
const engines: number[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-runs-'))
  a = await writePictures(join(home, 'red'), 'a', 10)
  b = await writePictures(join(home, 'blue'), 'b', 10)
})
afterEach(async () => {
  for (const runs of opened.splice(0)) await runs.close()
  await rm(home, { recursive: true, force: true })
})

const cache = () => new PictureCache(join(home, 'cache'))
const shelf = () => new ModelShelf({ builtIn: join(root, 'models'), own: join(home, 'models') })

async function openRuns(): Promise<TrainingRuns> {
  const start = () => {
    const engine = startChildProcess(workerFile)
    engines.push(engine.pid!)
    return engine
  }
  const runs = new TrainingRuns({
    ...{ start, cache: cache(), models: shelf(), folder: join(home, 'runs'), version: '0.0.0' },
    pace: new StepPace(join(home, 'pace.json'), start),
  })
  await runs.open()
  opened.push(runs)
  return runs
}

async function begin(runs: TrainingRuns, changes: Partial<TrainingSettings> = {}): Promise<TrainingRun> {
  const chosen = { ...settings, ...changes }
  const scaling = { kind: chosen.scale, pixels: chosen.load }
  const check = await checkData(cache(), { a, b, scaling, crop: chosen.crop })
  return runs.start(check, { name: 'Red and blue', from: null, settings: chosen })
}

/** Resolves with the run when it is as the condition says. */
async function until(
  runs: TrainingRuns,
  id: string,
  holds: (run: TrainingRun) => boolean,
): Promise<TrainingRun> {
  const { promise, resolve } = deferred<TrainingRun>()
  const look = (run: TrainingRun): void => {
    if (run.id === id && holds(run)) resolve(run)
  }
  runs.on('changed', look)
  for (const run of runs.list()) look(run)
  const run = await promise
  runs.off('changed', look)
  return run
}

const runOf = (runs: TrainingRuns, id: string) => runs.list().find((run) => run.id === id)

describe('the trainings of the window', () => {
  it('are paused with a checkpoint, found again by the next start, and gone on with', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs)
    await until(runs, id, ({ step, samples }) => step > 20 && samples.length > 0)
    await expect(begin(runs)).rejects.toMatchObject({ code: 'training-busy' })
    await expect(runs.remove(id)).rejects.toMatchObject({ code: 'training-busy' })
    await runs.pause(id)
    const paused = runOf(runs, id)!
    expect(paused).toMatchObject({ state: 'paused', keepable: true, name: 'Red and blue', total: 100_000 })
    expect(trainingRunSchema.parse(paused)).toEqual(paused)
    expect(runs.isTraining).toBe(false)

    const later = await openRuns()
    expect(runOf(later, id)).toMatchObject({ state: 'paused', keepable: true, samples: paused.samples })
    later.resume(id)
    const further = await until(later, id, ({ step, state }) => state === 'running' && step > paused.step + 5)
    expect(further.step).toBeGreaterThan(paused.step)
    const reports = await later.reports(id)
    const steps = reports.map(({ step }) => step)
    expect(steps).toEqual([...new Set(steps)].toSorted((one, other) => one - other))
  })

  it('go on by themselves when the engine dies', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs, { checkpointMinutes: 0.02 })
    const { step } = await until(runs, id, ({ keepable }) => keepable)
    const pid = engines.at(-1)!
    process.kill(pid, 'SIGKILL')
    await until(runs, id, (run) => run.state === 'running' && run.step > step + 40 && engines.at(-1) !== pid)
    expect(runOf(runs, id)?.failure).toBeUndefined()
  })

  it('become styles that can be converted with', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs, { length: { kind: 'steps', steps: 12 } })
    await until(runs, id, ({ state }) => state === 'done')
    const style = await runs.keep(id, { name: 'Red and blue', a: 'Red', b: 'Blue', category: 'own' })
    expect(style).toMatchObject({ modelId: 'red-and-blue', category: 'own', hasCycle: true })
    expect(style.training.en).toContain('red (10), blue (10)')
    const again = await runs.keep(id, { name: 'Red and blue', a: 'Red', b: 'Blue', category: 'painter' })
    expect(again.category).toBe('painter')
    expect(again.modelId).toBe('red-and-blue-2')
    const model = await shelf().open('red-and-blue')
    expect(Object.keys(await model.weights('BtoA'))).toContain('model.1.weight')
    expect(Object.keys(await model.discriminators())).toEqual(['A', 'B'])
  })

  it('are ended early, and removed with all that they wrote', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs)
    await until(runs, id, ({ step }) => step > 0)
    await runs.stop(id)
    expect(runOf(runs, id)).toMatchObject({ state: 'stopped', keepable: true })
    const { promise, resolve } = deferred<string>()
    runs.once('removed', resolve)
    await runs.remove(id)
    expect(await promise).toBe(id)
    expect(runs.list()).toEqual([])
    expect(await readdir(join(home, 'runs'))).toEqual([])
    await expect(runs.reports(id)).rejects.toMatchObject({ code: 'run-not-found' })
  })

  // The run was told as stopped at a step of which nothing had been kept.
  it('that are ended early have failed where their last checkpoint cannot be written', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs)
    await until(runs, id, ({ step }) => step > 0)
    await writeFile(join(home, 'runs', id, 'checkpoints'), 'no folder')
    await runs.stop(id)
    expect(runOf(runs, id)).toMatchObject({ state: 'failed', failure: { code: 'file-exists' } })
    expect((await readRecord(join(home, 'runs', id)))?.state).toBe('failed')
  })

  it('that a killed program left behind are told as interrupted', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs)
    await until(runs, id, ({ step }) => step > 0)
    await runs.pause(id)
    const folder = join(home, 'runs', id)
    const record = await readRecord(folder)
    await writeRecord(folder, { ...record!, state: 'running' })
    const later = await openRuns()
    expect(runOf(later, id)).toMatchObject({ state: 'interrupted', keepable: true })
  })

  it('are cancelled before their first step without a trace of failure', async () => {
    const runs = await openRuns()
    const { id } = await begin(runs)
    await runs.pause(id)
    expect(runOf(runs, id)).toMatchObject({ state: 'paused', step: 0 })
    expect(runOf(runs, id)?.failure).toBeUndefined()
  })
})
