/**
 * Finished conversions on disk: a folder each, with the pictures as PNG and a record of what they are. A folder
 * appears whole (temporary name, then a rename), so that a killed program leaves no half result behind.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { cycleResultSchema, directionSchema, idSchema, modelIdSchema } from '../contract/schemas.ts'
import type { Pixels } from '../engine/protocol.ts'
import { encodeToBuffer } from '../photos/encode.ts'
import { writeFailure } from '../photos/failures.ts'
import { thumbnail } from '../photos/thumbnail.ts'
import { setAside } from '../storage/set-aside.ts'

const recordSchema = z.object({
  format: z.literal(1),
  id: idSchema,
  photoId: idSchema,
  modelId: modelIdSchema,
  direction: directionSchema,
  size: z.number().int().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  seconds: z.number().nonnegative(),
  /** Null until the cycle was asked for. */
  cycle: cycleResultSchema.nullable(),
})
export type ResultRecord = z.infer<typeof recordSchema>

export type ResultPicture = 'before' | 'after' | 'reconstruction' | 'difference'

const recordName = 'record.json'
const unfinished = '.part'
const resultName = /^[A-Za-z0-9_-]{22}$/
const leftoverName = /^[A-Za-z0-9_-]{22}\.part$/
const thumbnailName = 'after.webp'
const thumbnailLongSide = 512

export class ResultStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * All whole results, and the folders to which those with a damaged record were set aside. What a killed program left
   * unfinished is cleared away; what is not ours is left alone.
   */
  async load(): Promise<{ readonly records: readonly ResultRecord[]; readonly damaged: readonly string[] }> {
    const names = await readdir(this.#folder).catch(() => [])
    const [records, damaged]: [ResultRecord[], string[]] = [[], []]
    for (const name of names) {
      const folder = join(this.#folder, name)
      if (leftoverName.test(name)) await rm(folder, { recursive: true, force: true })
      if (!resultName.test(name)) continue
      const record = await this.#readRecord(name)
      if (record === 'damaged') damaged.push(await setAside(folder).catch(() => folder))
      else if (record?.id === name) records.push(record)
    }
    return { records, damaged }
  }

  async add(record: ResultRecord, before: Pixels, after: Pixels): Promise<void> {
    const target = join(this.#folder, record.id)
    const part = `${target}${unfinished}`
    await this.#guard(async () => {
      await rm(part, { recursive: true, force: true })
      await mkdir(part, { recursive: true })
      await writePictures(part, { before, after })
      await writeFile(join(part, recordName), JSON.stringify(record))
      await rm(target, { recursive: true, force: true })
      await rename(part, target)
    })
  }

  async addCycle(record: ResultRecord, reconstruction: Pixels, difference: Pixels): Promise<void> {
    const folder = join(this.#folder, record.id)
    await this.#guard(async () => {
      await writePictures(folder, { reconstruction, difference })
      // The record last: only it says that the pictures are there.
      await writeFileAtomic(join(folder, recordName), JSON.stringify(record))
    })
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#folder, id), { recursive: true, force: true })
  }

  pictureFile(id: string, picture: ResultPicture): string {
    return join(this.#folder, id, `${picture}.png`)
  }

  /** The result's small picture (WebP). */
  async thumbnail(id: string): Promise<Buffer> {
    const file = join(this.#folder, id, thumbnailName)
    const kept = await readFile(file).catch(() => null)
    if (kept !== null) return kept
    const picture = await thumbnail(this.pictureFile(id, 'after'), thumbnailLongSide)
    // One that cannot be kept is made again the next time.
    await writeFileAtomic(file, picture, { fsync: false }).catch(() => undefined)
    return picture
  }

  /** Null where there is none, or none that can be read now. */
  async #readRecord(name: string): Promise<ResultRecord | 'damaged' | null> {
    const text = await readFile(join(this.#folder, name, recordName), 'utf8').catch(() => null)
    if (text === null) return null
    try {
      return recordSchema.parse(JSON.parse(text))
    } catch {
      return 'damaged'
    }
  }

  async #guard(write: () => Promise<void>): Promise<void> {
    try {
      await write()
    } catch (thrown) {
      throw writeFailure(thrown, this.#folder)
    }
  }
}

async function writePictures(
  folder: string,
  pictures: Partial<Record<ResultPicture, Pixels>>,
): Promise<void> {
  for (const [name, pixels] of Object.entries(pictures)) {
    await writeFile(join(folder, `${name}.png`), await encodeToBuffer(pixels, { format: 'png' }))
  }
}
