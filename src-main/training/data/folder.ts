/** The pictures of one side: every file in a folder, however deep, that by its name is a photo. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Failure, type FailureData } from '../../contract/errors.ts'
import { collectPhotos } from '../../photos/collect.ts'
import { readFailure } from '../../photos/failures.ts'

/** A file as it was when the folder was read; what is kept of it belongs to this size and time. */
export interface PictureFile {
  readonly path: string
  /** Relative to its folder. */
  readonly name: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly modified: number
}

export interface UnreadableFile {
  readonly name: string
  readonly failure: FailureData
}

export interface FolderContents {
  readonly files: readonly PictureFile[]
  readonly unreadable: readonly UnreadableFile[]
}

/**
 * In the order of names, files before folders: the same folder always gives the same order. Throws `Failure`:
 * `file-not-found`, `file-not-readable`, `bad-request` where it is no folder, `cancelled`.
 */
export async function readFolder(folder: string, signal?: AbortSignal): Promise<FolderContents> {
  const found = await stat(folder).catch((thrown: unknown) => {
    throw readFailure(thrown, folder)
  })
  if (!found.isDirectory()) throw new Failure('bad-request', basename(folder), 'it is not a folder')
  const files: PictureFile[] = []
  const unreadable: UnreadableFile[] = []
  for await (const { path, relative } of collectPhotos([folder], {
    recursive: true,
    ...(signal && { signal }),
  })) {
    try {
      const { size, mtimeMs } = await stat(path)
      files.push({ path, name: relative, bytes: size, modified: mtimeMs })
    } catch (thrown) {
      unreadable.push({ name: relative, failure: readFailure(thrown, path).toData() })
    }
  }
  return { files, unreadable }
}
