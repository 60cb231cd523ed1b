/**
 * What the engine's process understands: requests in, results, progress and errors out, each in an envelope with
 * the sequence number of its request. Both ends import this file and nothing of each other.
 */
import type { Purpose, Verdict } from '../contract/runtimes.ts'

/** A picture in memory: interleaved rows (HWC), sRGB, full range 0…255 or 0…65535, alpha not premultiplied. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** 3 = RGB, 4 = RGB and alpha. */
  readonly channels: 3 | 4
  /** `width · height · channels` samples; the array's type is the depth. */
  readonly data: Uint8Array | Uint16Array
}

/** Pixels from `left` up to `right` and from `top` up to `bottom`. */
export interface Rect {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A picture that is fetched and handed over in parts. */
export interface PictureForm {
  readonly width: number
  readonly height: number
}

export interface NativeSettings {
  /**
   * The longest side of a tile, a multiple of 4; a photo of no more pixels than such a square goes through in a single
   * pass. By default what memory and speed allow.
   */
  readonly tile?: number | undefined
  /**
   * `sampled`: norms are measured on crops spread over the photo. `exact`: on all of it, and tiles overlap by as much
   * as the network looks around, so that the result is that of a single pass; for tests, it takes twice as long.
   */
  readonly statistics?: 'sampled' | 'exact' | undefined
  /** A processor computes the tiles in 8 bits: faster, and near enough for a draft. */
  readonly draft?: boolean | undefined
}

/** How a photo was translated at its own size. */
export interface NativeReport {
  /** The longest side of what went through the network at once, in pixels. */
  readonly tile: number
  /** Tiles in the photo; 1: a single pass. */
  readonly tiles: number
  /** How often the tiles were made smaller for want of memory. */
  readonly halvings: number
  readonly seconds: number
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

/** Numbers from `min` to `max`. */
export interface Range {
  readonly min: number
  readonly max: number
}

/**
 * What each convolution that may be computed in 8 bits takes, and what it gives channel by channel; by the name of its
 * node in the network's graph.
 */
export type Ranges = Readonly<Record<string, { readonly taken: Range; readonly given: readonly Range[] }>>

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

/**
 * What a style does to a photo, place by place, as an affine function of the colour there: smooth enough to be
 * enlarged, while the photo that it is applied to keeps its edges. R, G and B as shares of the full range, 0…1.
 */
export interface LocalChange {
  /** The size at which the network saw the photo; the change is applied to the photo at any size. */
  readonly width: number
  readonly height: number
  /**
   * `width · height · 12`, HWC: for the change of R, then of G, then of B, the factors of R, G and B and a constant.
   */
  readonly coefficients: Float32Array
}

export interface ChangeSettings {
  /** Whether what no affine function explains, as the strokes of a brush, is carried along, in the constants. */
  readonly texture: boolean
}

/** How far F(G(x)) is from x: L1 in [0, 1] units of the full range, PSNR in dB (null when identical), SSIM in [-1, 1]. */
export interface CycleMetrics {
  readonly l1: number
  readonly psnr: number | null
  readonly ssim: number
}

/** What became of a runtime's examination for one purpose; `version` is null where its library does not load. */
export interface Examination {
  readonly version: string | null
  readonly verdict: Verdict
}

/** How a training goes, all of it; with the same settings, pictures and weights it goes the same way. */
export interface TrainerSettings {
  readonly generator: { readonly ngf: number; readonly blocks: number }
  readonly discriminator: { readonly ndf: number }
  /** The side of the square crops, a multiple of 4. */
  readonly crop: number
  readonly flip: boolean
  readonly batch: number
  readonly gan: 'lsgan' | 'vanilla' | 'none'
  readonly lambdaCycle: number
  readonly lambdaIdentity: number
  readonly forwardCycle: boolean
  readonly backwardCycle: boolean
  readonly augmentation: readonly ('translation' | 'cutout')[]
  /** Old fakes kept a side; 0: none. */
  readonly pool: number
  readonly averageDecay: number
  /** Steps in which the discriminators learn alone. */
  readonly warmUp: number
  readonly schedule: RateSchedule
  readonly seed: number
}

/** The rate is constant for so many units, then falls to 0 over so many; a unit is an epoch, or a step. */
export interface RateSchedule {
  readonly rate: number
  readonly constant: number
  readonly decay: number
  readonly stepsPerUnit: number
}

/** What a trainer begins with. */
export type TrainerStart =
  /** What is missing of the networks begins at random. */
  | { readonly kind: 'begin' }
  /** All that a trainer of these settings had after so many steps. */
  | { readonly kind: 'go-on'; readonly step: number }

/** A tensor of a trainer's state, as it can be read. */
export interface StateEntry {
  readonly name: string
  readonly shape: readonly number[]
}

/** A picture x, G(x) and F(G(x)) as the averaged generators have them. */
export interface SamplePictures {
  readonly translated: Pixels
  readonly reconstructed: Pixels
}

export type TrainingRequest =
  /** A part of the state that the next `train-begin` takes; a whole one would be too much for one message. */
  | { readonly kind: 'train-load'; readonly state: Weights }
  | { readonly kind: 'train-begin'; readonly settings: TrainerSettings; readonly start: TrainerStart }
  /** Step number `step`, from 1 on, on `batch` pictures a side, each no smaller than the crop. */
  | {
      readonly kind: 'train-step'
      readonly step: number
      readonly a: readonly Pixels[]
      readonly b: readonly Pixels[]
    }
  /** What the state has now, and what is asked for of it. */
  | { readonly kind: 'train-entries' }
  | { readonly kind: 'train-read'; readonly names: readonly string[] }
  | { readonly kind: 'train-sample'; readonly a: readonly Pixels[]; readonly b: readonly Pixels[] }
  /** Times a few steps of these settings on nothing in particular. */
  | { readonly kind: 'train-measure'; readonly settings: TrainerSettings }

export interface TrainingResults {
  'train-load': null
  'train-begin': null
  /** As the reference implementation names and reports them, λ included; and the time the step took. */
  'train-step': { readonly losses: Readonly<Record<string, number>>; readonly seconds: number }
  'train-entries': readonly StateEntry[]
  'train-read': Weights
  'train-sample': { readonly a: readonly SamplePictures[]; readonly b: readonly SamplePictures[] }
  'train-measure': { readonly seconds: number }
}

export type EngineRequest =
  | TrainingRequest
  | { readonly kind: 'load'; readonly network: NetworkKey; readonly weights: Weights }
  | { readonly kind: 'forward'; readonly network: NetworkKey; readonly input: Tensor }
  | { readonly kind: 'translate'; readonly network: NetworkKey; readonly pixels: Pixels }
  /** As `translate`, for a photo that is larger: `pixels` are the photo at the network's size. */
  | ({ readonly kind: 'change'; readonly network: NetworkKey; readonly pixels: Pixels } & ChangeSettings)
  | ({ readonly kind: 'fit'; readonly before: Pixels; readonly after: Pixels } & ChangeSettings)
  /** The photo at its own size, which the engine asks for and gives back in parts. */
  | {
      readonly kind: 'native'
      readonly network: NetworkKey
      readonly picture: PictureForm
      readonly settings: NativeSettings
    }
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
  /** Whether the process's runtime computes the right numbers, and how fast. */
  | { readonly kind: 'examine'; readonly purpose: Purpose }

export interface EngineResults extends TrainingResults {
  load: null
  forward: Tensor
  translate: { readonly pixels: Pixels; readonly seconds: number }
  change: { readonly change: LocalChange; readonly seconds: number }
  fit: LocalChange
  native: NativeReport
  cycle: {
    readonly translated: Pixels
    readonly reconstructed: Pixels
    /** |F(G(x)) − x| as a colour heat map. */
    readonly difference: Pixels
    readonly metrics: CycleMetrics
    readonly seconds: number
  }
  'export-onnx': Uint8Array
  examine: Examination
}

/** `device-failed`: this process's runtime is of no more use; `no-picture`: see `NoPicture`. */
export type EngineErrorCode =
  'network-missing' | 'failed' | 'out-of-memory' | 'device-failed' | 'no-picture' | 'cancelled'

/** From the host to the engine's process; at most one request is under way at a time. */
export type HostMessage =
  | { readonly kind: 'request'; readonly seq: number; readonly request: EngineRequest }
  | { readonly kind: 'cancel'; readonly seq: number }
  /** The answer to `read`; null if the picture cannot be read. */
  | { readonly kind: 'pixels'; readonly seq: number; readonly pixels: Pixels | null }

/** From the engine's process to the host. `ready` is said once, when it listens. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** So much of the request's work is done, in any unit. */
  | {
      readonly kind: 'progress'
      readonly seq: number
      readonly done: number
      readonly total: number
      readonly detail?: string
    }
  /** Asks for a part of the request's picture; one at a time. */
  | { readonly kind: 'read'; readonly seq: number; readonly rect: Rect }
  /** A part of the picture that the request makes. */
  | { readonly kind: 'write'; readonly seq: number; readonly rect: Rect; readonly pixels: Pixels }
  | { readonly kind: 'result'; readonly seq: number; readonly result: EngineResults[EngineRequest['kind']] }
  | {
      readonly kind: 'error'
      readonly seq: number
      readonly code: EngineErrorCode
      /** The key of the missing network for `network-missing`; otherwise what went wrong. */
      readonly detail: string
    }
