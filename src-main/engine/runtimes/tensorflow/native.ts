/** TensorFlow's native library, `@tensorflow/tfjs-node-gpu`: an optional package, on a machine that may lack its card. */
import util from 'node:util'
import type { LoadedLibrary } from './library.ts'
import { TensorflowRuntime } from './runtime.ts'

/** TensorFlow on an NVIDIA card. */
export function tensorflowGpu(): TensorflowRuntime {
  return new TensorflowRuntime('tensorflow-gpu', async () => {
    const { onCard, ...loaded } = await loadNative()
    if (!onCard) {
      throw new Error(
        'TensorFlow finds no graphics card that it can use: it wants one of NVIDIA, CUDA 11.2 and cuDNN 8.1',
      )
    }
    return loaded
  })
}

/** Also without a card: the same library then computes on the processor. Throws an Error with a plain reason. */
export async function loadNative(): Promise<LoadedLibrary & { readonly onCard: boolean }> {
  prepareProcess()
  const tf = await importNative()
  tf.enableProdMode()
  if (!(await tf.setBackend('tensorflow'))) throw new Error('The native library of TensorFlow does not start')
  const backend: unknown = tf.backend()
  const version = tf.version_core
  const native = partOf(partOf(backend, 'binding'), 'TF_Version')
  return {
    tf,
    version: typeof native === 'string' ? `${version}, TensorFlow ${native}` : version,
    onCard: partOf(backend, 'isUsingGpuDevice') === true,
  }
}

async function importNative() {
  try {
    return await import('@tensorflow/tfjs-node-gpu')
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const isMissing = partOf(cause, 'code') === 'ERR_MODULE_NOT_FOUND' && message.includes('tfjs-node-gpu')
    const reason = isMissing
      ? 'The package @tensorflow/tfjs-node-gpu is not installed'
      : `The native library of @tensorflow/tfjs-node-gpu does not load: ${message.split('\n')[0] ?? ''}`
    throw new Error(reason, { cause })
  }
}

/** Must be done before the library is loaded; what the user has set stays. */
function prepareProcess(): void {
  const settings = {
    // Only what is needed of the card's memory: other programs want some, too.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // Single precision throughout: newer cards would round the factors of convolutions to ten bits.
    NVIDIA_TF32_OVERRIDE: '0',
    // Errors only.
    TF_CPP_MIN_LOG_LEVEL: '2',
  }
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value
  // The package calls two functions that Node 23 has removed.
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: (value: unknown) => Array.isArray(value),
  }
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in util)) Object.defineProperty(util, name, { value })
  }
}

function partOf(whole: unknown, name: string): unknown {
  if (typeof whole !== 'object' || whole === null) return undefined
  const part: unknown = Reflect.get(whole, name)
  return part
}
