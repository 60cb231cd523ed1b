/** From the tensors of a file to a network that is known: names made regular, every name and shape checked. */
import { Failure } from '../contract/errors.ts'
import { discriminatorParameters } from '../engine/networks/discriminator.ts'
import { generatorParameters } from '../engine/networks/generator.ts'
import type { GeneratorArchitecture, Weights, WeightTensor } from '../engine/protocol.ts'
import { architectureSchema } from './card.ts'
import { fitsHalf, toHalf } from './half.ts'
import { shown } from './pth/problems.ts'

/** DataParallel puts it before every name. */
const parallelPrefix = 'module.'
/** Of instance norms in old files; the networks here have none. */
const runningStatistics = /\.(running_mean|running_var|num_batches_tracked)$/
const ndfMax = 256
const halfInfinity = 0x7c00

/**
 * Official names: without the prefix of DataParallel and the running statistics; the second convolution of a block
 * is `.5` with dropout too. Throws `checkpoint-not-a-generator` where two tensors would get one name.
 */
export function cleanStateDict(tensors: Weights, file: string): Weights {
  const clean = new Map<string, WeightTensor>()
  for (const [name, tensor] of Object.entries(tensors)) {
    if (runningStatistics.test(name)) continue
    const short = name.startsWith(parallelPrefix) ? name.slice(parallelPrefix.length) : name
    const official = short.replace(/\.conv_block\.6\.(weight|bias)$/, '.conv_block.5.$1')
    if (clean.has(official)) throw notAGenerator(file, `has ${shown(official)} twice`)
    clean.set(official, tensor)
  }
  return Object.fromEntries(clean)
}

/**
 * What generator the (clean) tensors are, inferred from names and shapes; then every name and shape is compared with
 * the network's description. Throws `checkpoint-not-a-generator` with the first thing that is missing or odd.
 */
export function architectureOf(tensors: Weights, file: string): GeneratorArchitecture {
  const blocks = Object.keys(tensors).filter((name) =>
    /^model\.\d+\.conv_block\.1\.weight$/.test(name),
  ).length
  const ngf = firstChannels(tensors, 'model.1.weight')
  if (ngf === undefined) throw notAGenerator(file, 'misses model.1.weight')
  const architecture = architectureSchema.safeParse({ kind: 'resnet-generator', ngf, blocks })
  if (!architecture.success) {
    throw notAGenerator(file, `has ${ngf} channels and ${blocks} blocks; 1 to 256 and 1 to 32 are known`)
  }
  checkParameters(tensors, generatorParameters(architecture.data), file)
  return architecture.data
}

/** Checks the (clean) tensors of a discriminator in the same way; only three strided layers are known. */
export function checkDiscriminator(tensors: Weights, file: string): void {
  const ndf = firstChannels(tensors, 'model.0.weight')
  if (ndf === undefined || ndf < 1 || ndf > ndfMax) throw notAGenerator(file, 'is not a discriminator')
  checkParameters(tensors, discriminatorParameters({ ndf }), file)
}

/** Throws `model-invalid` if the tensors are not those of the architecture. */
export function checkArchitecture(tensors: Weights, architecture: GeneratorArchitecture, file: string): void {
  const odd = firstOddity(tensors, generatorParameters(architecture))
  if (odd !== null) throw new Failure('model-invalid', file, odd)
}

/** The name of the first tensor with an infinity or a NaN, or null: such weights paint nothing. */
export function firstNotFinite(tensors: Weights): string | null {
  const found = Object.entries(tensors).find(([, tensor]) =>
    tensor.dtype === 'F16'
      ? tensor.data.some((half) => (half & halfInfinity) === halfInfinity)
      : tensor.data.some((value) => !Number.isFinite(value)),
  )
  return found?.[0] ?? null
}

/** All tensors in half precision; null where a value would become infinite. */
export function halved(tensors: Weights): Weights | null {
  const entries: [string, WeightTensor][] = []
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype === 'F32' && !fitsHalf(tensor.data)) return null
    entries.push([
      name,
      tensor.dtype === 'F16' ? tensor : { dtype: 'F16', shape: tensor.shape, data: toHalf(tensor.data) },
    ])
  }
  return Object.fromEntries(entries)
}

interface Expected {
  readonly name: string
  readonly shape: readonly number[]
}

function checkParameters(tensors: Weights, expected: readonly Expected[], file: string): void {
  const odd = firstOddity(tensors, expected)
  if (odd !== null) throw notAGenerator(file, odd)
}

function firstOddity(tensors: Weights, expected: readonly Expected[]): string | null {
  for (const { name, shape } of expected) {
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    if (tensor === undefined) return `misses ${name}`
    const same =
      tensor.shape.length === shape.length && tensor.shape.every((size, axis) => size === shape[axis])
    if (!same) return `has ${name} as [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`
  }
  const known = new Set(expected.map(({ name }) => name))
  const extra = Object.keys(tensors).find((name) => !known.has(name))
  return extra === undefined ? null : `has ${shown(extra)}, which the network has not`
}

/** Output channels of a convolution [out, in, k, k]. */
function firstChannels(tensors: Weights, name: string): number | undefined {
  return Object.hasOwn(tensors, name) ? tensors[name]?.shape[0] : undefined
}

function notAGenerator(file: string, detail: string): Failure {
  return new Failure('checkpoint-not-a-generator', file, detail)
}
