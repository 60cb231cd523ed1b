/** Converts files and folders, one photo after another; one that fails is reported and the others go on. */
import { basename } from 'node:path'
import { Failure, type FailureData } from '../contract/errors.ts'
import type { Direction, Progress } from '../contract/schemas.ts'
import { changeOfPhoto, translatePhoto } from '../conversion/translate-photo.ts'
import type { EngineHost } from '../engine/host.ts'
import { localised } from '../models/card.ts'
import type { Model } from '../models/shelf.ts'
import { collectPhotos } from '../photos/collect.ts'
import { outputFormatFor, type OutputFormat } from '../photos/formats.ts'
import { inspectPhoto, type PhotoInfo } from '../photos/inspect.ts'
import { outputName } from './names.ts'
import { folderFor, makeFolder, writeUnderFreeName, type Translated } from './write-photo.ts'

export interface ConvertJob {
  readonly inputs: readonly string[]
  /** Look into subfolders, too. */
  readonly recursive: boolean
  readonly model: Model
  readonly direction: Direction
  readonly outFolder: string
  /**
   * The result's long side in pixels; `full`: the photo's own pixels, to which the change that the style makes at the
   * model's working size is carried; the working size when not given. Photos are never enlarged.
   */
  readonly size?: number | 'full' | undefined
  /** 0…1 */
  readonly strength: number
  readonly format: OutputFormat | 'same'
  readonly quality?: number | undefined
}

export interface ConvertedFile {
  readonly input: string
  readonly output: string
  readonly width: number
  readonly height: number
  /** From file to file. */
  readonly seconds: number
  readonly metadataKept: boolean
}

export interface FailedFile {
  readonly input: string
  readonly failure: FailureData
}

export interface ConvertOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly onConverted?: ((file: ConvertedFile) => void) | undefined
  readonly onFailed?: ((file: FailedFile) => void) | undefined
}

export interface ConvertOutcome {
  readonly converted: readonly ConvertedFile[]
  readonly failed: readonly FailedFile[]
  /** True when the signal ended it; the photo then under way and those behind it are in neither list. */
  readonly cancelled: boolean
}

export async function convertFiles(
  engine: EngineHost,
  job: ConvertJob,
  options: ConvertOptions = {},
): Promise<ConvertOutcome> {
  const { signal } = options
  const converted: ConvertedFile[] = []
  const failed: FailedFile[] = []
  const photos = await collectAll(job, signal)
  // Before the work, not after it.
  await makeFolder(job.outFolder)
  const started = performance.now()
  const report = (inPhoto: number, detail: string): void => {
    const done = converted.length + failed.length + inPhoto
    const elapsed = (performance.now() - started) / 1000
    const etaSeconds = done > 0.2 ? (elapsed / done) * (photos.length - done) : null
    options.onProgress?.({ done, total: photos.length, etaSeconds, detail })
  }
  for (const photo of photos) {
    if (signal?.aborted) break
    const name = basename(photo.path)
    report(0, name)
    try {
      const file = await convertOne(engine, job, photo, signal, ({ done, total }) =>
        report(done / total, name),
      )
      converted.push(file)
      options.onConverted?.(file)
    } catch (thrown) {
      if (signal?.aborted) break
      const file = { input: photo.path, failure: Failure.from(thrown, name).toData() }
      failed.push(file)
      options.onFailed?.(file)
    }
  }
  return { converted, failed, cancelled: signal?.aborted ?? false }
}

interface FoundPhoto {
  readonly path: string
  readonly relative: string
}

/** All names first, and none from the results' own folder: what is written must not be found and converted again. */
async function collectAll(job: ConvertJob, signal: AbortSignal | undefined): Promise<FoundPhoto[]> {
  const options = { recursive: job.recursive, except: job.outFolder, ...(signal && { signal }) }
  const found: FoundPhoto[] = []
  for await (const photo of collectPhotos(job.inputs, options)) found.push(photo)
  return found
}

async function convertOne(
  engine: EngineHost,
  job: ConvertJob,
  photo: FoundPhoto,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<ConvertedFile> {
  const started = performance.now()
  const info = await inspectPhoto(photo.path, signal)
  const format = job.format === 'same' ? outputFormatFor(info.format) : job.format
  const translated = await translate(engine, job, photo.path, info, { signal, onProgress })
  const label = localised((job.direction === 'AtoB' ? job.model.card.b : job.model.card.a).label).en
  const written = await writeUnderFreeName(
    photo.path,
    translated,
    folderFor(job.outFolder, photo.relative),
    outputName(basename(photo.path), label, format),
    { format, quality: job.quality, strength: job.strength, signal },
  )
  return {
    input: photo.path,
    output: written.path,
    width: written.width,
    height: written.height,
    seconds: (performance.now() - started) / 1000,
    metadataKept: written.metadataKept,
  }
}

/** A photo that fits into the working size is translated as it is; there is no larger one to carry a change to. */
function translate(
  engine: EngineHost,
  { model, direction, size }: ConvertJob,
  path: string,
  { width, height }: PhotoInfo,
  options: Pick<ConvertOptions, 'signal' | 'onProgress'>,
): Promise<Translated> {
  if (size === 'full' && Math.max(width, height) > model.card.workingSize) {
    return changeOfPhoto(engine, path, model, direction, options).then((change) => ({ change }))
  }
  const longSide = size === 'full' ? undefined : size
  return translatePhoto(engine, path, model, direction, { ...options, longSide })
}
