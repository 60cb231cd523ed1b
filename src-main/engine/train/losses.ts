/** The terms of CycleGAN's objective (Zhu, Park, Isola and Efros, ICCV 2017, section 3), each a single number. */
import type { GraphBuilder, ValueId } from '../graph/graph.ts'

/** `lsgan`: squared error, what the paper trains with. `vanilla`: the log loss of its equation 1. */
export type GanMode = 'lsgan' | 'vanilla'

/**
 * L_GAN for one side: how far a discriminator's judgements are from `target`, 1 for a real picture, 0 for a fake. The
 * generator's own loss has the target 1 for its fake: for the log loss that is the form that does not saturate.
 */
export function adversarialLoss(
  graph: GraphBuilder,
  mode: GanMode,
  judgements: ValueId,
  target: 0 | 1,
  name: string,
): ValueId {
  const kind = mode === 'lsgan' ? 'mean-squared-error' : 'mean-log-loss'
  return graph.node(name, { kind, target }, judgements)
}

/** The loss of a discriminator: ½ (real + fake), so that it learns at half the generators' pace. */
export function discriminatorLoss(
  graph: GraphBuilder,
  mode: GanMode,
  judgements: { readonly ofReal: ValueId; readonly ofFake: ValueId },
  name: string,
): ValueId {
  const real = adversarialLoss(graph, mode, judgements.ofReal, 1, `${name}.real`)
  const fake = adversarialLoss(graph, mode, judgements.ofFake, 0, `${name}.fake`)
  const sum = graph.node(`${name}.sum`, { kind: 'add' }, real, fake)
  return graph.node(name, { kind: 'scale', factor: 1 / 2 }, sum)
}

/** One half of L_cyc: λ · ‖F(G(x)) − x‖₁, as a mean over the values. */
export function cycleLoss(
  graph: GraphBuilder,
  lambda: number,
  reconstructed: ValueId,
  real: ValueId,
  name: string,
): ValueId {
  return weightedL1(graph, lambda, reconstructed, real, name)
}

/** One half of L_identity: λ · λ_idt · ‖G(y) − y‖₁: what is winter already stays as it is. */
export function identityLoss(
  graph: GraphBuilder,
  lambda: number,
  same: ValueId,
  real: ValueId,
  name: string,
): ValueId {
  return weightedL1(graph, lambda, same, real, name)
}

export function sumOf(graph: GraphBuilder, terms: readonly ValueId[], name: string): ValueId {
  return terms.reduce((sum, term) => graph.node(name, { kind: 'add' }, sum, term))
}

function weightedL1(graph: GraphBuilder, lambda: number, x: ValueId, y: ValueId, name: string): ValueId {
  const difference = graph.node(`${name}.l1`, { kind: 'mean-absolute-difference' }, x, y)
  return graph.node(name, { kind: 'scale', factor: lambda }, difference)
}
