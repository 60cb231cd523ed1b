/** Bringing a model into the user's folder: official checkpoints are turned into one, a model's folder is copied. */
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Category, Direction } from '../contract/schemas.ts'
import type { GeneratorArchitecture, Weights } from '../engine/protocol.ts'
import { errorCodeOf } from './byte-source.ts'
import { cardFileName, cardSchema } from './card.ts'
import type { CardText, ModelCard, ModelTraining, WeightsFile } from './card.ts'
import {
  defaultWorkingSize,
  expectSameArchitecture,
  findCheckpoints,
  loadDiscriminator,
  loadGenerator,
} from './checkpoints.ts'
import { bothDirections, expectChecksum, fileSha256, openModelFolder } from './model.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import { checkDiscriminator, halved } from './state-dict.ts'

export interface ImportOptions {
  /** Needed for checkpoints; a model's folder brings its own, which this replaces. */
  readonly id?: string
  readonly name?: CardText
  readonly category?: Category
  readonly a?: CardText
  readonly b?: CardText
  readonly workingSize?: number
  readonly licence?: string
  readonly author?: string
  readonly description?: CardText
  readonly training?: ModelTraining
  /** Keep checkpoints in half precision (the default) where every value fits; a model's folder stays as it is. */
  readonly half?: boolean
  /** What a single `.pth` file does; AtoB unless told. */
  readonly direction?: Direction
  /** What checkpoints must be; others are refused as `checkpoint-not-a-generator`. */
  readonly architecture?: GeneratorArchitecture
  readonly signal?: AbortSignal
}

const domains = ['A', 'B'] as const

/**
 * Puts the model at `path` (a `.pth` file, a folder of checkpoints, a model's folder) into `own/ID` and returns that
 * folder. It appears there whole or not at all. Throws `model-exists`, `bad-request` for options that make no card,
 * what reading throws, `cannot-write` or `disk-full`.
 */
export async function importModel(path: string, own: string, options: ImportOptions): Promise<string> {
  const isFolder = await isFile(join(path, cardFileName))
  const staging = join(own, `.import-${randomUUID()}`)
  await writing(own, mkdir(staging, { recursive: true }))
  try {
    const card = isFolder
      ? await copyModel(path, staging, options)
      : await convertCheckpoints(path, staging, options)
    await writing(card.id, writeFile(join(staging, cardFileName), `${JSON.stringify(card, null, 2)}\n`))
    options.signal?.throwIfAborted()
    const folder = join(own, card.id)
    if (await exists(folder)) throw new Failure('model-exists', card.id)
    await writing(card.id, rename(staging, folder))
    return folder
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** The id that an import will have, before anything is read but the card. */
export async function importedId(path: string, options: ImportOptions): Promise<string | undefined> {
  if (options.id !== undefined || !(await isFile(join(path, cardFileName)))) return options.id
  return (await openModelFolder(path, false)).card.id
}

async function copyModel(path: string, staging: string, options: ImportOptions): Promise<ModelCard> {
  const model = await openModelFolder(path, false)
  const { card } = model
  const copy = async ({ file }: WeightsFile) => {
    options.signal?.throwIfAborted()
    await writing(card.id, copyFile(join(path, file), join(staging, file)))
  }
  for (const direction of model.directions) {
    await model.weights(direction)
    const file = card.files[direction]
    if (file !== undefined) await copy(file)
  }
  for (const domain of domains) {
    const file = card.discriminators?.[domain]
    if (file === undefined) continue
    await expectChecksum(join(path, file.file), file.sha256, card.id)
    checkDiscriminator((await readSafetensors(join(path, file.file))).tensors, file.file)
    await copy(file)
  }
  return checkedCard({ ...card, ...chosen(options) })
}

async function convertCheckpoints(path: string, staging: string, options: ImportOptions): Promise<ModelCard> {
  const found = await findCheckpoints(path)
  const single = found.generators.AtoB === path
  const generators = single ? { [options.direction ?? 'AtoB']: path } : found.generators
  const save = async (file: string, weights: Weights): Promise<WeightsFile> => {
    options.signal?.throwIfAborted()
    const kept = options.half === false ? weights : (halved(weights) ?? weights)
    await writing(file, writeSafetensors(join(staging, file), kept))
    return { file, sha256: await fileSha256(join(staging, file)) }
  }

  const files: { [direction in Direction]?: WeightsFile } = {}
  let architecture: GeneratorArchitecture | undefined
  for (const direction of bothDirections) {
    const generator = generators[direction]
    if (generator === undefined) continue
    const loaded = await loadGenerator(generator)
    expectStated(options.architecture, loaded.architecture, basename(generator))
    expectSameArchitecture(architecture, loaded.architecture, basename(generator))
    architecture = loaded.architecture
    files[direction] = await save(`${direction}.safetensors`, loaded.weights)
  }

  const discriminators: { A?: WeightsFile; B?: WeightsFile } = {}
  for (const domain of domains) {
    const discriminator = found.discriminators[domain]
    const weights = discriminator === undefined ? null : await loadDiscriminator(discriminator)
    if (weights !== null) discriminators[domain] = await save(`discriminator-${domain}.safetensors`, weights)
  }

  return checkedCard({
    format: 1,
    category: 'own',
    a: { label: 'A' },
    b: { label: 'B' },
    licence: 'unknown',
    training: { source: basename(path) },
    workingSize: defaultWorkingSize,
    ...chosen(options),
    architecture,
    files,
    ...(Object.keys(discriminators).length === 0 ? {} : { discriminators }),
  })
}

function expectStated(
  stated: GeneratorArchitecture | undefined,
  found: GeneratorArchitecture,
  file: string,
): void {
  if (stated === undefined || (stated.ngf === found.ngf && stated.blocks === found.blocks)) return
  const [is, should] = [found, stated].map(({ ngf, blocks }) => `ngf ${ngf} with ${blocks} blocks`)
  throw new Failure('checkpoint-not-a-generator', file, `is of ${is}, not of ${should}`)
}

/** The fields of the card that the options decide. */
function chosen(options: ImportOptions): Readonly<Record<string, unknown>> {
  const { id, name, category, a, b, workingSize, licence, author, description, training } = options
  const fields = {
    ...{ id, name, category, workingSize, licence, author, description, training },
    a: a === undefined ? undefined : { label: a },
    b: b === undefined ? undefined : { label: b },
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function checkedCard(card: Readonly<Record<string, unknown>>): ModelCard {
  const result = cardSchema.safeParse(card)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Failure('bad-request', undefined, `${issue?.path.join('.')}: ${issue?.message}`)
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

async function writing<Value>(subject: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (cause) {
    const code = errorCodeOf(cause)
    // Another import of the same id was faster.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw new Failure('model-exists', subject, code, { cause })
    throw new Failure(code === 'ENOSPC' ? 'disk-full' : 'cannot-write', basename(subject), code, { cause })
  }
}
