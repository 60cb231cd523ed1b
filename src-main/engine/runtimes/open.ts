/** The runtimes by their names. */
import type { RuntimeName } from '../../contract/runtimes.ts'
import { OnnxRuntime } from './onnx/runtime.ts'
import type { EngineRuntime } from './runtime.ts'

/** Loads nothing yet: a runtime whose library is missing says so when it is asked for its version. */
export function openRuntime(name: RuntimeName): EngineRuntime {
  if (name === 'onnxruntime-cpu') return new OnnxRuntime()
  throw new Error(`${name} is not there`)
}
