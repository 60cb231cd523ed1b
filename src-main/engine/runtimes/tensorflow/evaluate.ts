/** Runs a plan. Every tensor is disposed as soon as nothing reads it any more, and all of them if the run fails. */
import type { ValueId } from '../../graph/graph.ts'
import { gradientComputations } from './compute-gradients.ts'
import { lossComputations } from './compute-losses.ts'
import { networkComputations } from './compute-network.ts'
import { updateComputations } from './compute-updates.ts'
import type { Library, Tensor } from './library.ts'
import type { Computations, Operation } from './operation.ts'
import type { Plan } from './plan.ts'

const computations: Computations<Operation> = {
  ...networkComputations,
  ...lossComputations,
  ...gradientComputations,
  ...updateComputations,
}

export type Tensors = Map<ValueId, Tensor>

/**
 * The values that the plan keeps, as tensors of the caller's. Parameters are only read; the tensors of `inputs` are
 * the run's, and are disposed in any case.
 */
export function evaluate(
  tf: Library,
  { instructions, keeps }: Plan,
  parameters: ReadonlyMap<ValueId, Tensor>,
  inputs: Tensors,
): Tensors {
  const values = new Map(inputs)
  const kept: Tensors = new Map()
  try {
    const valueOf = (id: ValueId): Tensor => {
      const value = values.get(id) ?? parameters.get(id)
      if (!value) throw new Error(`The value ${id} is missing`)
      return value
    }
    for (const { gives, operation, reads, frees } of instructions) {
      const tensors = reads.map(valueOf)
      values.set(
        gives,
        tf.tidy(() => compute(tf, operation, tensors)),
      )
      for (const id of frees) dispose(values, id)
    }
    for (const id of keeps) kept.set(id, tf.clone(valueOf(id)))
    return kept
  } catch (thrown) {
    disposeAll(kept)
    throw thrown
  } finally {
    disposeAll(values)
  }
}

export function disposeAll(tensors: Tensors): void {
  for (const id of [...tensors.keys()]) dispose(tensors, id)
}

function dispose(tensors: Tensors, id: ValueId): void {
  tensors.get(id)?.dispose()
  tensors.delete(id)
}

/** The table has for each kind a function of just that operation, which the compiler cannot see through. */
function compute<Kind extends Operation['kind']>(
  tf: Library,
  operation: Extract<Operation, { kind: Kind }> & { kind: Kind },
  inputs: readonly Tensor[],
): Tensor {
  const run: Computations<Operation>[Kind] = computations[operation.kind]
  return run(tf, operation, ...inputs)
}
