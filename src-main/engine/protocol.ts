/**
 * What the engine's process understands: requests in, results, progress and errors out, each in an envelope with
 * the sequence number of its request. Both ends import this file and nothing of each other.
 */

/** A picture in memory: interleaved rows (HWC), sRGB, full range 0…255 or 0…65535, alpha not premultiplied. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** 3 = RGB, 4 = RGB and alpha. */
  readonly channels: 3 | 4
  /** `width · height · channels` samples; the array's type is the depth. */
  readonly data: Uint8Array | Uint16Array
}

/** A ResNet generator's shape: `ngf` channels after the first convolution, `blocks` residual blocks. */
export interface GeneratorArchitecture {
  readonly kind: 'resnet-generator'
  readonly ngf: number
  readonly blocks: number
}

/** One tensor of a checkpoint; F16 data are raw IEEE half-precision bits. */
export type WeightTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'F16'; readonly shape: readonly number[]; readonly data: Uint16Array }

/** Parameter name, as in the official state dict (`model.1.weight`), to tensor. */
export type Weights = Readonly<Record<string, WeightTensor>>

/** Which network to run. `key` changes whenever the weights do. */
export interface NetworkKey {
  readonly key: string
  readonly architecture: GeneratorArchitecture
}

/** A float tensor in NCHW order. */
export interface Tensor {
  readonly shape: readonly [number, number, number, number]
  readonly data: Float32Array
}

/** How far F(G(x)) is from x: L1 in [0, 1] units of the full range, PSNR in dB (null when identical), SSIM in [-1, 1]. */
export interface CycleMetrics {
  readonly l1: number
  readonly psnr: number | null
  readonly ssim: number
}

export interface RuntimeReport {
  readonly name: string
  readonly version: string
  readonly available: boolean
  /** The largest difference from the reference values of the built-in self-test; null if it did not run. */
  readonly selfTestDifference: number | null
  readonly passed: boolean
  readonly reason: string | null
}

export type EngineRequest =
  | { readonly kind: 'load'; readonly network: NetworkKey; readonly weights: Weights }
  | { readonly kind: 'forward'; readonly network: NetworkKey; readonly input: Tensor }
  | { readonly kind: 'translate'; readonly network: NetworkKey; readonly pixels: Pixels }
  | {
      readonly kind: 'cycle'
      readonly forward: NetworkKey
      readonly backward: NetworkKey
      readonly pixels: Pixels
    }
  | {
      readonly kind: 'export-onnx'
      readonly architecture: GeneratorArchitecture
      readonly weights: Weights
      /** What the file says of itself. */
      readonly name: string
      readonly producer: string
    }
  | { readonly kind: 'runtimes' }

export interface EngineResults {
  load: null
  forward: Tensor
  translate: { readonly pixels: Pixels; readonly seconds: number }
  cycle: {
    readonly translated: Pixels
    readonly reconstructed: Pixels
    /** |F(G(x)) − x| as a colour heat map. */
    readonly difference: Pixels
    readonly metrics: CycleMetrics
    readonly seconds: number
  }
  'export-onnx': Uint8Array
  runtimes: readonly RuntimeReport[]
}

export type EngineErrorCode = 'network-missing' | 'failed' | 'out-of-memory' | 'cancelled'

/** From the host to the engine's process; at most one request is under way at a time. */
export type HostMessage =
  | { readonly kind: 'request'; readonly seq: number; readonly request: EngineRequest }
  | { readonly kind: 'cancel'; readonly seq: number }

/** From the engine's process to the host. `ready` is said once, when it listens. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** So many of the request's passes through a network are done. */
  | { readonly kind: 'progress'; readonly seq: number; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly seq: number; readonly result: EngineResults[EngineRequest['kind']] }
  | {
      readonly kind: 'error'
      readonly seq: number
      readonly code: EngineErrorCode
      /** The key of the missing network for `network-missing`; otherwise what went wrong. */
      readonly detail: string
    }
