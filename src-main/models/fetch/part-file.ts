/** What of a download lies here: the bytes that came, and a note of what they are a part of. */
import { mkdir, open, readFile, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { writeFailure } from '../../photos/failures.ts'

const noteSchema = z.object({
  address: z.string(),
  /** What tells this state of the server's file from others; a part without can not be gone on with. */
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** Bytes of the whole file; null where the server has not said. */
  total: z.number().int().nonnegative().nullable(),
})
export type PartNote = Readonly<z.infer<typeof noteSchema>>

export interface KeptPart {
  readonly bytes: number
  readonly note: PartNote
}

export class PartFile {
  /** Where the file lies when it is whole. */
  readonly whole: string
  readonly #folder: string
  readonly #address: string
  readonly #part: string
  readonly #note: string

  /** The part of the file at an address, in a folder of its own, under the file's name. */
  constructor(folder: string, name: string, address: string) {
    this.#folder = folder
    this.#address = address
    this.whole = join(folder, name)
    this.#part = join(folder, `${name}.part`)
    this.#note = join(folder, 'part.json')
  }

  /** Whether all of it has come. */
  async isWhole(): Promise<boolean> {
    return (await this.#readNote()) !== null && (await sizeOf(this.whole)) !== null
  }

  /** What can be gone on with; null where there is nothing, or nothing that could be told from another file's part. */
  async kept(): Promise<KeptPart | null> {
    const note = await this.#readNote()
    const bytes = await sizeOf(this.#part)
    if (note === null || bytes === null || bytes === 0 || validatorOf(note) === null) return null
    return { bytes, note }
  }

  /** Opens an empty part. The note is on the disk before any byte of it. Throws `disk-full`, `cannot-write`. */
  async begin(note: PartNote): Promise<FileHandle> {
    await this.discard()
    return this.#writing(async () => {
      await mkdir(this.#folder, { recursive: true })
      await writeFileAtomic(this.#note, JSON.stringify(note))
      return open(this.#part, 'w')
    })
  }

  /** Opens the part behind what is kept. Throws `disk-full`, `cannot-write`. */
  async goOn({ bytes }: KeptPart): Promise<FileHandle> {
    return this.#writing(async () => {
      await truncate(this.#part, bytes)
      return open(this.#part, 'a')
    })
  }

  /** The part becomes the file. */
  async finish(): Promise<void> {
    await this.#writing(() => rename(this.#part, this.whole))
  }

  /** Forgets all that has come. */
  async discard(): Promise<void> {
    await this.#writing(async () => {
      for (const path of [this.#part, this.whole, this.#note]) await rm(path, { force: true })
    })
  }

  async #readNote(): Promise<PartNote | null> {
    const text = await readFile(this.#note, 'utf8').catch(() => null)
    const note = text === null ? null : noteSchema.safeParse(parsed(text)).data
    return note?.address === this.#address ? note : null
  }

  async #writing<Value>(write: () => Promise<Value>): Promise<Value> {
    try {
      return await write()
    } catch (thrown) {
      throw writeFailure(thrown, this.whole)
    }
  }
}

/** For `If-Range` (RFC 9110, 13.1.5): a strong ETag, or else the date of the last change; null where neither is known. */
export function validatorOf({ etag, lastModified }: Pick<PartNote, 'etag' | 'lastModified'>): string | null {
  return etag !== null && !etag.startsWith('W/') ? etag : lastModified
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() === true ? found.size : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
