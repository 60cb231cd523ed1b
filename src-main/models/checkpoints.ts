/** Official checkpoints on disk: which files belong together, loading one, opening them without installing. */
import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Direction } from '../contract/schemas.ts'
import type { GeneratorArchitecture, Weights } from '../engine/protocol.ts'
import type { ModelCard } from './card.ts'
import { bothDirections, fileSha256, modelOf } from './model.ts'
import type { Model, WeightsReader } from './model.ts'
import { readPth } from './pth/read-pth.ts'
import { architectureOf, checkDiscriminator, cleanStateDict, firstNotFinite } from './state-dict.ts'

/** The long side that suits most checkpoints, which were trained on crops of 256 pixels. */
export const defaultWorkingSize = 512

export interface CheckpointFiles {
  /** Paths of the generators, at least one. */
  readonly generators: { readonly [direction in Direction]?: string }
  /** Paths of the discriminators by the domain that they judge. */
  readonly discriminators: { readonly A?: string; readonly B?: string }
}

export interface Generator {
  readonly weights: Weights
  readonly architecture: GeneratorArchitecture
}

/**
 * The files that belong to a path: the `.pth` file itself, or `latest_net_G_A.pth`, … of a folder.
 * Throws `model-invalid` if the folder has none.
 */
export async function findCheckpoints(path: string): Promise<CheckpointFiles> {
  const stats = await stat(path).catch(() => null)
  if (stats?.isDirectory() !== true) return { generators: { AtoB: path }, discriminators: {} }
  const first = async (...names: string[]) => {
    for (const name of names)
      if ((await stat(join(path, name)).catch(() => null))?.isFile()) return join(path, name)
    return undefined
  }
  const AtoB = await first('latest_net_G_A.pth', 'latest_net_G.pth')
  const BtoA = await first('latest_net_G_B.pth')
  if (AtoB === undefined && BtoA === undefined) {
    throw new Failure('model-invalid', basename(path), 'holds neither model.json nor latest_net_G_A.pth')
  }
  // The reference's D_A tells real from painted pictures of B.
  const B = await first('latest_net_D_A.pth')
  const A = await first('latest_net_D_B.pth')
  return {
    generators: { ...(AtoB === undefined ? {} : { AtoB }), ...(BtoA === undefined ? {} : { BtoA }) },
    discriminators: { ...(A === undefined ? {} : { A }), ...(B === undefined ? {} : { B }) },
  }
}

/** Reads and checks one generator. Throws what `readPth` throws, and `checkpoint-not-a-generator`. */
export async function loadGenerator(path: string): Promise<Generator> {
  const weights = await loadStateDict(path)
  return { weights, architecture: architectureOf(weights, basename(path)) }
}

/** Reads a discriminator; null if it is one of a kind that is not known here. */
export async function loadDiscriminator(path: string): Promise<Weights | null> {
  const weights = await loadStateDict(path)
  try {
    checkDiscriminator(weights, basename(path))
    return weights
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'checkpoint-not-a-generator') return null
    throw thrown
  }
}

/** Throws `checkpoint-not-a-generator` if the two directions differ in size: a model has one architecture. */
export function expectSameArchitecture(
  first: GeneratorArchitecture | undefined,
  second: GeneratorArchitecture,
  file: string,
): void {
  if (first === undefined || (first.ngf === second.ngf && first.blocks === second.blocks)) return
  const [one, other] = [first, second].map(({ ngf, blocks }) => `ngf ${ngf} with ${blocks} blocks`)
  throw new Failure('checkpoint-not-a-generator', file, `is of ${other}, the way there of ${one}`)
}

/** Opens checkpoints as they lie, as a model of its own that is on no shelf. `path` must be absolute. */
export async function openCheckpoints(path: string): Promise<Model> {
  const { generators, discriminators } = await findCheckpoints(path)
  const files: { [direction in Direction]?: { file: string; sha256: string } } = {}
  let architecture: GeneratorArchitecture | undefined
  let folder = dirname(path)
  for (const direction of bothDirections) {
    const generator = generators[direction]
    if (generator === undefined) continue
    folder = dirname(generator)
    const loaded = await loadGenerator(generator)
    expectSameArchitecture(architecture, loaded.architecture, basename(generator))
    architecture = loaded.architecture
    files[direction] = { file: basename(generator), sha256: await fileSha256(generator) }
  }
  if (architecture === undefined) throw new Failure('model-invalid', basename(path), 'holds no generator')
  const card = adHocCard(path, architecture, files)
  const generator = async (direction: Direction) =>
    (await loadGenerator(join(folder, files[direction]?.file ?? ''))).weights
  const judge = async (path: string | undefined) =>
    path === undefined ? null : await loadDiscriminator(path)
  const read: WeightsReader = {
    generator,
    discriminators: async () => {
      const [A, B] = [await judge(discriminators.A), await judge(discriminators.B)]
      return { ...(A && { A }), ...(B && { B }) }
    },
  }
  return modelOf(card, false, read, folder)
}

function adHocCard(path: string, architecture: GeneratorArchitecture, files: ModelCard['files']): ModelCard {
  return {
    format: 1,
    id: idFrom(path),
    name: basename(path),
    category: 'own',
    a: { label: 'A' },
    b: { label: 'B' },
    architecture,
    licence: 'unknown',
    training: { source: basename(path) },
    workingSize: defaultWorkingSize,
    files,
  }
}

/** A model id made of a path's last part. */
export function idFrom(path: string): string {
  const words =
    basename(path, extname(path))
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  return words.join('-').slice(0, 64).replace(/-$/, '') || 'checkpoint'
}

async function loadStateDict(path: string): Promise<Weights> {
  const file = basename(path)
  const weights = cleanStateDict((await readPth(path)).tensors, file)
  const broken = firstNotFinite(weights)
  if (broken !== null) throw new Failure('checkpoint-damaged', file, `${broken} holds infinities or NaN`)
  return weights
}
