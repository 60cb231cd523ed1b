/** The look at two folders before a training starts on them: what is in each, and what may go wrong. */
import { Failure } from '../../contract/errors.ts'
import type { Progress } from '../../contract/schemas.ts'
import type { Finding, FolderSummary } from '../../contract/training-findings.ts'
import type { PictureCache } from './cache.ts'
import { findCopies } from './copies.ts'
import { findingsOf, type SortedFolder } from './findings.ts'
import { readFolder, type FolderContents, type PictureFile } from './folder.ts'
import type { Scaling } from './scaling.ts'
import { surveyFolder, type Survey } from './survey.ts'

export interface DataRequest {
  /** Folders; all that is in them counts, however deep. */
  readonly a: string
  readonly b: string
  readonly scaling: Scaling
  /** The side of the square crops, in pixels after scaling. */
  readonly crop: number
}

export interface CheckedFolder {
  readonly folder: string
  /** All that was in it when it was looked at. */
  readonly contents: FolderContents
  readonly summary: FolderSummary
  /** What can be trained on, in the folder's order. */
  readonly files: readonly PictureFile[]
}

export interface DataCheck {
  readonly a: CheckedFolder
  readonly b: CheckedFolder
  readonly findings: readonly Finding[]
}

export interface DataCheckOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * Every picture is decoded (or found in the cache) once, so that afterwards the training finds them there. Throws
 * `Failure`: `bad-request` for a crop that no picture can hold, what `readFolder` throws for the folders, `cancelled`.
 */
export async function checkData(
  cache: PictureCache,
  { a, b, scaling, crop }: DataRequest,
  { signal, onProgress }: DataCheckOptions = {},
): Promise<DataCheck> {
  if (crop > scaling.pixels)
    throw new Failure(
      'bad-request',
      undefined,
      `a crop of ${crop} pixels does not fit into ${scaling.pixels}`,
    )
  const [contentsA, contentsB] = [await readFolder(a, signal), await readFolder(b, signal)]
  const total = contentsA.files.length + contentsB.files.length
  const started = performance.now()
  let done = 0
  const onPicture = (name: string): void => {
    done++
    const seconds = (performance.now() - started) / 1000
    onProgress?.({ done, total, etaSeconds: (seconds / done) * (total - done), detail: name })
  }
  const survey = async (contents: FolderContents): Promise<SortedFolder> =>
    sort(contents, await surveyFolder(contents, scaling, cache, { signal, onPicture }), crop)
  const [sortedA, sortedB] = [await survey(contentsA), await survey(contentsB)]
  await cache.flush()
  return {
    a: checkedFolder(a, contentsA, sortedA),
    b: checkedFolder(b, contentsB, sortedB),
    findings: findingsOf(sortedA, sortedB, crop),
  }
}

function sort(contents: FolderContents, { pictures, unreadable }: Survey, crop: number): SortedFolder {
  const holdsCrop = ({ scaled }: Survey['pictures'][number]): boolean =>
    Math.min(scaled.width, scaled.height) >= crop
  const usable = pictures.filter(holdsCrop)
  const copies = findCopies(usable.map(({ look }) => look))
  const superfluous = new Set(copies.map(({ index }) => index))
  return {
    found: contents.files.length + contents.unreadable.length,
    unreadable,
    tooSmall: pictures.filter((picture) => !holdsCrop(picture)),
    usable,
    copies,
    different: usable.filter((_, index) => !superfluous.has(index)),
  }
}

function checkedFolder(
  folder: string,
  contents: FolderContents,
  { found, usable, different }: SortedFolder,
): CheckedFolder {
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  const summary: FolderSummary = {
    pictures: found,
    usable: usable.length,
    different: different.length,
    grey: usable.filter(({ tone }) => tone.isGrey).length,
    brightness: mean(different.map(({ tone }) => tone.brightness)),
    colourfulness: mean(different.map(({ tone }) => tone.colourfulness)),
  }
  return { folder, contents, summary, files: usable.map(({ file }) => file) }
}
