/** The sample photos that ship, laid into the library's folder: a new version of the program may lie elsewhere. */
import { createReadStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isPhotoName } from '../photos/formats.ts'
import { writeFailure } from '../photos/failures.ts'
import { writeWhole } from '../storage/write-whole.ts'

/**
 * Copies what is not there yet, or not whole; the photos' paths in `folder`, in the order of their names. Throws
 * Failure `disk-full` or `cannot-write`.
 */
export async function laySamples(shipped: string, folder: string): Promise<string[]> {
  const names = (await readdir(shipped)).filter(isPhotoName).toSorted()
  await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
    throw writeFailure(thrown, folder)
  })
  const laid: string[] = []
  for (const name of names) {
    const [from, to] = [join(shipped, name), join(folder, name)]
    if ((await bytesOf(to)) !== (await bytesOf(from))) await writeWhole(to, createReadStream(from))
    laid.push(to)
  }
  return laid
}

const bytesOf = async (path: string): Promise<number | null> =>
  (await stat(path).catch(() => null))?.size ?? null
