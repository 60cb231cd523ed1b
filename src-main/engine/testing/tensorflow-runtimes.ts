/** For tests: TensorFlow.js over each of its backends that loads here. */
import { loadNative } from '../runtimes/tensorflow/native.ts'
import { TensorflowRuntime } from '../runtimes/tensorflow/runtime.ts'
import { loadJavascript, tensorflowJavascript } from './tensorflow-javascript.ts'

export interface TestedRuntime {
  /** With the reason where it does not load. */
  readonly name: string
  readonly runtime: TensorflowRuntime
  readonly loads: boolean
  /** How many tensors the library holds. */
  readonly tensorCount: () => Promise<number>
}

/** The native library computes on the processor where there is no card for it. */
export async function tensorflowRuntimes(): Promise<readonly TestedRuntime[]> {
  const reason = await loadNative().then(
    () => null,
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  )
  return [
    {
      name: 'plain JavaScript',
      runtime: tensorflowJavascript(),
      loads: true,
      tensorCount: async () => (await loadJavascript()).tf.memory().numTensors,
    },
    {
      name: reason === null ? 'native library' : `native library (skipped: ${reason})`,
      runtime: new TensorflowRuntime('tensorflow-native', loadNative),
      loads: reason === null,
      tensorCount: async () => (await loadNative()).tf.memory().numTensors,
    },
  ]
}
