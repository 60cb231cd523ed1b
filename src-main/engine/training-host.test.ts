import { describe, expect, it } from 'vitest'
import { failureOf } from '../photos/test-support.ts'
import type { EngineRequest, TrainerSettings, Weights } from './protocol.ts'
import { ScriptedEngine, type Reply } from './testing/scripted-engine.ts'
import { TrainingHost } from './training-host.ts'

const settings: TrainerSettings = {
  ...{ generator: { ngf: 2, blocks: 1 }, discriminator: { ndf: 2 }, crop: 32, flip: true, batch: 1 },
  ...{ gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0.5, forwardCycle: true, backwardCycle: true },
  ...{ augmentation: [], pool: 0, averageDecay: 0.9, warmUp: 0, seed: 1 },
  schedule: { rate: 2e-4, constant: 3, decay: 5, stepsPerUnit: 1 },
}
const part = (name: string): Weights => ({ [name]: { dtype: 'F32', shape: [1], data: new Float32Array(1) } })
const begin = { kind: 'begin' } as const

function hostOf(answer: (request: EngineRequest, process: number) => Reply) {
  const engine = new ScriptedEngine(answer)
  return { engine, host: new TrainingHost({ start: engine.start }) }
}

/** Answers everything as an engine would that has nothing to say. */
function fine({ kind }: EngineRequest): Reply {
  if (kind === 'train-step') return { result: { losses: { G_A: 1 }, seconds: 0.5 } }
  if (kind === 'train-measure') return { result: { seconds: 0.25 } }
  return { result: kind === 'train-entries' ? [{ name: 'w', shape: [1] }] : null }
}

describe('TrainingHost', () => {
  it('loads the state in parts, begins, and hands out what the engine gives', async () => {
    const { engine, host } = hostOf(fine)
    await host.begin(settings, { kind: 'go-on', step: 7 }, [part('a'), part('b')])
    expect(await host.step(8, [], [])).toEqual({ losses: { G_A: 1 }, seconds: 0.5 })
    expect(await host.entries()).toEqual([{ name: 'w', shape: [1] }])
    expect(await host.measure(settings)).toBe(0.25)
    expect(engine.requests).toEqual([
      [
        { kind: 'train-load', state: part('a') },
        { kind: 'train-load', state: part('b') },
        { kind: 'train-begin', settings, start: { kind: 'go-on', step: 7 } },
        { kind: 'train-step', step: 8, a: [], b: [] },
        { kind: 'train-entries' },
        { kind: 'train-measure', settings },
      ],
    ])
  })

  it('says that the engine stopped when it dies in mid-step, and ever after', async () => {
    const { engine, host } = hostOf((request) => (request.kind === 'train-step' ? 'dies' : fine(request)))
    await host.begin(settings, begin, [])
    const failure = await failureOf(host.step(1, [], []))
    expect(failure).toMatchObject({ code: 'engine-stopped', detail: 'signal SIGKILL' })
    expect((await failureOf(host.step(1, [], []))).code).toBe('engine-stopped')
    expect(engine.requests).toHaveLength(1)
  })

  // It used to start another process, which knew of no training: the run failed instead of going on.
  it('does not ask a new process for a training that an old one had, when that died between two steps', async () => {
    const { engine, host } = hostOf(fine)
    await host.begin(settings, begin, [])
    await host.step(1, [], [])
    engine.die()
    expect((await failureOf(host.step(2, [], []))).code).toBe('engine-stopped')
    expect((await failureOf(host.read(['w']))).code).toBe('engine-stopped')
    expect(engine.requests).toHaveLength(1)
  })

  // It used to begin with what came after the death: the other networks at random, without a word.
  it('does not begin with a part of the state, when the engine dies between two parts', async () => {
    const { engine, host } = hostOf(fine)
    function* dyingBetween(): Generator<Weights> {
      yield part('a')
      engine.die()
      yield part('b')
    }
    expect((await failureOf(host.begin(settings, begin, dyingBetween()))).code).toBe('engine-stopped')
    expect(engine.requests.flat().map(({ kind }) => kind)).toEqual(['train-load'])
  })

  it.each([
    ['failed', 'engine-failed', 'the weights have no G_A'],
    ['out-of-memory', 'out-of-memory', 'bad_alloc'],
  ] as const)('tells what the engine could not do: %s', async (error, code, detail) => {
    const { host } = hostOf((request) => (request.kind === 'train-begin' ? { error, detail } : fine(request)))
    expect(await failureOf(host.begin(settings, begin, []))).toMatchObject({ code, detail })
    // The process is still there, and so is its memory.
    expect(await host.entries()).toHaveLength(1)
  })

  it('ends the process in mid-step when it is closed, and does nothing afterwards', async () => {
    const { engine, host } = hostOf((request) => (request.kind === 'train-step' ? 'works' : fine(request)))
    await host.begin(settings, begin, [])
    const step = failureOf(host.step(1, [], []))
    while (engine.requests[0]?.at(-1)?.kind !== 'train-step') await Promise.resolve()
    host.close()
    expect((await step).code).toBe('cancelled')
    expect(engine.killed).toBe(1)
    expect((await failureOf(host.entries())).code).toBe('cancelled')
    expect(engine.requests).toHaveLength(1)
  })
})
