import { describe, expect, it } from 'vitest'
import type { Pixels, TrainerSettings, TrainingRequest, TrainingResults, Weights } from './protocol.ts'
import { OnnxRuntime } from './runtimes/onnx/runtime.ts'
import { linearCongruence } from './testing/numbers.ts'
import { TrainingDesk } from './training-desk.ts'

const settings: TrainerSettings = {
  ...{ generator: { ngf: 2, blocks: 1 }, discriminator: { ndf: 2 }, crop: 32, flip: true, batch: 1 },
  ...{ gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0, forwardCycle: true, backwardCycle: true },
  ...{ augmentation: [], pool: 2, averageDecay: 0.9, warmUp: 0, seed: 1 },
  schedule: { rate: 2e-4, constant: 3, decay: 5, stepsPerUnit: 1 },
}

function picture(seed: number, width: number, height: number): Pixels {
  const next = linearCongruence(seed)
  return {
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: 3 * width * height }, () => 256 * next()),
  }
}

const newDesk = () => {
  const desk = new TrainingDesk(new OnnxRuntime())
  return async <Request extends TrainingRequest>(request: Request) =>
    (await desk.answer(request)) as TrainingResults[Request['kind']]
}

const begin = { kind: 'train-begin', settings, start: { kind: 'begin' } } as const
const step = (number: number) =>
  ({ kind: 'train-step', step: number, a: [picture(number, 40, 36)], b: [picture(-number, 36, 40)] }) as const

describe('TrainingDesk', () => {
  it('goes on from a state that comes in parts, as if it had not stopped', async () => {
    const first = newDesk()
    await first(begin)
    await first(step(1))
    const entries = await first({ kind: 'train-entries' })
    const parts: Weights[] = []
    for (const { name } of entries) parts.push(await first({ kind: 'train-read', names: [name] }))
    const { losses, seconds } = await first(step(2))
    expect(seconds).toBeGreaterThan(0)
    const second = newDesk()
    for (const state of parts) await second({ kind: 'train-load', state })
    await second({ kind: 'train-begin', settings, start: { kind: 'go-on', step: 1 } })
    expect((await second(step(2))).losses).toEqual(losses)
  })

  it('forgets what was loaded when it has begun: the next training has its own state', async () => {
    const [desk, fresh] = [newDesk(), newDesk()]
    const name = 'G_A.model.1.bias'
    const bias: Weights = { [name]: { dtype: 'F32', shape: [2], data: Float32Array.of(7, 8) } }
    await desk({ kind: 'train-load', state: bias })
    await desk(begin)
    expect((await desk({ kind: 'train-read', names: [name] }))[name]?.data).toEqual(Float32Array.of(7, 8))
    await desk(begin)
    await fresh(begin)
    expect(await desk({ kind: 'train-read', names: [name] })).toEqual(
      await fresh({ kind: 'train-read', names: [name] }),
    )
  })

  it('shows pictures of any size there and back, by the generators of their side', async () => {
    const desk = newDesk()
    await desk(begin)
    for (const number of [1, 2, 3]) await desk(step(number))
    const [x, y] = [picture(1, 50, 33), picture(2, 32, 64)]
    const { a, b } = await desk({ kind: 'train-sample', a: [x], b: [y, x] })
    const sizes = [...a, ...b].flatMap(({ translated, reconstructed }) =>
      [translated, reconstructed].map(({ width, height }) => [width, height]),
    )
    expect(sizes).toEqual([
      [50, 33],
      [50, 33],
      [32, 64],
      [32, 64],
      [50, 33],
      [50, 33],
    ])
    // The same picture by G and by F.
    expect(b[1]?.translated).not.toEqual(a[0]?.translated)
    // Showing changes nothing.
    const again = await desk({ kind: 'train-sample', a: [x], b: [] })
    expect(again.a).toEqual(a)
  })

  it('measures a step without disturbing the training', async () => {
    const [desk, undisturbed] = [newDesk(), newDesk()]
    for (const one of [desk, undisturbed]) await one(begin)
    expect(
      (await desk({ kind: 'train-measure', settings: { ...settings, warmUp: 100, batch: 2 } })).seconds,
    ).toBeGreaterThan(0)
    expect((await desk(step(1))).losses).toEqual((await undisturbed(step(1))).losses)
  })

  it.each<TrainingRequest>([
    step(1),
    { kind: 'train-entries' },
    { kind: 'train-read', names: [] },
    { kind: 'train-sample', a: [], b: [] },
  ])('asks for a training first: $kind', async (request) => {
    await expect(newDesk()(request)).rejects.toThrow('No training has begun')
  })

  it('has no training after one that could not begin', async () => {
    const desk = newDesk()
    await desk(begin)
    await desk({
      kind: 'train-load',
      state: { 'pool.A': { dtype: 'F32', shape: [9], data: new Float32Array(9) } },
    })
    await expect(desk(begin)).rejects.toThrow('A pool of [9] does not fit')
    await expect(desk(step(1))).rejects.toThrow('No training has begun')
    await desk(begin)
    expect(await desk({ kind: 'train-entries' })).not.toHaveLength(0)
  })
})
