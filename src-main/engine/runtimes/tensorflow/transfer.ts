/** Values on their way into the library's memory, laid out as they are wanted there, and back. */
import type { Graph } from '../../graph/graph.ts'
import type { Weights } from '../../protocol.ts'
import { widened } from '../../half.ts'
import { weightOf } from '../runtime.ts'
import { disposeAll } from './evaluate.ts'
import type { Tensors } from './evaluate.ts'
import { axesBetween } from './layout.ts'
import type { Layout } from './layout.ts'
import type { Library, Tensor } from './library.ts'
import type { Plan } from './plan.ts'

export interface Value {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The array is copied: some backends would keep the one they are given. */
function upload(tf: Library, { shape, data }: Value, layout: Layout = 'own'): Tensor {
  if (layout === 'own') return tf.tensor(data.slice(), [...shape], 'float32')
  return tf.tidy(() => tf.transpose(tf.tensor(data, [...shape], 'float32'), axesBetween('own', layout)))
}

/** A copy, in the graph's order. */
async function download(tf: Library, tensor: Tensor, layout: Layout = 'own'): Promise<Value> {
  const own = layout === 'own' ? tf.clone(tensor) : tf.transpose(tensor, axesBetween(layout, 'own'))
  try {
    const data = await own.data<'float32'>()
    return { shape: own.shape, data: layout === 'own' ? data.slice() : data }
  } finally {
    own.dispose()
  }
}

/** All values, or none. */
export function uploadAll(
  tf: Library,
  { layouts }: Plan,
  values: Iterable<readonly [name: string, value: Value]>,
): Tensors {
  const tensors: Tensors = new Map()
  try {
    for (const [name, value] of values) tensors.set(name, upload(tf, value, layouts.get(name)))
    return tensors
  } catch (thrown) {
    disposeAll(tensors)
    throw thrown
  }
}

/** The parameters of a graph, in single precision. Throws an Error that names one that does not fit. */
export function uploadWeights(tf: Library, graph: Graph, plan: Plan, weights: Weights): Tensors {
  const values = graph.parameters.map(
    (parameter) => [parameter.name, widened(weightOf(weights, parameter))] as const,
  )
  return uploadAll(tf, plan, values)
}

/** What a run has kept, in the graph's order; the tensors stay. */
export async function downloadAll(
  tf: Library,
  { layouts }: Plan,
  tensors: ReadonlyMap<string, Tensor>,
  names: readonly string[],
): Promise<ReadonlyMap<string, Value>> {
  const values = new Map<string, Value>()
  for (const name of names) {
    const tensor = tensors.get(name)
    if (!tensor) throw new Error(`The value ${name} is missing`)
    values.set(name, await download(tf, tensor, layouts.get(name)))
  }
  return values
}
