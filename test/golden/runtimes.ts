/** The runtimes that golden cases can be run on. */
import { runtimeNames } from '../../src-main/contract/runtimes.ts'
import { openRuntime } from '../../src-main/engine/runtimes/open.ts'
import type { TrainingRuntime } from '../../src-main/engine/runtimes/runtime.ts'
import { tensorflowJavascript } from '../../src-main/engine/testing/tensorflow-javascript.ts'

/** The first is taken where none is named. */
const runtimes: readonly TrainingRuntime[] = [...runtimeNames.map(openRuntime), tensorflowJavascript()]

export const goldenRuntimeNames: readonly string[] = runtimes.map(({ name }) => name)

/** Undefined for a name that none has. */
export function goldenRuntime(name = goldenRuntimeNames[0]): TrainingRuntime | undefined {
  return runtimes.find((runtime) => runtime.name === name)
}
