/**
 * A graph as a list of operations: which to run, in which layout each value lies, and what nothing reads any more
 * behind each.
 */
import type { Graph, Node, ValueId } from '../../graph/graph.ts'
import { shapeOf } from '../../graph/graph.ts'
import type { Operator } from '../../graph/operators.ts'
import { axesBetween, laidOut } from './layout.ts'
import type { Layout } from './layout.ts'
import type { Operation } from './operation.ts'

export interface Instruction {
  /** The value that it gives. */
  readonly gives: ValueId
  readonly operation: Operation
  readonly reads: readonly ValueId[]
  /** Values that are read here for the last time; no parameters among them. */
  readonly frees: readonly ValueId[]
}

export interface Plan {
  readonly instructions: readonly Instruction[]
  /** Of the graph's values. */
  readonly layouts: ReadonlyMap<ValueId, Layout>
  /** What is wanted of a run. */
  readonly keeps: ReadonlySet<ValueId>
}

/** The plan that gives these values, and does nothing else. */
export function planOf(graph: Graph, wanted: readonly ValueId[]): Plan {
  const planner = new Planner(graph)
  for (const node of graph.nodes) planner.add(node)
  const keeps = new Set(wanted)
  return { instructions: planner.neededFor(keeps), layouts: planner.layouts, keeps }
}

type Planned = Omit<Instruction, 'frees'>

class Planner {
  readonly layouts = new Map<ValueId, Layout>()
  readonly #graph: Graph
  readonly #instructions: Planned[] = []
  readonly #norms = new Set<ValueId>()

  constructor(graph: Graph) {
    this.#graph = graph
    for (const input of graph.inputs) this.layouts.set(input, this.#isOfFour(input) ? 'picture' : 'own')
    for (const { name } of graph.parameters) this.layouts.set(name, this.#isOfFour(name) ? 'kernel' : 'own')
  }

  add({ name, operator, inputs }: Node): void {
    const layout = this.#layoutOf(name, operator, inputs)
    this.layouts.set(name, layout)
    const [x = '', y = '', dy = ''] = inputs
    switch (operator.kind) {
      case 'instance-norm': {
        const { epsilon } = operator
        const centred = this.#give(`${name}/centred`, { kind: 'centre' }, this.#in('picture', x))
        const reciprocal = this.#give(reciprocalOf(name), { kind: 'reciprocal-deviation', epsilon }, centred)
        this.#give(name, { kind: 'multiply' }, centred, reciprocal)
        this.#norms.add(name)
        return
      }
      case 'instance-norm-gradient': {
        if (!this.#norms.has(y)) throw new Error(`${name}: ${y} is no instance norm`)
        const reads = [y, reciprocalOf(y), this.#in('picture', dy)]
        this.#give(name, { kind: 'normalised-gradient' }, ...reads)
        return
      }
      case 'constant': {
        const { value, shape } = operator
        this.#give(name, { kind: 'fill', value, shape: laidOut(shape, layout) })
        return
      }
      default: {
        const wanted = this.#wantedOf(operator, inputs)
        this.#give(name, operator, ...inputs.map((input, index) => this.#in(wanted[index] ?? 'own', input)))
      }
    }
  }

  /** From the end to the beginning: what is read for the first time on this way is read for the last time. */
  neededFor(keeps: ReadonlySet<ValueId>): readonly Instruction[] {
    const parameters = new Set(this.#graph.parameters.map(({ name }) => name))
    const needed = new Set(keeps)
    const found: Instruction[] = []
    for (const instruction of this.#instructions.toReversed()) {
      if (!needed.has(instruction.gives)) continue
      const last = new Set(instruction.reads.filter((value) => !needed.has(value)))
      last.forEach((value) => needed.add(value))
      found.push({ ...instruction, frees: [...last].filter((value) => !parameters.has(value)) })
    }
    return found.reverse()
  }

  #give(gives: ValueId, operation: Operation, ...reads: readonly ValueId[]): ValueId {
    this.#instructions.push({ gives, operation, reads })
    return gives
  }

  /** The value as it is wanted. */
  #in(layout: Layout, value: ValueId): ValueId {
    const from = this.layouts.get(value) ?? 'own'
    if (from === layout || !this.#isOfFour(value)) return value
    const name = `${value}/${layout}`
    if (this.#instructions.some(({ gives }) => gives === name)) return name
    return this.#give(name, { kind: 'transpose', axes: axesBetween(from, layout) }, value)
  }

  #layoutOf(name: ValueId, operator: Operator, [first]: readonly ValueId[]): Layout {
    if (!this.#isOfFour(name)) return 'own'
    if (operator.kind === 'convolution-weight-gradient') return 'kernel'
    return (isElementwise(operator) && this.layouts.get(first ?? '')) || 'picture'
  }

  /** The layout in which an operator takes each of its inputs. */
  #wantedOf(operator: Operator, inputs: readonly ValueId[]): readonly Layout[] {
    if (operator.kind === 'convolution' || operator.kind === 'transposed-convolution') {
      return ['picture', 'kernel', 'own']
    }
    const all = (isElementwise(operator) && this.layouts.get(inputs[0] ?? '')) || 'picture'
    return inputs.map(() => all)
  }

  #isOfFour(value: ValueId): boolean {
    return shapeOf(this.#graph, value).length === 4
  }
}

/** What an instance norm leaves for its gradient. */
function reciprocalOf(norm: ValueId): ValueId {
  return `${norm}/reciprocal`
}

/** Whether it is the same in any layout, as long as all its inputs have the same. */
function isElementwise({ kind }: Operator): boolean {
  switch (kind) {
    case 'relu':
    case 'leaky-relu':
    case 'tanh':
    case 'add':
    case 'scale':
    case 'mean-absolute-difference':
    case 'mean-squared-error':
    case 'mean-log-loss':
    case 'rectifier-gradient':
    case 'tanh-gradient':
    case 'mean-absolute-difference-gradient':
    case 'mean-squared-error-gradient':
    case 'mean-log-loss-gradient':
    case 'interpolate':
    case 'moving-average':
    case 'moving-average-of-squares':
    case 'bias-correction':
    case 'adam':
      return true
    case 'convolution':
    case 'transposed-convolution':
    case 'convolution-weight-gradient':
    case 'reflection-pad':
    case 'reflection-fold':
    case 'instance-norm':
    case 'instance-norm-gradient':
    case 'fixed-norm':
    case 'channel-sum':
    case 'constant':
    case 'choose':
    case 'shift':
    case 'mask':
      return false
  }
}
