/** Adam (Kingma and Ba, ICLR 2015, algorithm 1) as nodes behind gradients. */
import type { GraphBuilder, ValueId } from '../graph/graph.ts'

export interface AdamSettings {
  /** Decay of the moving average of gradients. */
  readonly beta1: number
  /** Decay of the moving average of their squares. */
  readonly beta2: number
  readonly epsilon: number
}

/** As the paper of CycleGAN trains. */
export const paperAdam: AdamSettings = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 }

/** The moments of a parameter, which are parameters of the step themselves; zeros at the start. */
export function momentNames(parameter: string) {
  return { first: `${parameter}.first-moment`, second: `${parameter}.second-moment` }
}

/**
 * One update of each parameter that has a gradient. `rate` and `step`, the number of this update from 1 on, are
 * values of shape []. Gives what takes the place of each parameter and of its moments.
 */
export function adam(
  graph: GraphBuilder,
  { beta1, beta2, epsilon }: AdamSettings,
  gradients: ReadonlyMap<ValueId, ValueId>,
  { rate, step }: { readonly rate: ValueId; readonly step: ValueId },
): ReadonlyMap<ValueId, ValueId> {
  const corrections = [beta1, beta2].map((decay) =>
    graph.node('bias-correction', { kind: 'bias-correction', decay }, step),
  )
  const updates = new Map<ValueId, ValueId>()
  for (const [parameter, gradient] of gradients) {
    const names = momentNames(parameter)
    const shape = graph.shape(parameter).filter((size) => typeof size === 'number')
    const moment = (name: string, kind: 'moving-average' | 'moving-average-of-squares', decay: number) =>
      graph.node(`${name}.next`, { kind, decay }, graph.parameter(name, shape), gradient)
    const first = moment(names.first, 'moving-average', beta1)
    const second = moment(names.second, 'moving-average-of-squares', beta2)
    const next = graph.node(
      `${parameter}.next`,
      { kind: 'adam', epsilon },
      ...[parameter, first, second, rate, ...corrections],
    )
    updates.set(parameter, next).set(names.first, first).set(names.second, second)
  }
  return updates
}
