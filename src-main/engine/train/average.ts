/**
 * Exponential moving averages of weights. The weights of a training swing from step to step, the generators' most of
 * all; their averages are what a model keeps.
 */
import type { GraphBuilder, ValueId } from '../graph/graph.ts'

/** The average of a parameter, which is a parameter of the step itself; begins as a copy of it. */
export function averageName(parameter: string): string {
  return `${parameter}.average`
}

/**
 * decay · average + (1 − decay) · next for each parameter; `decay` is a value of shape []. `updates` tells what takes
 * the place of a parameter that changes. Gives what takes the place of each average.
 */
export function movingAverages(
  graph: GraphBuilder,
  parameters: readonly ValueId[],
  updates: ReadonlyMap<ValueId, ValueId>,
  decay: ValueId,
): ReadonlyMap<ValueId, ValueId> {
  return new Map(
    parameters.map((parameter) => {
      const next = updates.get(parameter) ?? parameter
      const name = averageName(parameter)
      const shape = graph.shape(parameter).filter((size) => typeof size === 'number')
      const average = graph.parameter(name, shape)
      return [name, graph.node(`${name}.next`, { kind: 'interpolate' }, average, next, decay)]
    }),
  )
}
