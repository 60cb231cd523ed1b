/** What ONNX Runtime computes with: its execution providers, and what each is told when a session is made. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { openCopySession } from './copies.ts'
import { loadOnnxRuntime } from './library.ts'

type SessionOptions = InferenceSession.SessionOptions

export type OnnxProvider = 'cpu' | 'webgpu' | 'directml' | 'coreml' | 'cuda'

interface Provider {
  /** As the binding calls it. */
  readonly backend: string
  /** As people call it. */
  readonly title: string
  readonly session: SessionOptions
  /** Of a training step's session; null where steps are not for this provider. */
  readonly step: SessionOptions | null
  /** Whether an output may stay on the device and be the next run's input. */
  readonly keepsState: boolean
  /** Whether Winograd's convolution, as we write it, is quicker than the provider's own. */
  readonly winograd: boolean
  /** Whether convolutions in 8 bits are quicker there. */
  readonly computesBytes: boolean
}

/** On every provider. A plan of the memory is kept for each size of picture, and costs a quarter more of it. */
const common: SessionOptions = { graphOptimizationLevel: 'all', enableMemPattern: false }

/** Measured on the CPU, see `bench -- step`: more optimisation costs seconds at the start and gains nothing. */
const commonStep: SessionOptions = { ...common, graphOptimizationLevel: 'basic' }

/** What is computed twice is so to save memory. */
const optimization = { disable_specified_optimizers: 'CommonSubexpressionElimination' }

/** Of DirectML's documentation: it runs one operator after the other, without plans of the memory. */
const directml: SessionOptions = { executionProviders: ['dml'], executionMode: 'sequential' }

/** The CPU is no silent stand-in: a session that would compute there in part is refused. */
const onWebgpu = { disable_cpu_ep_fallback: '1' }

/** An ML program (0x10), and no neural engine (0x20), which has half precision only. */
const coreml: SessionOptions = { executionProviders: [{ name: 'coreml', coreMlFlags: 0x30 }] }

/**
 * The binding (1.30) knows no memory but WebGPU's as a place for outputs: elsewhere state crosses to the host and back
 * with each step.
 */
export const providers: Readonly<Record<OnnxProvider, Provider>> = Object.freeze({
  cpu: {
    ...{ backend: 'cpu', title: 'the CPU', keepsState: false, winograd: true, computesBytes: true },
    session: {
      ...common,
      executionProviders: ['cpu'],
      // Waiting threads that spin take the processor from the other programs, and gain nothing here.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    },
    step: {
      ...commonStep,
      executionProviders: ['cpu'],
      // The arena keeps a tenth more memory than is used.
      enableCpuMemArena: false,
      // A step has thousands of short operators: a thread that waits spins for a moment, and then sleeps all the same.
      extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '200' } }, optimization },
    },
  },
  webgpu: {
    ...{ backend: 'webgpu', title: 'WebGPU', keepsState: true, winograd: false, computesBytes: false },
    session: { ...common, executionProviders: ['webgpu'], extra: { session: onWebgpu } },
    step: { ...commonStep, executionProviders: ['webgpu'], extra: { session: onWebgpu, optimization } },
  },
  directml: {
    ...{ backend: 'dml', title: 'DirectML', keepsState: false, winograd: false, computesBytes: false },
    session: { ...common, ...directml },
    step: { ...commonStep, ...directml, extra: { optimization } },
  },
  coreml: {
    ...{ backend: 'coreml', title: 'CoreML', keepsState: false, winograd: false, computesBytes: false },
    session: { ...common, ...coreml },
    // It compiles what it can of a graph in pieces, and of a step it can little: a Mac trains through WebGPU.
    step: null,
  },
  cuda: {
    ...{ backend: 'cuda', title: 'CUDA', keepsState: false, winograd: false, computesBytes: false },
    session: { ...common, executionProviders: ['cuda'] },
    step: { ...commonStep, executionProviders: ['cuda'], extra: { optimization } },
  },
})

/** Before the provider's first session; what the user has set stays. */
export function prepare(provider: OnnxProvider): void {
  // Its libraries would round the inputs of convolutions to ten bits.
  if (provider === 'cuda') process.env['NVIDIA_TF32_OVERRIDE'] ??= '0'
}

/** Throws with a plain reason unless the provider can compute on this machine. */
export async function expectProvider(provider: OnnxProvider): Promise<void> {
  const { backend, title, session } = providers[provider]
  const { listSupportedBackends } = await loadOnnxRuntime()
  if (!listSupportedBackends().some(({ name }) => name === backend)) {
    throw new Error(`This build of ONNX Runtime has no ${title}`)
  }
  if (provider === 'cpu') return
  if (provider === 'cuda' && !existsSync(cudaLibrary()))
    throw new Error("CUDA's libraries are not beside ONNX Runtime")
  try {
    const tried = await openCopySession(session)
    await tried.release()
  } catch (thrown) {
    throw new Error(reasonOf(provider, thrown), { cause: thrown })
  }
}

function reasonOf(provider: OnnxProvider, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (/WebGPU adapter/i.test(message)) return 'WebGPU finds no graphics card that it can use'
  return `${providers[provider].title} does not begin: ${message.trim()}`
}

/** The provider's library, beside the binding; the package is installed without it. */
function cudaLibrary(): string {
  const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-node'))
  const name =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so'
  return join(dist, '../bin/napi-v6', process.platform, process.arch, name)
}
