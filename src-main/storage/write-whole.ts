/** A file that is there whole or not at all, whatever ends the program, and is on the disk when the promise resolves. */
import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCodeOf, writeFailure } from '../photos/failures.ts'

/** What a killed write leaves behind ends so. The next write of the same file takes its place. */
export const unfinishedSuffix = '.unfinished'

/** Hashing blocks: no longer than for so many bytes at a time. */
const sliceBytes = 4 * 1024 * 1024

export interface WrittenFile {
  readonly bytes: number
  /** In hexadecimal. */
  readonly sha256: string
}

/**
 * Writes the chunks one after another, each before the next is asked for. What was at `path` stays until all are on
 * the disk. Throws Failure `disk-full`, `cannot-write`, or what the chunks throw.
 */
export async function writeWhole(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const unfinished = `${path}${unfinishedSuffix}`
  try {
    const written = await writeSynced(unfinished, chunks)
    await rename(unfinished, path)
    await syncFolder(dirname(path))
    return written
  } catch (thrown) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw writeFailure(thrown, path)
  }
}

async function writeSynced(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(path, 'w')
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes)
        hash.update(slice)
        await handle.writeFile(slice)
        bytes += slice.length
      }
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** A rename lasts when its folder is on the disk. Windows and some network drives have no such thing. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'EIO') throw thrown
  }
}
