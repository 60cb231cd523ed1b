import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Fallback, RuntimeName } from '../contract/runtimes.ts'
import { paperSettings, type TrainingReport, type TrainingSettings } from '../contract/training.ts'
import type { EngineProcess } from '../engine/engine-process.ts'
import type { EngineRequest, StateEntry, WeightTensor } from '../engine/protocol.ts'
import { ScriptedEngine, type Reply } from '../engine/testing/scripted-engine.ts'
import { ModelShelf } from '../models/shelf.ts'
import { failureOf } from '../photos/test-support.ts'
import { PictureCache } from './data/cache.ts'
import { scene, temporaryFolder, write } from './data/test-support.ts'
import { StepPace } from './measure.ts'
import { createRun, readRecord, runPaths, type RunRecord } from './run-file.ts'
import { SampleStore } from './samples.ts'
import { trainSession, type SessionOptions } from './session.ts'
import { CheckpointStore } from './store/checkpoints.ts'
import { LossJournal } from './store/journal.ts'
import { gathered } from './store/testing/state.ts'

const at = temporaryFolder()
let runs = 0

// The clock of checkpoints and reports: a step takes as long as a test says.
beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

const settings: TrainingSettings = {
  ...paperSettings,
  ...{ ngf: 2, blocks: 1, ndf: 2, load: 36, crop: 32, sampleEvery: 4, checkpointMinutes: 1 },
  length: { kind: 'steps', steps: 10 },
}

/** An engine whose only weight is the number of its last step. A step takes 10 seconds, a checkpoint comes each 6. */
function counting(
  odd: (request: EngineRequest, process: number, step: number) => Reply | undefined = () => undefined,
) {
  let step = 0
  const entries: readonly StateEntry[] = [{ name: 'w', shape: [1] }]
  const weight = (): WeightTensor => ({ dtype: 'F32', shape: [1], data: Float32Array.of(step) })
  return new ScriptedEngine((request, process) => {
    const reply = odd(request, process, step)
    if (reply !== undefined) return reply
    switch (request.kind) {
      case 'train-begin':
        step = request.start.kind === 'go-on' ? request.start.step : 0
        return { result: null }
      case 'train-step':
        vi.advanceTimersByTime(10_000)
        step = request.step
        return { result: { losses: { cycle_A: step }, seconds: 10 } }
      case 'train-entries':
        return { result: entries }
      case 'train-read':
        return { result: { w: weight() } }
      case 'train-sample': {
        const same = request.a.map((x) => ({ translated: x, reconstructed: x }))
        return { result: { a: same, b: same } }
      }
      case 'train-measure':
        return { result: { seconds: 0.6 } }
      default:
        return { result: null }
    }
  })
}

async function newRun(
  changes: Partial<TrainingSettings> = {},
): Promise<{ folder: string; record: RunRecord }> {
  const folder = at(`run ${++runs}`)
  const file = await write(scene(1, { width: 40, height: 36 }), at('pictures', 'one.png'))
  const record: RunRecord = {
    ...{ format: 1, id: 'abcdefghijklmnop', name: 'Meadow', created: '2026-01-02T03:04:05.678Z' },
    settings: { ...settings, ...changes },
    a: { folder: at('pictures'), pictures: 1 },
    b: { folder: at('pictures'), pictures: 1 },
    ...{ from: null, base: null, total: null, state: 'running', failure: null },
  }
  await createRun(folder, record, { a: [file], b: [file] })
  return { folder, record }
}

function session(
  { folder, record }: { readonly folder: string; readonly record: RunRecord },
  { start }: Pick<ScriptedEngine, 'start'>,
  options: Partial<SessionOptions> = {},
  order?: readonly RuntimeName[],
) {
  const tools = {
    ...(order && { order: async () => order }),
    ...{ start, cache: new PictureCache(at('cache')) },
    models: new ModelShelf({ builtIn: at('none'), own: at('none') }),
    pace: new StepPace(at(`pace ${runs}.json`), start),
  }
  return trainSession(folder, record, tools, { signal: new AbortController().signal, ...options })
}

const checkpointsOf = ({ folder }: { readonly folder: string }) =>
  new CheckpointStore(runPaths(folder).checkpoints)
const beginnings = ({ requests }: ScriptedEngine) =>
  requests.map(
    (asked) => asked.flatMap((request) => (request.kind === 'train-begin' ? [request.start] : []))[0],
  )
const stepsOf = (asked: readonly EngineRequest[] | undefined): readonly number[] =>
  (asked ?? []).flatMap((request) => (request.kind === 'train-step' ? [request.step] : []))

describe('trainSession', () => {
  it('does all steps, with samples and checkpoints on the way and at the end', async () => {
    const [run, engine] = [await newRun(), counting()]
    const reports: TrainingReport[] = []
    const [begun, sampled, written]: number[][] = [[], [], []]
    const end = await session(run, engine, {
      onBegun: (step) => begun!.push(step),
      onReport: (report) => reports.push(report),
      onSample: (step) => sampled!.push(step),
      onCheckpoint: (step) => written!.push(step),
    })
    expect(end).toBe('done')
    expect([begun, sampled, written]).toEqual([[0], [0, 4, 8, 10], [6, 10]])
    expect(stepsOf(engine.requests[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(reports.map(({ step, epoch, losses }) => [step, epoch, losses['cycle_A']])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 1, index + 1, index + 1]),
    )
    const { folder } = run
    expect(await new LossJournal(runPaths(folder).journal).read()).toEqual(reports)
    expect(await new SampleStore(runPaths(folder).samples).steps()).toEqual([0, 4, 8, 10])
    const newest = await checkpointsOf(run).newest()
    expect([newest?.step, (await gathered(newest!.parts()))['w']?.data[0]]).toEqual([10, 10])
    expect(engine.killed).toBe(1)
  })

  it('pauses with a checkpoint of its last step, and goes on behind it', async () => {
    const [run, stop] = [await newRun(), new AbortController()]
    const first = counting((request) => {
      if (request.kind === 'train-step' && request.step === 3) stop.abort()
      return undefined
    })
    expect(await session(run, first, { signal: stop.signal })).toBe('paused')
    expect((await checkpointsOf(run).newest())?.step).toBe(3)
    const second = counting()
    const begun: number[] = []
    expect(await session(run, second, { onBegun: (step) => begun.push(step) })).toBe('done')
    expect(begun).toEqual([3])
    expect(beginnings(second)).toEqual([{ kind: 'go-on', step: 3 }])
    expect(stepsOf(second.requests[0])).toEqual([4, 5, 6, 7, 8, 9, 10])
    const steps = (await new LossJournal(runPaths(run.folder).journal).read()).map(({ step }) => step)
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('has told of every step in the journal when it pauses, however short it was', async () => {
    const [run, stop] = [await newRun({ sampleEvery: 1 }), new AbortController()]
    const engine = counting((request) => {
      if (request.kind !== 'train-step') return undefined
      if (request.step === 3) stop.abort()
      return { result: { losses: { cycle_B: request.step }, seconds: 0.001 } }
    })
    expect(await session(run, engine, { signal: stop.signal })).toBe('paused')
    const reports = await new LossJournal(runPaths(run.folder).journal).read()
    expect(reports.map(({ step, losses }) => [step, losses['cycle_B']])).toEqual([[3, 2]])
  })

  it('does nothing more where all steps are done: the program died before it could say so', async () => {
    const run = await newRun()
    await session(run, counting())
    const again = counting()
    expect(await session(run, again)).toBe('done')
    expect(stepsOf(again.requests[0])).toEqual([])
  })

  it.each(['train-begin', 'train-entries', 'train-sample'] as const)(
    'does not wait for a checkpoint when it is told to pause before the first step: in %s',
    async (kind) => {
      const [run, stop] = [await newRun(), new AbortController()]
      const engine = counting((request) => {
        if (request.kind !== kind) return undefined
        stop.abort()
        return 'works'
      })
      expect(await session(run, engine, { signal: stop.signal })).toBe('paused')
      expect(engine.killed).toBe(1)
      expect(await checkpointsOf(run).newest()).toBeNull()
    },
  )

  // It used to be told as a failure: the run was shown as failed, of being cancelled.
  it('is paused when it is told so while the length in minutes is measured', async () => {
    const run = await newRun({ length: { kind: 'minutes', minutes: 0.1 } })
    const stop = new AbortController()
    const engine = counting((request) => {
      if (request.kind === 'train-measure') stop.abort()
      return 'works'
    })
    expect(await session(run, engine, { signal: stop.signal })).toBe('paused')
    expect(await session(run, engine, { signal: stop.signal })).toBe('paused')
  })

  // The process that was ended for it looked like a runtime that had failed.
  it('is paused, and blames no runtime, when it is told so while the engine starts', async () => {
    const stop = new AbortController()
    const start = (): EngineProcess => {
      let tellExit: (reason: string) => void = () => undefined
      setImmediate(() => stop.abort())
      return {
        pid: undefined,
        post: () => undefined,
        onMessage: () => undefined,
        onExit: (listener) => (tellExit = listener),
        kill: () => tellExit('signal SIGKILL'),
      }
    }
    const options = { signal: stop.signal, onFallback: vi.fn() }
    const order = ['onnxruntime-webgpu', 'onnxruntime-cpu'] as const
    expect(await session(await newRun(), { start }, options, order)).toBe('paused')
    expect(options.onFallback).not.toHaveBeenCalled()
  })

  // It was told as a clean pause, and the steps since the last checkpoint were gone without a word.
  it.each(['train-step', 'train-read'] as const)(
    'is not paused where the engine dies in doing so: %s',
    async (kind) => {
      const stop = new AbortController()
      const engine = counting((request) => {
        if (request.kind === 'train-step' && request.step === 3) stop.abort()
        return stop.signal.aborted && request.kind === kind ? 'dies' : undefined
      })
      const failure = await failureOf(session(await newRun(), engine, { signal: stop.signal }))
      expect(failure).toMatchObject({ code: 'engine-stopped', subject: 'Meadow' })
    },
  )

  it('makes steps of minutes once, before the first step', async () => {
    const run = await newRun({ length: { kind: 'minutes', minutes: 0.1 } })
    const records: RunRecord[] = []
    expect(await session(run, counting(), { onRecord: (record) => records.push(record) })).toBe('done')
    expect(records.map(({ total }) => total)).toEqual([10])
    expect(await readRecord(run.folder)).toEqual(records[0])
    const slower = counting((request) => (request.kind === 'train-measure' ? 'dies' : undefined))
    expect(await session({ ...run, record: records[0]! }, slower)).toBe('done')
  })

  it.each([
    ['what a step took, for the next estimate', 60, 10],
    ['nothing of a few steps', 10, 0.6],
  ])('remembers %s', async (_, steps, seconds) => {
    const run = await newRun({ length: { kind: 'steps', steps } })
    const engine = counting()
    await session(run, engine)
    expect(await new StepPace(at(`pace ${runs}.json`), engine.start).measure(run.record.settings)).toBe(
      seconds,
    )
  })

  it('starts the engine again when it dies, from the last checkpoint', async () => {
    const run = await newRun()
    const engine = counting((request, process) => {
      if (process === 1 && request.kind === 'train-step' && request.step === 8) return 'dies'
      if (process === 2 && request.kind === 'train-begin') return 'dies'
      return undefined
    })
    expect(await session(run, engine)).toBe('done')
    const goOn = { kind: 'go-on', step: 6 }
    expect(beginnings(engine)).toEqual([{ kind: 'begin' }, goOn, goOn])
    expect(stepsOf(engine.requests[2])).toEqual([7, 8, 9, 10])
    const steps = (await new LossJournal(runPaths(run.folder).journal).read()).map(({ step }) => step)
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('starts it again and again as long as it comes further', async () => {
    const run = await newRun({ length: { kind: 'steps', steps: 60 } })
    // Each process has seven steps in it: one checkpoint.
    let steps = 0
    const engine = counting(({ kind }) => {
      if (kind === 'train-begin') steps = 0
      return kind === 'train-step' && ++steps > 7 ? 'dies' : undefined
    })
    expect(await session(run, engine)).toBe('done')
    expect(engine.requests.length).toBeGreaterThan(6)
  })

  it.each([
    ['dies', 'dies'],
    ['runs out of memory', { error: 'out-of-memory', detail: 'no room' }],
    ['is lost', { error: 'device-failed', detail: 'device lost' }],
    ['gives no numbers', { result: { losses: { cycle_A: Number.NaN }, seconds: 10 } }],
  ] satisfies [string, Reply][])('goes on by another runtime where one %s', async (_, reply) => {
    const run = await newRun()
    const engine = counting((request, process) =>
      process === 1 && request.kind === 'train-step' && request.step === 8 ? reply : undefined,
    )
    const told: Fallback[] = []
    const options = { onFallback: (fallback: Fallback) => told.push(fallback) }
    const order = ['onnxruntime-webgpu', 'onnxruntime-cpu'] as const
    expect(await session(run, engine, options, order)).toBe('done')
    expect(engine.runtimes).toEqual(order)
    expect(stepsOf(engine.requests[1])).toEqual([7, 8, 9, 10])
    expect(told).toMatchObject([{ from: order[0], to: order[1], lasting: true }])
    const steps = (await new LossJournal(runPaths(run.folder).journal).read()).map(({ step }) => step)
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it.each(['train-begin', 'train-sample', 'train-step'] as const)(
    'gives up when it dies again and again at the same place, and names the run: %s',
    async (kind) => {
      const engine = counting((request) => (request.kind === kind ? 'dies' : undefined))
      const failure = await failureOf(session(await newRun(), engine))
      expect(failure).toMatchObject({ code: 'engine-stopped', subject: 'Meadow', detail: 'signal SIGKILL' })
      expect(engine.requests).toHaveLength(4)
    },
  )

  it('stops where a loss is no number, with the last good checkpoint', async () => {
    const run = await newRun()
    const engine = counting((request) =>
      request.kind === 'train-step' && request.step === 8
        ? { result: { losses: { G_A: Number.NaN }, seconds: 1 } }
        : undefined,
    )
    const failure = await failureOf(session(run, engine))
    expect(failure).toMatchObject({ code: 'training-diverged', subject: 'Meadow', detail: 'G_A is NaN' })
    expect((await checkpointsOf(run).newest())?.step).toBe(6)
  })

  // The sentence used to be about "This item".
  it('names the run where a weight is no number before a loss is', async () => {
    const run = await newRun()
    const engine = counting((request, _, step) =>
      request.kind === 'train-read' && step === 10
        ? { result: { w: { dtype: 'F32', shape: [1], data: Float32Array.of(Number.NaN) } } }
        : undefined,
    )
    const failure = await failureOf(session(run, engine))
    expect(failure).toMatchObject({ code: 'training-diverged', subject: 'Meadow', detail: 'w' })
    expect((await checkpointsOf(run).newest())?.step).toBe(6)
  })

  it('asks for room for a checkpoint before the first step', async () => {
    const [run, engine] = [
      await newRun(),
      counting(({ kind }) =>
        kind === 'train-entries' ? { result: [{ name: 'w', shape: [2 ** 24, 2 ** 24] }] } : undefined,
      ),
    ]
    const failure = await failureOf(session(run, engine))
    expect(failure).toMatchObject({ code: 'disk-full', subject: 'Meadow' })
    expect(failure.detail).toMatch(/^a checkpoint takes \d+ MiB$/)
    expect(stepsOf(engine.requests[0])).toEqual([])
  })

  it('tells what the engine cannot do, at once', async () => {
    const engine = counting(({ kind }) =>
      kind === 'train-begin' ? { error: 'out-of-memory', detail: 'bad_alloc' } : undefined,
    )
    const failure = await failureOf(session(await newRun(), engine))
    expect(failure).toMatchObject({ code: 'out-of-memory', subject: 'Meadow' })
    expect(engine.requests).toHaveLength(1)
  })
})
