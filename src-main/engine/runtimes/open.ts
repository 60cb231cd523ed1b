/** The runtimes by their names. */
import type { RuntimeName } from '../../contract/runtimes.ts'
import { OnnxRuntime } from './onnx/runtime.ts'
import type { EngineRuntime } from './runtime.ts'
import { tensorflowGpu } from './tensorflow/native.ts'

const openers: Readonly<Record<RuntimeName, () => EngineRuntime>> = {
  'onnxruntime-cpu': () => new OnnxRuntime('cpu'),
  'onnxruntime-webgpu': () => new OnnxRuntime('webgpu'),
  'onnxruntime-directml': () => new OnnxRuntime('directml'),
  'onnxruntime-coreml': () => new OnnxRuntime('coreml'),
  'onnxruntime-cuda': () => new OnnxRuntime('cuda'),
  'tensorflow-gpu': tensorflowGpu,
}

/** Loads nothing yet: a runtime whose library is missing says so when it is asked for its version. */
export const openRuntime = (name: RuntimeName): EngineRuntime => openers[name]()
