/** The gradient of each operator: one rule an operator, as nodes that give the gradient of one of its inputs. */
import type { GraphBuilder, Node, ValueId } from './graph.ts'
import type { Operator } from './operators.ts'
import type { Shape } from './shape.ts'

/** Adds the node that gives the gradient of the operator's input number `input`, under `name`; tells its name. */
type Rule = (input: number, name: string) => ValueId

/** The rule for one node, whose own gradient is `dy`. Throws for an operator that has none. */
export function gradientRule(graph: GraphBuilder, { name: y, operator, inputs }: Node, dy: ValueId): Rule {
  const [a = '', b = '', c = ''] = inputs
  const as = (name: string, as_: Operator, ...of: readonly ValueId[]) => graph.node(name, as_, ...of)
  switch (operator.kind) {
    case 'convolution': {
      const { stride, padding } = operator
      const kernel = kernelOf(graph.shape(b))
      return byInput(
        (name) =>
          as(
            name,
            {
              kind: 'transposed-convolution',
              stride,
              padding,
              outputPadding: leftOver(graph, a, b, operator),
            },
            dy,
            b,
          ),
        (name) => as(name, { kind: 'convolution-weight-gradient', stride, padding, kernel }, a, dy),
        (name) => biasGradient(graph, name, dy),
      )
    }
    case 'transposed-convolution': {
      const { stride, padding } = operator
      const kernel = kernelOf(graph.shape(b))
      return byInput(
        (name) => as(name, { kind: 'convolution', stride, padding }, dy, b),
        // It is a convolution from y to x that is run backwards, so the two change places.
        (name) => as(name, { kind: 'convolution-weight-gradient', stride, padding, kernel }, dy, a),
        (name) => biasGradient(graph, name, dy),
      )
    }
    case 'reflection-pad':
      return (_, name) => as(name, { kind: 'reflection-fold', padding: operator.padding }, dy)
    case 'instance-norm':
      return (_, name) => as(name, { kind: 'instance-norm-gradient', epsilon: operator.epsilon }, a, y, dy)
    case 'relu':
      return (_, name) => as(name, { kind: 'rectifier-gradient', slope: 0 }, a, dy)
    case 'leaky-relu':
      return (_, name) => as(name, { kind: 'rectifier-gradient', slope: operator.slope }, a, dy)
    case 'tanh':
      return (_, name) => as(name, { kind: 'tanh-gradient' }, y, dy)
    case 'add':
      return () => dy
    case 'scale':
      return (_, name) => as(name, operator, dy)
    case 'mean-absolute-difference':
      return (input, name) => {
        const ofX = as(name, { kind: 'mean-absolute-difference-gradient' }, a, b, dy)
        return input === 0 ? ofX : as(name, { kind: 'scale', factor: -1 }, ofX)
      }
    case 'mean-squared-error':
      return (_, name) => as(name, { kind: 'mean-squared-error-gradient', target: operator.target }, a, dy)
    case 'mean-log-loss':
      return (_, name) => as(name, { kind: 'mean-log-loss-gradient', target: operator.target }, a, dy)
    case 'shift':
      return byInput((name) => as(name, { kind: 'shift', transposed: !operator.transposed }, dy, b, c))
    case 'mask':
      return byInput((name) => as(name, operator, dy, b))
    default:
      throw new Error(`${y}: ${operator.kind} has no gradient`)
  }
}

/** The sum over each channel: nothing behind an instance norm, for which it makes no difference what is added. */
function biasGradient(graph: GraphBuilder, name: string, dy: ValueId): ValueId {
  const isNormGradient = graph.nodes.some(
    (node) => node.name === dy && node.operator.kind === 'instance-norm-gradient',
  )
  if (!isNormGradient) return graph.node(name, { kind: 'channel-sum' }, dy)
  return graph.node(name, { kind: 'constant', value: 0, shape: [graph.channels(dy)] })
}

function byInput(...rules: readonly ((name: string) => ValueId)[]): Rule {
  return (input, name) => {
    const rule = rules[input]
    if (!rule) throw new Error(`${name}: the operator has no gradient for its input ${input}`)
    return rule(name)
  }
}

function kernelOf(weight: Shape): readonly [height: number, width: number] {
  const [, , height, width] = weight
  if (typeof height !== 'number' || typeof width !== 'number') throw new Error('The kernel has no known size')
  return [height, width]
}

/** Pixels at the end of x that no window of the convolution reached: what the way back must add. */
function leftOver(
  graph: GraphBuilder,
  x: ValueId,
  weight: ValueId,
  { stride, padding }: Extract<Operator, { kind: 'convolution' }>,
): number {
  const [kernel] = kernelOf(graph.shape(weight))
  const [left, other] = graph
    .shape(x)
    .slice(2)
    .map((size, axis) => {
      if (typeof size !== 'number') throw new Error(`${x}: the gradient of a convolution wants a known size`)
      return (size + 2 * padding - (kernelOf(graph.shape(weight))[axis] ?? kernel)) % stride
    })
  if (left === undefined || left !== other) {
    throw new Error(`${x}: the gradient of a convolution wants as much left over in height as in width`)
  }
  return left
}
