/** What a training begins with when it does not begin from scratch: a model's networks, under the step's names. */
import { Failure } from '../contract/errors.ts'
import type { Weights, WeightTensor } from '../engine/protocol.ts'
import { fromHalf } from '../models/half.ts'
import { localised } from '../models/card.ts'
import type { Model } from '../models/shelf.ts'
import type { BaseStyle } from './run-file.ts'

/** The model's networks: `G_A` is the paper's G: A → B, and `D_A` judges pictures of B. */
export interface BeginningNetworks {
  readonly ngf: number
  readonly blocks: number
  /** Of its discriminators; null unless it has both. */
  readonly ndf: number | null
}

/** What a style that begins from this one has to tell of it. */
export function baseOf({ card: { id, licence, training } }: Pick<Model, 'card'>): BaseStyle {
  const { steps = null, data } = training
  return { id, licence, steps, data: data === undefined ? null : localised(data) }
}

export async function networksOf(model: Model): Promise<BeginningNetworks> {
  const { ngf, blocks } = model.card.architecture
  const { A, B } = await model.discriminators()
  const widths = [A, B].map((weights) => weights?.['model.0.weight']?.shape[0] ?? null)
  const [ofA = null, ofB = null] = widths
  return { ngf, blocks, ndf: ofA === ofB ? ofA : null }
}

/** Throws `bad-request` where a training with these settings cannot begin from these networks. */
export function expectSizes(
  { ngf, blocks }: BeginningNetworks,
  settings: { readonly ngf: number; readonly blocks: number },
): void {
  if (ngf === settings.ngf && blocks === settings.blocks) return
  throw new Failure('bad-request', undefined, `the style is of ngf ${ngf} with ${blocks} blocks`)
}

/**
 * The model's weights in single precision, a network at a time; discriminators only where they are of `ndf` channels.
 * Throws `bad-request` where the generators are of other sizes, and what reading a model throws.
 */
export async function* beginningWeights(
  model: Model,
  sizes: { readonly ngf: number; readonly blocks: number; readonly ndf: number },
): AsyncIterable<Weights> {
  const networks = await networksOf(model)
  expectSizes(networks, sizes)
  for (const direction of model.directions)
    yield renamed(await model.weights(direction), direction === 'AtoB' ? 'G_A' : 'G_B')
  if (networks.ndf !== sizes.ndf) return
  const { A, B } = await model.discriminators()
  if (B !== undefined) yield renamed(B, 'D_A')
  if (A !== undefined) yield renamed(A, 'D_B')
}

function renamed(weights: Weights, network: string): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => [`${network}.${name}`, single(tensor)]),
  )
}

function single(tensor: WeightTensor): WeightTensor {
  if (tensor.dtype === 'F32') return tensor
  return { dtype: 'F32', shape: tensor.shape, data: fromHalf(tensor.data) }
}
