/**
 * Derives gradients by reverse accumulation: the chain rule, from the loss back to what it depends on. A gradient is
 * made of nodes of the same graph.
 */
import type { GraphBuilder, Node, ValueId } from './graph.ts'
import { gradientRule } from './gradient-rules.ts'

/**
 * Adds the nodes that give ∂of/∂v for each v of `withRespectTo`, and tells their names. Whatever does not depend on
 * one of these is held fixed, and no gradient goes through it. A value that is used several times gets the sum over
 * its uses. Throws if `of` is not a single number, does not depend on one of them, or does so through an operator
 * that has no gradient.
 */
export function addGradients(
  graph: GraphBuilder,
  of: ValueId,
  withRespectTo: readonly ValueId[],
): ReadonlyMap<ValueId, ValueId> {
  if (graph.shape(of).length > 0) throw new Error(`${of}: only a single number has gradients`)
  const nodes = [...graph.nodes]
  const moving = dependents(nodes, withRespectTo)
  const gradients = new Map([[of, graph.node('one', { kind: 'constant', value: 1, shape: [] })]])
  for (const node of nodes.toReversed()) {
    const dy = gradients.get(node.name)
    if (dy === undefined || !moving.has(node.name)) continue
    const rule = gradientRule(graph, node, dy)
    node.inputs.forEach((input, index) => {
      if (moving.has(input)) accumulate(graph, gradients, input, rule(index, `${input}.gradient`))
    })
  }
  return new Map(
    withRespectTo.map((value) => {
      const gradient = gradients.get(value)
      if (gradient === undefined) throw new Error(`${of} does not depend on ${value}`)
      return [value, gradient]
    }),
  )
}

/** The values that change with one of `sources`. */
function dependents(nodes: readonly Node[], sources: readonly ValueId[]): ReadonlySet<ValueId> {
  const found = new Set(sources)
  for (const { name, inputs } of nodes) if (inputs.some((input) => found.has(input))) found.add(name)
  return found
}

function accumulate(
  graph: GraphBuilder,
  gradients: Map<ValueId, ValueId>,
  value: ValueId,
  term: ValueId,
): void {
  const sum = gradients.get(value)
  gradients.set(value, sum === undefined ? term : graph.node(`${value}.gradient`, { kind: 'add' }, sum, term))
}
