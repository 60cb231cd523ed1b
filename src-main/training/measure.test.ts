import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { Failure } from '../contract/errors.ts'
import { paperSettings, type TrainingSettings } from '../contract/training.ts'
import { ScriptedEngine, type Reply } from '../engine/testing/scripted-engine.ts'
import { temporaryFolder } from './data/test-support.ts'
import { StepPace } from './measure.ts'

const at = temporaryFolder()
let files = 0
const newFile = (): string => at('data', `${++files}.json`)

/** What a measurement failed of. */
const codeOf = (measured: Promise<number>): Promise<string> =>
  measured.then(
    (seconds) => `${seconds} s`,
    (thrown: unknown) => Failure.from(thrown).code,
  )

/** An engine whose steps take ¼ s, ½ s, ¾ s, … by the number of its process. */
const slower = () => new ScriptedEngine((_, process) => ({ result: { seconds: process / 4 } }))

describe('StepPace', () => {
  it('measures settings once, in a process that ends then, and remembers it', async () => {
    const [engine, path] = [slower(), newFile()]
    const pace = new StepPace(path, engine.start)
    expect(await pace.measure(paperSettings)).toBe(0.25)
    expect(await pace.measure({ ...paperSettings, seed: 7, rate: 1e-3, load: 400, flip: false })).toBe(0.25)
    expect(await new StepPace(path, engine.start).measure(paperSettings)).toBe(0.25)
    expect([engine.requests.length, engine.killed]).toEqual([1, 1])
  })

  it('measures anew what takes another time', async () => {
    const engine = slower()
    const pace = new StepPace(newFile(), engine.start)
    const others: readonly Partial<TrainingSettings>[] = [
      {},
      ...[{ ngf: 32 }, { blocks: 6 }, { ndf: 32 }, { crop: 128 }, { batch: 2 }, { gan: 'none' as const }],
      ...[
        { lambdaIdentity: 0 },
        { backwardCycle: false },
        { pool: 0 },
        { augmentation: ['cutout' as const] },
      ],
    ]
    const measured: number[] = []
    for (const other of [...others, ...others])
      measured.push(await pace.measure({ ...paperSettings, ...other }))
    const each = others.map((_, index) => (index + 1) / 4)
    expect(measured).toEqual([...each, ...each])
  })

  it('measures one at a time, and the same thing once', async () => {
    const engine = slower()
    const pace = new StepPace(newFile(), engine.start)
    const all = [paperSettings, { ...paperSettings, ngf: 8 }, paperSettings].map((one) => pace.measure(one))
    const [first = 0, second = 0, again] = await Promise.all(all)
    // Which of the two comes first, the disk decides.
    expect([first, second].toSorted()).toEqual([0.25, 0.5])
    expect(again).toBe(first)
    expect(engine.requests).toHaveLength(2)
  })

  it('goes on after one that failed, whose time is not kept', async () => {
    const engine = new ScriptedEngine((_, process): Reply =>
      process === 1 ? 'dies' : { result: { seconds: 1 } },
    )
    const pace = new StepPace(newFile(), engine.start)
    const both = await Promise.all([1, 2].map(() => codeOf(pace.measure(paperSettings))))
    // Which of the two comes first, the disk decides.
    expect(both.toSorted()).toEqual(['1 s', 'engine-stopped'])
  })

  it('stops in mid-measurement, and before it', async () => {
    const engine = new ScriptedEngine(() => 'works')
    const pace = new StepPace(newFile(), engine.start)
    const stop = new AbortController()
    const measuring = codeOf(pace.measure(paperSettings, stop.signal))
    while (engine.requests[0]?.length !== 1) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    expect(await measuring).toBe('cancelled')
    expect(engine.killed).toBe(1)
    expect(await codeOf(pace.measure(paperSettings, stop.signal))).toBe('cancelled')
    expect(engine.requests).toHaveLength(1)
  })

  it('tells what is known while something else is measured', async () => {
    const [path, known] = [newFile(), { ...paperSettings, ngf: 8 }]
    await new StepPace(path, slower().start).measure(known)
    const pace = new StepPace(path, new ScriptedEngine(() => 'works').start)
    const measuring = codeOf(pace.measure(paperSettings))
    expect(await pace.measure(known)).toBe(0.25)
    pace.interrupt()
    expect(await measuring).toBe('cancelled')
  })

  // A listener that came too late heard nothing: the measurement went on beside the training that was begun.
  it('can be stopped while it still looks up what is known', async () => {
    const pace = new StepPace(newFile(), new ScriptedEngine(() => 'works').start)
    const stop = new AbortController()
    const measuring = [codeOf(pace.measure(paperSettings, stop.signal)), codeOf(pace.measure(paperSettings))]
    stop.abort()
    pace.interrupt()
    expect(await Promise.all(measuring)).toEqual(['cancelled', 'cancelled'])
  })

  it('is interrupted with all that waits, and measures again afterwards', async () => {
    const engine = new ScriptedEngine((_, process): Reply =>
      process === 1 ? 'works' : { result: { seconds: 1 } },
    )
    const pace = new StepPace(newFile(), engine.start)
    const measuring = [paperSettings, { ...paperSettings, ngf: 8 }].map((one) => pace.measure(one))
    const ends = Promise.allSettled(measuring)
    while (engine.requests[0]?.length !== 1) await new Promise((resolve) => setImmediate(resolve))
    pace.interrupt()
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect([engine.requests.length, engine.killed]).toEqual([1, 1])
    expect(await pace.measure(paperSettings)).toBe(1)
  })

  it('measures anew where its file is damaged', async () => {
    const [engine, path] = [slower(), newFile()]
    await new StepPace(path, engine.start).measure(paperSettings)
    await writeFile(path, (await readFile(path, 'utf8')).replace('0.25', '-1'))
    expect(await new StepPace(path, engine.start).measure(paperSettings)).toBe(0.5)
  })
})
