import { describe, expect, it } from 'vitest'
import { linearCongruence } from '../testing/numbers.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import type { Weights } from '../protocol.ts'
import type { StepProgram, Values } from '../runtimes/runtime.ts'
import { initialWeights, withFreshMoments } from './state.ts'
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
  const weights = parameters.filter(({ name }) => !name.endsWith('-moment'))
  return withFreshMoments(parameters, initialWeights(weights, linearCongruence(seed)))
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
      const before = program.read()
      await program.run(inputs(1))
      const after = program.read()
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
      return program.read()
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
