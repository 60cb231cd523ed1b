/**
 * One step of CycleGAN's training as one graph: all forward passes; the generators' losses and update, with the
 * discriminators held fixed; the discriminators' losses and update, on the same fakes or on old ones out of the image
 * pool. Both updates begin from the same weights, as in the reference implementation.
 *
 * Here `G_A` is the paper's G: A → B and `G_B` its F: B → A; `D_A` judges pictures of B and `D_B` those of A. These are
 * the names of the official checkpoints, and of the losses that the reference implementation reports.
 */
import { addGradients } from '../graph/gradient.ts'
import { GraphBuilder } from '../graph/graph.ts'
import type { StatefulGraph, ValueId } from '../graph/graph.ts'
import { discriminator } from '../networks/discriminator.ts'
import type { DiscriminatorSize } from '../networks/discriminator.ts'
import { generator } from '../networks/generator.ts'
import type { GeneratorSize } from '../networks/generator.ts'
import { adam, paperAdam } from './adam.ts'
import type { AdamSettings } from './adam.ts'
import { augmented } from './augmentation.ts'
import type { Augmentation, Judged } from './augmentation.ts'
import { movingAverages } from './average.ts'
import { adversarialLoss, cycleLoss, discriminatorLoss, identityLoss, sumOf } from './losses.ts'
import type { GanMode } from './losses.ts'

/** What is minimised. The paper's ablations leave terms out. */
export interface Objective {
  /** `none`: the cycle alone, without discriminators. */
  readonly gan: GanMode | 'none'
  /** λ, of both halves of the cycle loss. */
  readonly lambdaCycle: number
  readonly forwardCycle: boolean
  readonly backwardCycle: boolean
  /** λ_idt, a share of λ; 0 leaves the identity loss out. */
  readonly lambdaIdentity: number
}

export const paperObjective: Objective = {
  gan: 'lsgan',
  lambdaCycle: 10,
  forwardCycle: true,
  backwardCycle: true,
  lambdaIdentity: 0.5,
}

export interface StepSettings {
  readonly generator: GeneratorSize
  readonly discriminator: DiscriminatorSize
  /** Height and width of the pictures. */
  readonly size: number
  readonly batch: number
  readonly objective: Objective
  readonly adam?: AdamSettings
  /** Whether the discriminators may be given old fakes (see `stepInputs`). */
  readonly pool: boolean
  /** `discriminators`: the generators stay as they are. */
  readonly learns?: 'all' | 'discriminators'
  /** Whether to keep moving averages of the generators' weights (see `average.ts`), while they learn. */
  readonly average?: boolean
  /** What is done to all pictures before a discriminator judges them (see `augmentation.ts`); nothing if left out. */
  readonly augmentation?: readonly Augmentation[]
}

/** What the graph of a step takes, beside its parameters and what `augmentation.ts` draws. */
export const stepInputs = {
  /** [batch, 3, size, size], RGB in [−1, 1]. */
  realA: 'real_A',
  realB: 'real_B',
  /** Numbers of shape []: the learning rate, and how many updates there will have been with this one. */
  rate: 'rate',
  step: 'step',
  /** With a pool only. Old fakes, [batch, 3, size, size], and whether to judge them: [batch, 1, 1, 1], 1 or 0. */
  oldA: 'old_A',
  oldB: 'old_B',
  takeOldA: 'take_old_A',
  takeOldB: 'take_old_B',
  /** With averages only. How much of the average stays, of shape [], from 0 to 1. */
  averageDecay: 'average_decay',
} as const

/** As the reference implementation reports them, λ included. One that the objective leaves out is 0. */
export const lossNames = ['G_A', 'G_B', 'cycle_A', 'cycle_B', 'idt_A', 'idt_B', 'D_A', 'D_B'] as const
export type LossName = (typeof lossNames)[number]

export interface Step extends StatefulGraph {
  /** Shape []. */
  readonly losses: Partial<Readonly<Record<LossName, ValueId>>>
  /** G(x) and F(y) of this step, before its update: what the pool takes. */
  readonly fakeA: ValueId
  readonly fakeB: ValueId
  /** For each weight that learns. */
  readonly gradients: ReadonlyMap<ValueId, ValueId>
}

/** The step for a fixed size and batch. Throws if the objective has no term. */
export function buildStep(settings: StepSettings): Step {
  const { objective, batch, size, learns = 'all' } = settings
  const { gan, lambdaCycle, lambdaIdentity } = objective
  expectTerms(settings)
  const graph = new GraphBuilder()
  const pictures = [batch, 3, size, size]
  const realA = graph.input(stepInputs.realA, pictures)
  const realB = graph.input(stepInputs.realB, pictures)
  const rate = graph.input(stepInputs.rate, [])
  const step = graph.input(stepInputs.step, [])
  const G = (x: ValueId) => generator(settings.generator)(graph, x, 'G_A.model')
  const F = (y: ValueId) => generator(settings.generator)(graph, y, 'G_B.model')
  const judge = (picture: ValueId, as: Judged, name: string) =>
    discriminator(settings.discriminator)(graph, augmented(graph, settings, picture, as), name)
  const judgeB = (y: ValueId, as: Judged) => judge(y, as, 'D_A.model')
  const judgeA = (x: ValueId, as: Judged) => judge(x, as, 'D_B.model')

  const fakeB = G(realA)
  const fakeA = F(realB)
  const losses: Partial<Record<LossName, ValueId>> = {}
  const updates = new Map<ValueId, ValueId>()
  const gradients = new Map<ValueId, ValueId>()
  const learn = (terms: readonly ValueId[], networks: readonly string[], name: string) => {
    const learned = graph.parameters.filter((parameter) =>
      networks.some((network) => parameter.startsWith(network)),
    )
    const found = addGradients(graph, sumOf(graph, terms, name), learned)
    for (const [weight, gradient] of found) gradients.set(weight, gradient)
    for (const [parameter, next] of adam(graph, settings.adam ?? paperAdam, found, { rate, step })) {
      updates.set(parameter, next)
    }
  }

  if (learns === 'all') {
    if (gan !== 'none') {
      losses.G_A = adversarialLoss(graph, gan, judgeB(fakeB, 'G_A.fake'), 1, 'loss.G_A')
      losses.G_B = adversarialLoss(graph, gan, judgeA(fakeA, 'G_B.fake'), 1, 'loss.G_B')
    }
    if (objective.forwardCycle)
      losses.cycle_A = cycleLoss(graph, lambdaCycle, F(fakeB), realA, 'loss.cycle_A')
    if (objective.backwardCycle)
      losses.cycle_B = cycleLoss(graph, lambdaCycle, G(fakeA), realB, 'loss.cycle_B')
    if (lambdaIdentity > 0) {
      const lambda = lambdaCycle * lambdaIdentity
      losses.idt_A = identityLoss(graph, lambda, G(realB), realB, 'loss.idt_A')
      losses.idt_B = identityLoss(graph, lambda, F(realA), realA, 'loss.idt_B')
    }
    learn(Object.values(losses), ['G_A.', 'G_B.'], 'objective')
    if (settings.average) {
      const decay = graph.input(stepInputs.averageDecay, [])
      for (const [average, next] of movingAverages(graph, [...gradients.keys()], updates, decay)) {
        updates.set(average, next)
      }
    }
  }
  if (gan !== 'none') {
    const { oldA, oldB, takeOldA, takeOldB } = stepInputs
    const pooled = (fake: ValueId, old: string, take: string) => {
      if (!settings.pool) return fake
      const inputs = [graph.input(old, pictures), fake, graph.input(take, [batch, 1, 1, 1])]
      return graph.node(`${fake}.pooled`, { kind: 'choose' }, ...inputs)
    }
    const ofB = {
      ofReal: judgeB(realB, 'D_A.real'),
      ofFake: judgeB(pooled(fakeB, oldB, takeOldB), 'D_A.fake'),
    }
    const ofA = {
      ofReal: judgeA(realA, 'D_B.real'),
      ofFake: judgeA(pooled(fakeA, oldA, takeOldA), 'D_B.fake'),
    }
    losses.D_A = discriminatorLoss(graph, gan, ofB, 'loss.D_A')
    losses.D_B = discriminatorLoss(graph, gan, ofA, 'loss.D_B')
    learn([losses.D_A, losses.D_B], ['D_A.', 'D_B.'], 'objective.D')
  }
  const built = graph.build(...Object.values(losses), fakeA, fakeB)
  return { graph: built, updates, losses, fakeA, fakeB, gradients }
}

function expectTerms({ objective, learns = 'all' }: StepSettings): void {
  const { gan, forwardCycle, backwardCycle, lambdaIdentity } = objective
  if (gan !== 'none') return
  if (learns === 'discriminators') throw new Error('The step has no discriminators to train')
  if (!forwardCycle && !backwardCycle && lambdaIdentity <= 0) throw new Error('The objective has no term')
}
