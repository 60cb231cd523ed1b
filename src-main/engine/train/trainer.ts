/**
 * A training under way: compiled steps one after another, with all that changes from step to step. What a step draws
 * at random depends on the seed and its number alone, so that a trainer that goes on from a state that was read does
 * the same steps, bit for bit where the runtime does.
 */
import { randomAt } from '../random.ts'
import type { Pixels, StateEntry, TrainerSettings, TrainerStart, Weights, WeightTensor } from '../protocol.ts'
import type { StepProgram, TrainingRuntime, Values } from '../runtimes/runtime.ts'
import { drawAugmentation } from './augmentation.ts'
import { averageName } from './average.ts'
import { cutCrops, drawCrop } from './crops.ts'
import { ImagePool } from './image-pool.ts'
import { averageDecayAt, rateAt } from './schedule.ts'
import { initialWeights, isLearned, withFreshState } from './state.ts'
import { buildStep, stepInputs } from './step.ts'
import type { Step, StepSettings } from './step.ts'

/** In the warm-up the discriminators learn alone; then all networks do, with Adam begun anew. */
type Phase = 'warm-up' | 'main'

/** The pools' names in a state, beside those of the step's parameters. */
const poolNames = { A: 'pool.A', B: 'pool.B' } as const

/** A generator as the model keeps it: names as in an official state dict. */
export type Direction = 'AtoB' | 'BtoA'

export class Trainer {
  readonly #runtime: TrainingRuntime
  readonly #settings: TrainerSettings
  readonly #pools: { readonly A: ImagePool; readonly B: ImagePool }
  #phase: Phase
  #step: Step
  #program: StepProgram
  #next: number

  private constructor(
    runtime: TrainingRuntime,
    settings: TrainerSettings,
    pools: { readonly A: ImagePool; readonly B: ImagePool },
    compiled: Compiled,
    next: number,
  ) {
    this.#runtime = runtime
    this.#settings = settings
    this.#pools = pools
    ;({ phase: this.#phase, step: this.#step, program: this.#program } = compiled)
    this.#next = next
  }

  /**
   * Begins with what is in `state` of the networks, or goes on with all of it. The state's arrays are the trainer's
   * from now on. Throws an Error that names a tensor if the state does not fit.
   */
  static async start(
    runtime: TrainingRuntime,
    settings: TrainerSettings,
    start: TrainerStart,
    state: Weights,
  ): Promise<Trainer> {
    const done = start.kind === 'go-on' ? start.step : 0
    const { crop, gan } = settings
    const capacity = gan === 'none' ? 0 : settings.pool
    const pools = {
      A: new ImagePool(capacity, crop, state[poolNames.A]),
      B: new ImagePool(capacity, crop, state[poolNames.B]),
    }
    const phase = phaseAfter(settings, done)
    const step = buildStep(stepSettings(settings, phase))
    const complete = start.kind === 'go-on' ? state : begun(step, state, settings.seed)
    const program = await runtime.compileStep(step, complete)
    return new Trainer(runtime, settings, pools, { phase, step, program }, done + 1)
  }

  /**
   * Step number `number`, which must be the next, from 1 on. `a` and `b` are the pictures of the batch: RGB of 8 bits,
   * no smaller than the crop. Gives the losses as the reference implementation names them.
   */
  async step(
    number: number,
    a: readonly Pixels[],
    b: readonly Pixels[],
  ): Promise<Readonly<Record<string, number>>> {
    const { seed, batch, warmUp, averageDecay, schedule } = this.#settings
    if (number !== this.#next) throw new Error(`Step ${number} is not the next, which is ${this.#next}`)
    if (a.length !== batch || b.length !== batch) throw new Error(`A step takes ${batch} pictures a side`)
    if (this.#phase === 'warm-up' && number > warmUp) await this.#endWarmUp()
    const update = this.#phase === 'main' ? number - warmUp : number
    const ofPool = randomAt(seed, 'pool', number)
    const plans = { A: this.#pools.A.plan(batch, ofPool), B: this.#pools.B.plan(batch, ofPool) }
    const ofCrop = randomAt(seed, 'crop', number)
    const values: Values = {
      [stepInputs.realA]: this.#crops(a, ofCrop),
      [stepInputs.realB]: this.#crops(b, ofCrop),
      [stepInputs.rate]: Float32Array.of(this.#phase === 'main' ? rateAt(schedule, update) : schedule.rate),
      [stepInputs.step]: Float32Array.of(update),
      [stepInputs.averageDecay]: Float32Array.of(averageDecayAt(averageDecay, update)),
      [stepInputs.oldA]: plans.A.old,
      [stepInputs.takeOldA]: plans.A.take,
      [stepInputs.oldB]: plans.B.old,
      [stepInputs.takeOldB]: plans.B.take,
      ...drawAugmentation(stepSettings(this.#settings, this.#phase), randomAt(seed, 'augmentation', number)),
    }
    const results = await this.#program.run(values)
    this.#next = number + 1
    this.#pools.A.keep(plans.A, valueOf(results, this.#step.fakeA))
    this.#pools.B.keep(plans.B, valueOf(results, this.#step.fakeB))
    return Object.fromEntries(
      Object.entries(this.#step.losses).map(([name, id]) => [name, valueOf(results, id)[0] ?? Number.NaN]),
    )
  }

  /** All that must be read to go on later. */
  get entries(): readonly StateEntry[] {
    return [
      ...this.#step.graph.parameters,
      { name: poolNames.A, shape: this.#pools.A.shape },
      { name: poolNames.B, shape: this.#pools.B.shape },
    ]
  }

  /** Parts of the state, as copies. Throws an Error for a name that it does not have. */
  async read(names: readonly string[]): Promise<Weights> {
    const pools = { [poolNames.A]: this.#pools.A, [poolNames.B]: this.#pools.B }
    const ofProgram = names.filter((name) => !Object.hasOwn(pools, name))
    const ofPools = Object.entries(pools).filter(([name]) => names.includes(name))
    return {
      ...(await this.#program.read(ofProgram)),
      ...Object.fromEntries(ofPools.map(([name, pool]): [string, WeightTensor] => [name, pool.read()])),
    }
  }

  /** The generator as the model would keep it now: the moving average of its weights. */
  async generator(direction: Direction): Promise<Weights> {
    const prefix = direction === 'AtoB' ? 'G_A.' : 'G_B.'
    const names = this.#step.graph.parameters
      .map(({ name }) => name)
      .filter((name) => name.startsWith(prefix) && isLearned(name))
    const kept = new Set(this.#step.graph.parameters.map(({ name }) => name))
    const source = (name: string): string => (kept.has(averageName(name)) ? averageName(name) : name)
    const read = await this.#program.read(names.map(source))
    return Object.fromEntries(
      names.flatMap((name) => {
        const tensor = read[source(name)]
        return tensor === undefined ? [] : [[name.slice(prefix.length), tensor]]
      }),
    )
  }

  async release(): Promise<void> {
    await this.#program.release()
  }

  #crops(pictures: readonly Pixels[], uniform: () => number): Float32Array {
    const { crop, flip } = this.#settings
    const crops = pictures.map((picture) => drawCrop(picture, crop, flip, uniform))
    return cutCrops(pictures, crop, crops)
  }

  async #endWarmUp(): Promise<void> {
    const names = this.#step.graph.parameters.map(({ name }) => name).filter(isLearned)
    const weights = await this.#program.read(names)
    await this.#program.release()
    this.#phase = 'main'
    this.#step = buildStep(stepSettings(this.#settings, 'main'))
    const state = withFreshState(this.#step.graph.parameters, weights)
    this.#program = await this.#runtime.compileStep(this.#step, state)
  }
}

interface Compiled {
  readonly phase: Phase
  readonly step: Step
  readonly program: StepProgram
}

/** The phase that the last of so many steps was of. */
function phaseAfter({ warmUp }: TrainerSettings, done: number): Phase {
  return warmUp > 0 && done <= warmUp ? 'warm-up' : 'main'
}

function stepSettings(settings: TrainerSettings, phase: Phase): StepSettings {
  const { generator, discriminator, crop, batch, pool, augmentation } = settings
  const { gan, lambdaCycle, lambdaIdentity, forwardCycle, backwardCycle } = settings
  return {
    ...{ generator, discriminator, batch, augmentation },
    size: crop,
    objective: { gan, lambdaCycle, lambdaIdentity, forwardCycle, backwardCycle },
    pool: pool > 0,
    learns: phase === 'main' ? 'all' : 'discriminators',
    average: phase === 'main',
  }
}

/** What a step begins with: the networks that are given, the others at random, Adam and averages at their beginning. */
function begun({ graph }: Step, given: Weights, seed: number): Weights {
  const learned = graph.parameters.filter(({ name }) => isLearned(name))
  const missing = learned.filter(({ name }) => !Object.hasOwn(given, name))
  const random = initialWeights(missing, randomAt(seed, 'weights', 0))
  const known = new Set(learned.map(({ name }) => name))
  const weights = Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name)))
  return withFreshState(graph.parameters, { ...weights, ...random })
}

function valueOf(values: Values, name: string): Float32Array {
  const value = values[name]
  if (value === undefined) throw new Error(`The step gave no ${name}`)
  return value
}
