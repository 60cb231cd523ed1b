/** Looks at every picture of a folder once and remembers what the findings need, some kilobytes each. */
import PQueue from 'p-queue'
import { Failure } from '../../contract/errors.ts'
import type { PictureCache } from './cache.ts'
import type { FolderContents, PictureFile, UnreadableFile } from './folder.ts'
import { lookOf, type Look } from './look.ts'
import { reduce } from './reduce.ts'
import type { Scaling, Size } from './scaling.ts'
import { toneOf, type Tone } from './tone.ts'

export interface SurveyedPicture {
  readonly file: PictureFile
  /** Upright, as in the file. */
  readonly original: Size
  readonly scaled: Size
  readonly look: Look
  readonly tone: Tone
}

export interface Survey {
  /** All that can be read, in the folder's order. */
  readonly pictures: readonly SurveyedPicture[]
  readonly unreadable: readonly UnreadableFile[]
}

/** Decoding uses several threads by itself; the second place computes meanwhile. */
const atOnce = 2

/** `onPicture` is told the name of each picture that is done. Throws `cancelled`; files that fail are in the result. */
export async function surveyFolder(
  { files, unreadable }: FolderContents,
  scaling: Scaling,
  cache: PictureCache,
  {
    signal,
    onPicture,
  }: { readonly signal?: AbortSignal | undefined; onPicture?: (name: string) => void } = {},
): Promise<Survey> {
  const queue = new PQueue({ concurrency: atOnce })
  const looked = await Promise.all(
    files.map((file) =>
      queue.add(async () => {
        const result = await lookAt(file, scaling, cache, signal)
        onPicture?.(file.name)
        return result
      }),
    ),
  )
  const failed = looked.filter((result) => 'failure' in result)
  return {
    pictures: looked.filter((result) => 'look' in result),
    unreadable: [...unreadable, ...failed],
  }
}

async function lookAt(
  file: PictureFile,
  scaling: Scaling,
  cache: PictureCache,
  signal: AbortSignal | undefined,
): Promise<SurveyedPicture | UnreadableFile> {
  try {
    const picture = await cache.picture(file, scaling, signal)
    const cells = reduce(picture)
    const { width, height, original } = picture
    const look = lookOf(picture, cells)
    return { file, original, scaled: { width, height }, look, tone: toneOf(picture, cells) }
  } catch (thrown) {
    const failure = Failure.from(thrown, file.name)
    if (failure.code === 'cancelled') throw failure
    return { name: file.name, failure: failure.toData() }
  }
}
