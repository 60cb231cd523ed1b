/**
 * TensorFlow.js in plain JavaScript: the same code as on its native library, on any machine. It is hundreds of times
 * slower and its packages are for development only, so nothing that ships may import this file.
 */
import type { LoadedLibrary } from '../runtimes/tensorflow/library.ts'
import { TensorflowRuntime } from '../runtimes/tensorflow/runtime.ts'

export function tensorflowJavascript(): TensorflowRuntime {
  return new TensorflowRuntime('tensorflow-javascript', loadJavascript)
}

export async function loadJavascript(): Promise<LoadedLibrary> {
  const [tf] = await Promise.all([import('@tensorflow/tfjs-core'), import('@tensorflow/tfjs-backend-cpu')])
  tf.enableProdMode()
  // Checking each place and each index of it is most of the time of a training step.
  Object.defineProperty(tf.TensorBuffer.prototype, 'get', { value: valueAt })
  if (!(await tf.setBackend('cpu'))) throw new Error('The plain JavaScript backend does not start')
  return { tf, version: tf.version_core }
}

interface Buffer {
  /** Of all axes but the last, whose stride is 1. */
  readonly strides: readonly number[]
  readonly values: ArrayLike<unknown>
}

/** The value of a buffer at a place inside. */
function valueAt(this: Buffer, ...place: readonly number[]): unknown {
  const { strides, values } = this
  let index = place[strides.length] ?? 0
  for (let axis = 0; axis < strides.length; axis++) index += (place[axis] ?? 0) * (strides[axis] ?? 0)
  return values[index]
}
