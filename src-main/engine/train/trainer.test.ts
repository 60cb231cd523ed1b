import { afterEach, describe, expect, it } from 'vitest'
import { generatorParameters } from '../networks/generator.ts'
import type { Pixels, TrainerSettings, TrainerStart, Weights } from '../protocol.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import { linearCongruence } from '../testing/numbers.ts'
import { averageDecayAt } from './schedule.ts'
import { isLearned } from './state.ts'
import { Trainer } from './trainer.ts'

const runtime = new OnnxRuntime()
const tiny: TrainerSettings = {
  ...{ generator: { ngf: 2, blocks: 1 }, discriminator: { ndf: 2 }, crop: 32, flip: true, batch: 1 },
  ...{ gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0.5, forwardCycle: true, backwardCycle: true },
  ...{ augmentation: [], pool: 0, averageDecay: 0.9, warmUp: 0, seed: 1 },
  schedule: { rate: 2e-4, constant: 3, decay: 5, stepsPerUnit: 1 },
}

const open: Trainer[] = []
afterEach(async () => {
  for (const trainer of open.splice(0)) await trainer.release()
})

async function started(
  settings: Partial<TrainerSettings> = {},
  start: TrainerStart = { kind: 'begin' },
  state: Weights = {},
): Promise<Trainer> {
  const trainer = await Trainer.start(runtime, { ...tiny, ...settings }, start, state)
  open.push(trainer)
  return trainer
}

/** Pictures of a step, each of another size and content. */
function pictures(step: number, side: 'a' | 'b', batch = 1): readonly Pixels[] {
  return Array.from({ length: batch }, (_, index) => {
    const [width, height] = [33 + ((step + index) % 5), 32 + ((step * 3 + index) % 4)]
    const next = linearCongruence(100 * step + 10 * index + (side === 'a' ? 1 : 2))
    const data = Uint8Array.from({ length: 3 * width * height }, () => 256 * next())
    return { width, height, channels: 3, data }
  })
}

type Losses = Readonly<Record<string, number>>

async function steps(trainer: Trainer, from: number, to: number, batch = 1): Promise<readonly Losses[]> {
  const losses: Losses[] = []
  for (let step = from; step <= to; step++)
    losses.push(await trainer.step(step, pictures(step, 'a', batch), pictures(step, 'b', batch)))
  return losses
}

const stateOf = (trainer: Trainer): Promise<Weights> => trainer.read(trainer.entries.map(({ name }) => name))

const only = (state: Weights, wanted: (name: string) => boolean): Weights =>
  Object.fromEntries(Object.entries(state).filter(([name]) => wanted(name)))

const learnedOf = (state: Weights): Weights =>
  only(state, (name) => isLearned(name) && !name.startsWith('pool.'))

/** Comparable bit for bit: NaN and −0 included. */
function bitsOf(state: Weights): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => [
      name,
      `${shape.join('×')} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`,
    ]),
  )
}

describe('a trainer that goes on from what was read', () => {
  const warmUp = { warmUp: 3, pool: 2 }
  const cases: readonly [string, Partial<TrainerSettings>, readonly number[]][] = [
    ['without a pool', {}, [4]],
    ['with a pool that fills, and one that is full', { pool: 3 }, [2, 6]],
    ['with a batch of two, whose pool gets full in mid-batch', { pool: 3, batch: 2 }, [1, 2]],
    ['with augmentation', { augmentation: ['translation', 'cutout'], pool: 2 }, [4]],
    ['with the log loss and without mirroring', { gan: 'vanilla', flip: false }, [2]],
    ['with the cycle alone', { gan: 'none', lambdaIdentity: 0, pool: 2 }, [2]],
    ['in the warm-up, at its end, and after it', warmUp, [2, 3, 4]],
    ['in the warm-up with augmentation', { ...warmUp, augmentation: ['cutout'], batch: 2 }, [3]],
  ]
  it.each(cases)('does the same steps, bit for bit: %s', async (_, settings, pauses) => {
    const [last, { batch = 1 }] = [7, settings]
    const whole = await started(settings)
    const losses: Losses[] = []
    const paused = new Map<number, Weights>()
    for (let step = 1; step <= last; step++) {
      losses.push(...(await steps(whole, step, step, batch)))
      if (pauses.includes(step)) paused.set(step, await stateOf(whole))
    }
    const end = bitsOf(await stateOf(whole))
    for (const [step, state] of paused) {
      const before = bitsOf(state)
      const other = await started(settings, { kind: 'go-on', step }, state)
      expect(bitsOf(await stateOf(other))).toEqual(before)
      expect(await steps(other, step + 1, last, batch)).toEqual(losses.slice(step))
      expect(bitsOf(await stateOf(other))).toEqual(end)
    }
  })

  it('may be stopped at every step', async () => {
    const settings = { pool: 2, warmUp: 2 }
    const whole = await started(settings)
    await steps(whole, 1, 4)
    let trainer = await started(settings)
    for (let step = 1; step <= 4; step++) {
      await steps(trainer, step, step)
      trainer = await started(settings, { kind: 'go-on', step }, await stateOf(trainer))
    }
    expect(bitsOf(await stateOf(trainer))).toEqual(bitsOf(await stateOf(whole)))
  })

  let whole: Weights | undefined
  it.each([
    ['a weight that is missing', 'G_A.model.1.weight', undefined, 'G_A.model.1.weight'],
    [
      'a moment that is missing',
      'D_B.model.0.bias.second-moment',
      undefined,
      'D_B.model.0.bias.second-moment',
    ],
    ['an average that is missing', 'G_B.model.1.bias.average', undefined, 'G_B.model.1.bias.average'],
    [
      'a weight of another network',
      'D_A.model.0.weight',
      { dtype: 'F32', shape: [4, 3, 4, 4], data: new Float32Array(192) },
      'D_A.model.0.weight is [4, 3, 4, 4] and should be [2, 3, 4, 4]',
    ],
    [
      'a pool of other pictures',
      'pool.A',
      { dtype: 'F32', shape: [1, 3, 64, 64], data: new Float32Array(3 * 64 * 64) },
      'A pool of [1, 3, 64, 64] does not fit',
    ],
  ] as const)('refuses %s', async (_, name, tensor, message) => {
    whole ??= structuredClone(await stateOf(await started({ pool: 2 })))
    const rest = only(whole, (other) => other !== name)
    const state = tensor === undefined ? rest : { ...rest, [name]: tensor }
    await expect(started({ pool: 2 }, { kind: 'go-on', step: 1 }, state)).rejects.toThrow(message)
  })
})

describe('a trainer', () => {
  it('does its steps in order, each once, and on whole batches only', async () => {
    const settings = { batch: 2, pool: 1 }
    const [trainer, other] = [await started(settings), await started(settings)]
    const step = (number: number, a: readonly Pixels[], b: readonly Pixels[]) => trainer.step(number, a, b)
    const [a, b] = [pictures(1, 'a', 2), pictures(1, 'b', 2)]
    await expect(step(0, a, b)).rejects.toThrow('Step 0 is not the next, which is 1')
    await expect(step(2, a, b)).rejects.toThrow('Step 2 is not the next')
    await expect(step(1, a.slice(1), b)).rejects.toThrow('2 pictures a side')
    await expect(step(1, a, [...b, ...b])).rejects.toThrow('2 pictures a side')
    const small: Pixels = { width: 40, height: 31, channels: 3, data: new Uint8Array(3 * 40 * 31) }
    await expect(step(1, a, [b[0]!, small])).rejects.toThrow('32 pixels does not fit into 40 × 31')
    const rgba: Pixels = { width: 32, height: 32, channels: 4, data: new Uint8Array(4 * 32 * 32) }
    await expect(step(1, [rgba, a[1]!], b)).rejects.toThrow('not RGB of 8 bits')
    // What was refused has changed nothing.
    expect(await step(1, a, b)).toEqual(await other.step(1, a, b))
    await expect(step(1, a, b)).rejects.toThrow('Step 1 is not the next, which is 2')
    expect(bitsOf(await stateOf(trainer))).toEqual(bitsOf(await stateOf(other)))
  })

  it('is the same for the same seed, and another for another', async () => {
    const [one, same, another] = [await started(), await started(), await started({ seed: 2 })]
    expect(bitsOf(await stateOf(same))).toEqual(bitsOf(await stateOf(one)))
    expect((await stateOf(another))['G_A.model.1.weight']).not.toEqual(
      (await stateOf(one))['G_A.model.1.weight'],
    )
    expect(await steps(same, 1, 2)).toEqual(await steps(one, 1, 2))
  })

  it('cuts another square, mirrors or not, at each step', async () => {
    const [a, b] = [pictures(1, 'a'), pictures(1, 'b')]
    // A rate of nothing: the networks stay, so that only what they are shown differs.
    const still = { schedule: { rate: 0, constant: 9, decay: 0, stepsPerUnit: 1 } }
    const trainer = await started(still)
    const seen = new Set<number | undefined>()
    for (let step = 1; step <= 6; step++) seen.add((await trainer.step(step, a, b))['cycle_A'])
    expect(seen.size).toBeGreaterThan(4)
    const fixed = await started({ ...still, crop: 32, flip: false })
    const square = (side: 'a' | 'b'): readonly Pixels[] => {
      const { data } = pictures(1, side)[0]!
      return [{ width: 32, height: 32, channels: 3, data: data.slice(0, 3 * 32 * 32) }]
    }
    const first = await fixed.step(1, square('a'), square('b'))
    expect(await fixed.step(2, square('a'), square('b'))).toEqual(first)
  })

  it('begins with the networks that it is given, and with random ones where there are none', async () => {
    const given = learnedOf(await stateOf(await started({ seed: 7 })))
    const ofG = only(given, (name) => name.startsWith('G_A.'))
    const trainer = await started({}, { kind: 'begin' }, structuredClone(ofG))
    const state = await stateOf(trainer)
    const random = await stateOf(await started())
    for (const [name, tensor] of Object.entries(ofG)) {
      expect(state[name]).toEqual(tensor)
      expect(state[`${name}.average`]).toEqual(tensor)
    }
    for (const name of ['G_B.model.1.weight', 'D_A.model.0.weight'])
      expect(state[name]!.data.some((value) => value !== 0)).toBe(true)
    expect(state['G_A.model.1.weight']).not.toEqual(random['G_A.model.1.weight'])
    const moments = Object.entries(state).filter(([name]) => name.endsWith('-moment'))
    expect(moments).not.toHaveLength(0)
    for (const [, { data }] of moments) expect(data.every((value) => value === 0)).toBe(true)
  })

  it('takes of what it is given the networks alone: no moments, averages or old fakes', async () => {
    const trainer = await started({ pool: 2 })
    await steps(trainer, 1, 3)
    const used = only(await stateOf(trainer), (name) => !name.startsWith('pool.'))
    const [all, networks] = [structuredClone(used), structuredClone(learnedOf(used))]
    const [one, other] = [
      await started({}, { kind: 'begin' }, all),
      await started({}, { kind: 'begin' }, networks),
    ]
    expect(bitsOf(await stateOf(one))).toEqual(bitsOf(await stateOf(other)))
  })

  it('refuses a network of another size', async () => {
    const odd = { dtype: 'F32', shape: [4, 3, 7, 7], data: new Float32Array(588) } as const
    await expect(started({}, { kind: 'begin' }, { 'G_A.model.1.weight': odd })).rejects.toThrow(
      'G_A.model.1.weight is [4, 3, 7, 7] and should be [2, 3, 7, 7]',
    )
  })

  it('learns by the rate of its schedule: nothing after the end', async () => {
    const trainer = await started({ schedule: { rate: 2e-4, constant: 1, decay: 0, stepsPerUnit: 2 } })
    const weights = [bitsOf(learnedOf(await stateOf(trainer)))]
    for (let step = 1; step <= 3; step++) {
      await steps(trainer, step, step)
      weights.push(bitsOf(learnedOf(await stateOf(trainer))))
    }
    expect(weights[1]).not.toEqual(weights[0])
    expect(weights[2]).not.toEqual(weights[1])
    expect(weights[3]).toEqual(weights[2])
  })

  it('tells what it has: every entry can be read, in its shape, and nothing else', async () => {
    const trainer = await started({ pool: 3 })
    await steps(trainer, 1, 2)
    const entries = trainer.entries
    const shapes = Object.fromEntries(entries.map(({ name, shape }) => [name, shape]))
    expect(shapes['pool.A']).toEqual([2, 3, 32, 32])
    for (const [name, { shape, data }] of Object.entries(await stateOf(trainer))) {
      expect(shape).toEqual(shapes[name])
      expect(data).toHaveLength(shape.reduce((product, size) => product * size, 1))
    }
    expect(Object.keys(await trainer.read(['pool.B', 'G_B.model.1.bias']))).toEqual([
      'G_B.model.1.bias',
      'pool.B',
    ])
    await expect(trainer.read(['G_C.model.1.bias'])).rejects.toThrow('G_C.model.1.bias')
    expect(await trainer.read([])).toEqual({})
  })

  it('keeps each fake that it made in the pool, as the generators made it', async () => {
    const trainer = await started({ pool: 2 })
    await steps(trainer, 1, 1)
    const { 'pool.A': a, 'pool.B': b } = await stateOf(trainer)
    expect(a!.data.every((value) => Math.abs(value) <= 1)).toBe(true)
    expect(a!.data.some((value) => value !== 0)).toBe(true)
    expect(b!.data).not.toEqual(a!.data)
    await steps(trainer, 2, 2)
    expect((await stateOf(trainer))['pool.A']!.data.subarray(0, 3072)).toEqual(a!.data)
  })
})

describe("the trainer's averages", () => {
  it('follow the weights after each step, with a decay that rises', async () => {
    const trainer = await started({ averageDecay: 0.3 })
    const name = 'G_A.model.1.weight'
    const read = async () => {
      const { [name]: weight, [`${name}.average`]: average } = await stateOf(trainer)
      return { weight: weight!.data, average: average!.data }
    }
    let before = await read()
    expect(before.average).toEqual(before.weight)
    for (let step = 1; step <= 6; step++) {
      await steps(trainer, step, step)
      const decay = averageDecayAt(0.3, step)
      const after = await read()
      after.average.forEach((value, i) => {
        expect(value).toBeCloseTo(decay * before.average[i]! + (1 - decay) * after.weight[i]!, 8)
      })
      expect(after.average).not.toEqual(after.weight)
      before = after
    }
  })

  it('are what it gives as a generator, under the official names', async () => {
    const trainer = await started()
    await steps(trainer, 1, 2)
    const state = await stateOf(trainer)
    for (const [direction, prefix] of [
      ['AtoB', 'G_A'],
      ['BtoA', 'G_B'],
    ] as const) {
      const generator = await trainer.generator(direction)
      const expected = generatorParameters(tiny.generator).map(({ name }) => name)
      expect(Object.keys(generator).toSorted()).toEqual(expected.toSorted())
      for (const [name, tensor] of Object.entries(generator))
        expect(tensor).toEqual(state[`${prefix}.${name}.average`])
    }
  })
})

describe('the warm-up of a trainer', () => {
  it('trains the discriminators and leaves the generators as they are', async () => {
    const trainer = await started({ warmUp: 3, pool: 2 })
    const before = await stateOf(trainer)
    expect(Object.keys(before).some((name) => name.endsWith('.average'))).toBe(false)
    for (const losses of await steps(trainer, 1, 3)) expect(Object.keys(losses)).toEqual(['D_A', 'D_B'])
    const after = await stateOf(trainer)
    for (const name of Object.keys(learnedOf(before))) {
      if (name.startsWith('G_')) expect(after[name]).toEqual(before[name])
      else if (name.endsWith('.weight')) expect(after[name]).not.toEqual(before[name])
    }
    const generator = await trainer.generator('AtoB')
    for (const [name, tensor] of Object.entries(generator)) expect(tensor).toEqual(before[`G_A.${name}`])
    const [losses] = await steps(trainer, 4, 4)
    expect(Object.keys(losses!)).toEqual(['G_A', 'G_B', 'cycle_A', 'cycle_B', 'idt_A', 'idt_B', 'D_A', 'D_B'])
    expect((await stateOf(trainer))['G_A.model.1.weight']).not.toEqual(before['G_A.model.1.weight'])
  })

  it('ends as if a training began with its discriminators: Adam, averages and the rate are new', async () => {
    // Nothing is drawn at random here, so that step 3 of the one can be step 1 of the other.
    const settings = {
      flip: false,
      crop: 32,
      schedule: { rate: 2e-4, constant: 1, decay: 1, stepsPerUnit: 1 },
    }
    const square = (step: number, side: 'a' | 'b'): readonly Pixels[] => {
      const { data } = pictures(step, side)[0]!
      return [{ width: 32, height: 32, channels: 3, data: data.slice(0, 3 * 32 * 32) }]
    }
    const warmed = await started({ ...settings, warmUp: 2 })
    for (const step of [1, 2]) await warmed.step(step, square(step, 'a'), square(step, 'b'))
    const begun = await started(settings, { kind: 'begin' }, learnedOf(await stateOf(warmed)))
    for (const step of [1, 2]) {
      const [a, b] = [square(step, 'a'), square(step, 'b')]
      expect(await warmed.step(step + 2, a, b)).toEqual(await begun.step(step, a, b))
    }
    expect(bitsOf(await stateOf(warmed))).toEqual(bitsOf(await stateOf(begun)))
  })
})
