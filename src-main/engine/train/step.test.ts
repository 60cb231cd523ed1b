import { describe, expect, it } from 'vitest'
import { linearCongruence } from '../testing/numbers.ts'
import { cut, move } from '../testing/reference.ts'
import type { Place } from '../testing/reference.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import type { Weights } from '../protocol.ts'
import type { StepProgram, Values } from '../runtimes/runtime.ts'
import { drawAugmentation, judgedPictures } from './augmentation.ts'
import type { Augmentation, Judged } from './augmentation.ts'
import { averageName } from './average.ts'
import { initialWeights, withFreshState } from './state.ts'
import { buildStep, paperObjective, stepInputs } from './step.ts'
import type { Objective, Step, StepSettings } from './step.ts'

const runtime = new OnnxRuntime()
const tiny: StepSettings = {
  generator: { ngf: 2, blocks: 1 },
  discriminator: { ndf: 2 },
  ...{ size: 32, batch: 1, objective: paperObjective, pool: false },
}

function beginningOf(step: Step, seed = 1): Weights {
  const { parameters } = step.graph
  const weights = parameters.filter(({ name }) => !/-moment$|\.average$/.test(name))
  return withFreshState(parameters, initialWeights(weights, linearCongruence(seed)))
}

function pictures(seed: number, count = 3 * 32 * 32): Float32Array {
  const next = linearCongruence(seed)
  return Float32Array.from({ length: count }, () => 2 * next() - 1)
}

function inputs(index: number, more: Values = {}): Values {
  return {
    [stepInputs.realA]: pictures(10 + index),
    [stepInputs.realB]: pictures(20 + index),
    [stepInputs.rate]: Float32Array.of(2e-4),
    [stepInputs.step]: Float32Array.of(index),
    ...more,
  }
}

async function withProgram<T>(
  step: Step,
  state: Weights,
  use: (program: StepProgram) => Promise<T>,
): Promise<T> {
  const program = await runtime.compileStep(step, state)
  try {
    return await use(program)
  } finally {
    await program.release()
  }
}

describe('the step', () => {
  const cases: readonly [string, Partial<Objective>, readonly string[]][] = [
    ['the whole of it', {}, ['G_A', 'G_B', 'cycle_A', 'cycle_B', 'idt_A', 'idt_B', 'D_A', 'D_B']],
    ['without identity', { lambdaIdentity: 0 }, ['G_A', 'G_B', 'cycle_A', 'cycle_B', 'D_A', 'D_B']],
    ['cycle alone', { gan: 'none', lambdaIdentity: 0 }, ['cycle_A', 'cycle_B']],
    [
      'GAN alone',
      { forwardCycle: false, backwardCycle: false, lambdaIdentity: 0 },
      ['G_A', 'G_B', 'D_A', 'D_B'],
    ],
    [
      'GAN and forward cycle',
      { backwardCycle: false, lambdaIdentity: 0 },
      ['G_A', 'G_B', 'cycle_A', 'D_A', 'D_B'],
    ],
    [
      'GAN and backward cycle',
      { forwardCycle: false, lambdaIdentity: 0 },
      ['G_A', 'G_B', 'cycle_B', 'D_A', 'D_B'],
    ],
  ]
  it.each(cases)('has the losses of its objective: %s', async (_, objective, losses) => {
    const step = buildStep({ ...tiny, objective: { ...paperObjective, ...objective } })
    expect(Object.keys(step.losses)).toEqual(losses)
    const learned = [...step.gradients.keys()].map((name) => name.slice(0, 3))
    const networks = losses.includes('D_A') ? ['G_A', 'G_B', 'D_A', 'D_B'] : ['G_A', 'G_B']
    expect(new Set(learned)).toEqual(new Set(networks))
    const values = await withProgram(step, beginningOf(step), (program) => program.run(inputs(1)))
    for (const loss of Object.values(step.losses)) expect(values[loss]![0]).toBeGreaterThan(0)
  })

  it('refuses an objective without a term', () => {
    const objective = { ...paperObjective, gan: 'none', forwardCycle: false, backwardCycle: false } as const
    expect(() => buildStep({ ...tiny, objective: { ...objective, lambdaIdentity: 0 } })).toThrow('no term')
    expect(() => buildStep({ ...tiny, objective, learns: 'discriminators' })).toThrow('no discriminators')
  })

  it('shows the discriminators old fakes where it is told to, and changes nothing else', async () => {
    const step = buildStep({ ...tiny, pool: true })
    const { D_A = '', D_B = '', G_A = '', cycle_A = '' } = step.losses
    const run = (oldA: Float32Array, takeOldA: number) =>
      withProgram(step, beginningOf(step), (program) =>
        program.run(
          inputs(1, {
            [stepInputs.oldA]: oldA,
            [stepInputs.oldB]: pictures(6),
            [stepInputs.takeOldA]: Float32Array.of(takeOldA),
            [stepInputs.takeOldB]: Float32Array.of(0),
          }),
        ),
      )
    const fresh = await run(pictures(5), 0)
    const old = await run(pictures(5), 1)
    expect(old[D_B]).not.toEqual(fresh[D_B])
    for (const loss of [D_A, G_A, cycle_A]) expect(old[loss]).toEqual(fresh[loss])
    // The fresh fake out of the pool is as good as the fresh fake.
    expect(await run(fresh[step.fakeA]!, 1)).toEqual(fresh)
    const without = buildStep(tiny)
    const values = await withProgram(without, beginningOf(without), (program) => program.run(inputs(1)))
    expect(values[without.losses.D_B!]).toEqual(fresh[D_B])
  })

  it('leaves the generators alone when only the discriminators learn', async () => {
    const step = buildStep({ ...tiny, learns: 'discriminators' })
    expect(Object.keys(step.losses)).toEqual(['D_A', 'D_B'])
    await withProgram(step, beginningOf(step), async (program) => {
      const before = await program.read()
      await program.run(inputs(1))
      const after = await program.read()
      for (const name of Object.keys(before)) {
        if (name.startsWith('G_')) expect(after[name]).toEqual(before[name])
        else if (name.endsWith('.weight')) expect(after[name]).not.toEqual(before[name])
      }
    })
  })

  it('goes on from what was read, bit for bit', async () => {
    const step = buildStep({ ...tiny, generator: { ngf: 16, blocks: 1 }, batch: 2 })
    const batch = (index: number) =>
      inputs(index, { real_A: pictures(index, 6144), real_B: pictures(9 + index, 6144) })
    const steps = async (program: StepProgram, from: number, to: number) => {
      for (let index = from; index <= to; index++) await program.run(batch(index))
      return await program.read()
    }
    const whole = await withProgram(step, beginningOf(step), (program) => steps(program, 1, 4))
    const half = await withProgram(step, beginningOf(step), (program) => steps(program, 1, 2))
    expect(await withProgram(step, half, (program) => steps(program, 3, 4))).toEqual(whole)
  })

  it('comes nearer to the cycle that it is trained for', async () => {
    const objective = { ...paperObjective, gan: 'none', lambdaIdentity: 0 } as const
    const step = buildStep({ ...tiny, generator: { ngf: 4, blocks: 1 }, objective })
    const losses = await withProgram(step, beginningOf(step), async (program) => {
      const seen: number[] = []
      for (let index = 1; index <= 40; index++) {
        const same = { ...inputs(1), [stepInputs.step]: Float32Array.of(index) }
        const values = await program.run({ ...same, [stepInputs.rate]: Float32Array.of(2e-3) })
        seen.push(values[step.losses.cycle_A!]![0]!)
      }
      return seen
    })
    expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!)
  })

  it('says which input is missing or wrong', async () => {
    const step = buildStep(tiny)
    await withProgram(step, beginningOf(step), async (program) => {
      await expect(program.run({})).rejects.toThrow('real_A has 0 of 3072 values')
      await expect(program.run(inputs(1, { rate: new Float32Array(2) }))).rejects.toThrow('rate has 2 of 1')
    })
    await expect(runtime.compileStep(step, {})).rejects.toThrow('The weights have no G_A.model.1.weight')
  })
})

describe('averages', () => {
  it('follow each weight of the generators, and change nothing else', async () => {
    const step = buildStep({ ...tiny, average: true })
    const names = step.graph.parameters.map(({ name }) => name)
    const generators = [...step.gradients.keys()].filter((name) => name.startsWith('G_'))
    const averages = names.filter((name) => name.endsWith('.average'))
    expect(new Set(averages)).toEqual(new Set(generators.map(averageName)))

    const beginning = beginningOf(step)
    const expected = new Map(generators.map((name) => [name, Array.from(beginning[name]!.data)]))
    const weights = await withProgram(step, beginning, async (program) => {
      for (let t = 1; t <= 4; t++) {
        const decay = Math.min(0.999, (1 + t) / (10 + t))
        await program.run(inputs(t, { [stepInputs.averageDecay]: Float32Array.of(decay) }))
        const state = await program.read()
        for (const [name, average] of expected) {
          const weight = state[name]!.data
          const ours = state[averageName(name)]!.data
          for (const [i, value] of average.entries()) {
            average[i] = decay * value + (1 - decay) * weight[i]!
            expect(Math.abs(ours[i]! - average[i])).toBeLessThan(1e-7)
          }
        }
      }
      return await program.read()
    })
    // The averages are behind their weights by now, and the step is the same without them.
    expect(weights[averageName(generators[0]!)]!.data).not.toEqual(weights[generators[0]!]!.data)
    const without = buildStep(tiny)
    const plain = await withProgram(without, beginningOf(without), async (program) => {
      for (let t = 1; t <= 4; t++) await program.run(inputs(t))
      return await program.read()
    })
    expect(weights).toMatchObject(plain)
    expect(names.filter((name) => !name.endsWith('.average'))).toEqual(Object.keys(plain))
  })

  it('begin as copies of the weights', () => {
    const step = buildStep({ ...tiny, average: true })
    const state = beginningOf(step)
    const [weight, average] = ['G_B.model.1.weight', averageName('G_B.model.1.weight')]
    expect(state[average]).toEqual(state[weight])
    expect(state[average]!.data).not.toBe(state[weight]!.data)
  })

  it('are none where the generators do not learn', () => {
    const step = buildStep({ ...tiny, average: true, learns: 'discriminators' })
    expect(step).toEqual(buildStep({ ...tiny, learns: 'discriminators' }))
  })
})

describe('augmentation', () => {
  const size = 32
  const settings = { ...tiny, batch: 2, pool: true }
  const shape = [2, 3, size, size] as const
  const count = 2 * 3 * size * size
  const batch: Values = {
    ...inputs(1),
    [stepInputs.realA]: pictures(1, count),
    [stepInputs.realB]: pictures(2, count),
    [stepInputs.oldA]: pictures(3, count),
    [stepInputs.oldB]: pictures(4, count),
    [stepInputs.takeOldA]: Float32Array.of(1, 1),
    [stepInputs.takeOldB]: Float32Array.of(1, 1),
  }

  /** Runs one step; gives the losses with the parts of the discriminators', the fakes, and the parameters after it. */
  async function runOnce(augmentation: readonly Augmentation[], more: Values) {
    const step = buildStep({ ...settings, augmentation })
    const graph = {
      ...step.graph,
      outputs: [...step.graph.outputs, 'loss.D_A.real', 'loss.D_B.real'],
    }
    return withProgram({ ...step, graph }, beginningOf(step), async (program) => {
      const values = await program.run({ ...batch, ...more })
      return { values, state: await program.read() }
    })
  }

  it('is not there where none is wanted', () => {
    expect(buildStep({ ...settings, augmentation: [] })).toEqual(buildStep(settings))
  })

  it('that moves and cuts nothing changes nothing', async () => {
    const augmentation = ['translation', 'cutout'] as const
    const draw = drawAugmentation({ ...settings, augmentation }, () => 1 / 2)
    const whole = Object.entries(draw).filter(([name]) => name.endsWith('.mask'))
    for (const [, mask] of whole) mask.fill(1)
    expect(await runOnce(augmentation, draw)).toEqual(await runOnce([], {}))
  })

  const cases: readonly {
    readonly kind: Augmentation
    /** How many places there are along an axis, and the first of them. */
    readonly places: number
    readonly first: number
    readonly apply: (x: Float32Array, places: readonly Place[]) => Float32Array
  }[] = [
    {
      ...{ kind: 'translation', places: 9, first: -4 },
      apply: (data, places) => move({ shape, data }, places).data,
    },
    {
      ...{ kind: 'cutout', places: 33, first: -8 },
      apply: (data, places) => cut({ shape, data }, places, 16).data,
    },
  ]
  it.each(cases)(
    'judges each picture of the batch after its own draw: $kind',
    async ({ kind, places, first, apply }) => {
      // One draw after the other, each of another place.
      const numbers = linearCongruence(7)
      const drawn: number[] = []
      const draw = drawAugmentation({ ...settings, augmentation: [kind] }, () => {
        const place = Math.floor(places * numbers())
        drawn.push(first + place)
        return (place + 1 / 2) / places
      })
      const changed = (judged: Judged, x: Float32Array) => {
        const begin = 4 * judgedPictures(settings).indexOf(judged)
        const [down = 0, right = 0, down2 = 0, right2 = 0] = drawn.slice(begin, begin + 4)
        return apply(x, [
          { down, right },
          { down: down2, right: right2 },
        ])
      }
      const augmented = await runOnce([kind], draw)
      const plain = await runOnce([], {})
      const { losses, fakeA, fakeB } = buildStep(settings)
      for (const loss of ['cycle_A', 'cycle_B', 'idt_A', 'idt_B'] as const) {
        expect(augmented.values[losses[loss]!]).toEqual(plain.values[losses[loss]!])
      }

      // The discriminators, as if they had been given changed pictures.
      const given = await runOnce([], {
        [stepInputs.realA]: changed('D_B.real', batch[stepInputs.realA]!),
        [stepInputs.realB]: changed('D_A.real', batch[stepInputs.realB]!),
        [stepInputs.oldA]: changed('D_B.fake', batch[stepInputs.oldA]!),
        [stepInputs.oldB]: changed('D_A.fake', batch[stepInputs.oldB]!),
      })
      for (const loss of ['D_A', 'D_B'] as const) {
        expect(augmented.values[losses[loss]!]).toEqual(given.values[losses[loss]!])
        expect(augmented.values[losses[loss]!]).not.toEqual(plain.values[losses[loss]!])
      }
      const ofDiscriminators = (state: Weights) =>
        Object.entries(state).filter(([name]) => name.startsWith('D_'))
      expect(ofDiscriminators(augmented.state)).toEqual(ofDiscriminators(given.state))

      // The generators, as if their changed fakes were what the discriminators are to take for real.
      const fakes = await runOnce([], {
        [stepInputs.realA]: changed('G_B.fake', plain.values[fakeA]!),
        [stepInputs.realB]: changed('G_A.fake', plain.values[fakeB]!),
      })
      expect(augmented.values[losses.G_A!]).toEqual(fakes.values['loss.D_A.real'])
      expect(augmented.values[losses.G_B!]).toEqual(fakes.values['loss.D_B.real'])
    },
  )
})
