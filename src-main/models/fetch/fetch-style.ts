/** A style from the catalogue onto the shelf: downloaded, checked to be what the catalogue says, imported. */
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure, type ErrorCode } from '../../contract/errors.ts'
import type { Progress } from '../../contract/schemas.ts'
import { writeFailure } from '../../photos/failures.ts'
import { lockFolder } from '../../storage/lock.ts'
import { importOptionsOf, type CatalogueStyle } from '../catalogue.ts'
import { fileSha256 } from '../model.ts'
import type { Model, ModelShelf } from '../shelf.ts'
import { download } from './download.ts'
import { PartFile } from './part-file.ts'
import type { ProxyFor } from './proxy.ts'

export interface FetchPlaces {
  /** Where parts wait, a folder each. */
  readonly downloads: string
  readonly models: ModelShelf
  readonly proxyFor: ProxyFor
  /** So long a server may say nothing; half a minute unless told. */
  readonly idleMs?: number
}

export interface FetchOptions {
  readonly signal?: AbortSignal
  /** In bytes. */
  readonly onProgress?: (progress: Progress) => void
  /** All has come; now it is read. */
  readonly onChecking?: () => void
}

const patienceMs = 30_000

/** Of a file that came whole and is not what the catalogue says. */
const unfit: ReadonlySet<ErrorCode> = new Set([
  'checkpoint-damaged',
  'checkpoint-refused',
  'checkpoint-not-a-generator',
])

/**
 * Fetches a style, or goes on fetching it, and puts it on the shelf. Throws `model-exists`, `download-busy`, what
 * `download` throws, `download-unfit` for a file that is no generator of the stated shape or has another SHA-256, and what importing throws.
 */
export async function fetchStyle(
  style: CatalogueStyle,
  places: FetchPlaces,
  { signal, onProgress, onChecking }: FetchOptions = {},
): Promise<Model> {
  const { downloads, models, proxyFor, idleMs = patienceMs } = places
  const subject = fileNameOf(style)
  if (await models.has(style.id)) throw new Failure('model-exists', style.id)
  const folder = join(downloads, style.task)
  const part = partOf(style, downloads)
  const locked = await lockOf(folder, style.task)
  try {
    const passed = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
    await download(style, part, { subject, proxyFor, idleMs, ...passed })
    onChecking?.()
    const model = await importFetched(style, part, models, signal)
    await part.discard()
    return model
  } finally {
    await locked.release()
  }
}

/**
 * Puts a file that the user has fetched by hand on the shelf, with the catalogue's card. Throws `download-busy`, and
 * what importing throws.
 */
export async function importStyleFile(
  style: CatalogueStyle,
  path: string,
  { downloads, models }: Pick<FetchPlaces, 'downloads' | 'models'>,
  signal?: AbortSignal,
): Promise<Model> {
  const locked = await lockOf(join(downloads, style.task), style.task)
  try {
    const model = await importFile(style, path, models, signal)
    // What waited to be gone on with is not needed any more.
    await partOf(style, downloads).discard()
    return model
  } finally {
    await locked.release()
  }
}

/** How many bytes of it wait here to be gone on with, or lie here whole; 0: none. */
export async function keptBytes(style: CatalogueStyle, downloads: string): Promise<number> {
  const part = partOf(style, downloads)
  if (await part.isWhole()) return style.bytes
  return (await part.kept())?.bytes ?? 0
}

/** The name that the file has with its authors. */
export const fileNameOf = ({ task }: Pick<CatalogueStyle, 'task'>): string => `${task}.pth`

const partOf = (style: CatalogueStyle, downloads: string): PartFile =>
  new PartFile(join(downloads, style.task), fileNameOf(style), style.address)

async function lockOf(folder: string, task: string) {
  await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
    throw writeFailure(thrown, task)
  })
  return lockFolder(folder, 'download-busy')
}

/** The card tells from which file it was made. */
async function importFile(
  style: CatalogueStyle,
  path: string,
  models: ModelShelf,
  signal: AbortSignal | undefined,
): Promise<Model> {
  const sourceSha256 = await fileSha256(path)
  if (style.sha256 !== undefined && style.sha256 !== sourceSha256)
    throw new Failure(
      'checkpoint-not-a-generator',
      basename(path),
      `its SHA-256 is ${sourceSha256}, not ${style.sha256}`,
    )
  const options = importOptionsOf(style)
  const training = { ...options.training, sourceSha256 }
  return models.import(path, { ...options, training, ...(signal && { signal }) })
}

async function importFetched(
  style: CatalogueStyle,
  part: PartFile,
  models: ModelShelf,
  signal: AbortSignal | undefined,
): Promise<Model> {
  try {
    return await importFile(style, part.whole, models, signal)
  } catch (thrown) {
    const failure = Failure.from(thrown, fileNameOf(style))
    if (!unfit.has(failure.code)) throw failure
    await part.discard()
    throw new Failure('download-unfit', failure.subject, failure.detail, { cause: failure })
  }
}
