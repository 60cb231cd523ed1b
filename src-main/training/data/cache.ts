/**
 * Scaled pictures on disk, so that a photo is decoded once and not in every epoch. What is missing or damaged is made
 * anew; above the limit, what was not used for longest goes. Several programs may share the folder.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { throwIfCancelled } from '../../photos/failures.ts'
import { cacheVersion, decodeCached, encodeCached } from './cache-file.ts'
import type { PictureFile } from './folder.ts'
import { scalePhoto, type ScaledPicture, type Scaling } from './scaling.ts'

const gibibyte = 2 ** 30
/** 17,000 pictures of 286 × 286, or 2,000 of 1024 × 683. */
const defaultLimit = 4 * gibibyte
/** Tidying goes this far below the limit, so that it is not needed again at once. */
const tidiedTo = 0.9

export class PictureCache {
  readonly #folder: string
  readonly #limit: number
  readonly #making = new Map<string, Promise<ScaledPicture>>()
  /** Bytes in the folder as far as we know; another program may have added some. Null until looked at. */
  #bytes: number | null = null
  #tidying: Promise<void> = Promise.resolve()

  /** `limit`: bytes on disk. */
  constructor(folder: string, { limit = defaultLimit }: { readonly limit?: number } = {}) {
    this.#folder = folder
    this.#limit = limit
  }

  /**
   * The picture, from the disk or made and kept. A file that is gone by now is still found if it was kept. That a
   * picture cannot be kept (a full disk) is no failure: it is made again the next time. Throws as `scalePhoto` does.
   */
  async picture(file: PictureFile, scaling: Scaling, signal?: AbortSignal): Promise<ScaledPicture> {
    throwIfCancelled(signal, file.path)
    const path = join(this.#folder, nameFor(file, scaling))
    const kept = await this.#read(path)
    throwIfCancelled(signal, file.path)
    if (kept !== null) return kept
    // Two who want the same at once share the work, so it listens to the signal of neither.
    const making = this.#making.get(path) ?? this.#make(path, file, scaling)
    this.#making.set(path, making)
    return making
  }

  /** Resolves when all that was made is on disk, and the folder is within its limit. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.#making.values())
    await this.#tidying
  }

  async #read(path: string): Promise<ScaledPicture | null> {
    const file = await readFile(path).catch(() => null)
    if (file === null) return null
    const now = new Date()
    // The time of last use; where it cannot be set, this picture only goes sooner.
    await utimes(path, now, now).catch(() => undefined)
    return decodeCached(file)
  }

  async #make(path: string, file: PictureFile, scaling: Scaling): Promise<ScaledPicture> {
    try {
      const picture = await scalePhoto(file.path, scaling)
      await this.#keep(path, encodeCached(picture))
      return picture
    } finally {
      this.#making.delete(path)
    }
  }

  async #keep(path: string, content: Buffer): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      // A power loss may leave it damaged; then the checksum says so.
      await writeFileAtomic(path, content, { fsync: false })
      this.#tidying = this.#tidying.then(() => this.#tidy(content.length)).catch(() => undefined)
      await this.#tidying
    } catch {
      // Kept or not, the picture is there.
    }
  }

  async #tidy(added: number): Promise<void> {
    if (this.#bytes !== null && this.#bytes + added <= this.#limit) {
      this.#bytes += added
      return
    }
    const files = await this.#list()
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    if (bytes > this.#limit) {
      for (const file of files.toSorted((a, b) => a.used - b.used)) {
        if (bytes <= tidiedTo * this.#limit) break
        await rm(file.path, { force: true })
        bytes -= file.bytes
      }
    }
    this.#bytes = bytes
  }

  /** All that lies there, what a killed program left half-written included. */
  async #list() {
    const files: { readonly path: string; readonly bytes: number; readonly used: number }[] = []
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name)
      const found = await stat(path).catch(() => null)
      if (found?.isFile() === true) files.push({ path, bytes: found.size, used: found.mtimeMs })
    }
    return files
  }
}

function nameFor({ path, bytes, modified }: PictureFile, { kind, pixels }: Scaling): string {
  const key = JSON.stringify([cacheVersion, path, bytes, modified, kind, pixels])
  return `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.rgb`
}
