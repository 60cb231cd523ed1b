/** A model that can be run: its card, and its weights when they are asked for. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../contract/errors.ts'
import type { Direction } from '../contract/schemas.ts'
import type { Weights } from '../engine/protocol.ts'
import { readFailure } from './byte-source.ts'
import type { ModelCard, WeightsFile } from './card.ts'
import { readCard } from './read-card.ts'
import { readSafetensors } from './safetensors.ts'
import { checkArchitecture, checkDiscriminator } from './state-dict.ts'

export interface Model {
  readonly card: ModelCard
  /** Shipped with the program; cannot be removed. */
  readonly builtIn: boolean
  /** What it can do, at least one. */
  readonly directions: readonly Direction[]
  /**
   * The generator's parameters by official name, checked against card and architecture. Read anew at each call.
   * Throws `model-direction-missing`, `model-invalid`, or one of reading files.
   */
  weights(direction: Direction): Promise<Weights>
  /** The discriminators that were kept with it, by the domain that they judge. Throws as `weights` does. */
  discriminators(): Promise<Discriminators>
  /** The same for the same weights, another when they change. Throws `model-direction-missing`. */
  key(direction: Direction): string
}

export interface Discriminators {
  readonly A?: Weights
  readonly B?: Weights
}

export const bothDirections = ['AtoB', 'BtoA'] as const satisfies readonly Direction[]

/** Opens a folder with `model.json`; reads the card and looks whether the files are there, no more. */
export async function openModelFolder(folder: string, builtIn: boolean): Promise<Model> {
  const subject = basename(folder)
  const card = await readCard(folder, subject)
  for (const direction of bothDirections) {
    const file = card.files[direction]?.file
    if (file !== undefined) await expectFile(join(folder, file), subject)
  }
  const load = async ({ file, sha256 }: WeightsFile): Promise<Weights> => {
    await expectChecksum(join(folder, file), sha256, card.id)
    const { tensors } = await readSafetensors(join(folder, file))
    checkDiscriminator(tensors, file)
    return tensors
  }
  return modelOf(
    card,
    builtIn,
    {
      generator: async (direction) => {
        const { file } = fileOf(card, direction)
        const { tensors } = await readSafetensors(join(folder, file))
        checkArchitecture(tensors, card.architecture, file)
        return tensors
      },
      discriminators: async () => {
        const { A, B } = card.discriminators ?? {}
        return { ...(A && { A: await load(A) }), ...(B && { B: await load(B) }) }
      },
    },
    folder,
  )
}

/** How the weights are read; the generators' files have been compared with the card's checksums before. */
export interface WeightsReader {
  generator(direction: Direction): Promise<Weights>
  discriminators(): Promise<Discriminators>
}

/** A model from its card and a way to read its weights. */
export function modelOf(card: ModelCard, builtIn: boolean, read: WeightsReader, folder: string): Model {
  return {
    card,
    builtIn,
    directions: bothDirections.filter((direction) => card.files[direction] !== undefined),
    weights: async (direction) => {
      const { file, sha256 } = fileOf(card, direction)
      await expectChecksum(join(folder, file), sha256, card.id)
      return read.generator(direction)
    },
    discriminators: () => read.discriminators(),
    key: (direction) => `sha256:${fileOf(card, direction).sha256}`,
  }
}

/** Throws `model-invalid` if the file's SHA-256 is another one. */
export async function expectChecksum(path: string, sha256: string, subject: string): Promise<void> {
  if ((await fileSha256(path)) === sha256) return
  throw new Failure('model-invalid', subject, `${basename(path)} has changed since the model was made`)
}

/** SHA-256 of a file in hexadecimal, without taking it into memory. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (thrown) {
    throw readFailure(thrown, basename(path))
  }
  return hash.digest('hex')
}

async function expectFile(path: string, subject: string): Promise<void> {
  const stats = await stat(path).catch(() => null)
  if (stats?.isFile() !== true) throw new Failure('model-invalid', subject, `${basename(path)} is missing`)
}

function fileOf(card: ModelCard, direction: Direction) {
  const file = card.files[direction]
  if (file === undefined) throw new Failure('model-direction-missing', card.id, direction)
  return file
}
