/** A small JSON document on disk: checked when read, written whole or not at all, writes in quick succession joined. */
import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'

const joinWritesMs = 100

export class JsonFile<Schema extends z.ZodType> {
  readonly #path: string
  readonly #schema: Schema
  #pending: z.input<Schema> | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(path: string, schema: Schema) {
    this.#path = path
    this.#schema = schema
  }

  /** The document, or null where there is none. A damaged one is set aside as `.damaged`, not overwritten. */
  async read(): Promise<z.output<Schema> | null> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    const checked = this.#schema.safeParse(parseOrUndefined(text))
    if (checked.success) return checked.data
    await rename(this.#path, `${this.#path}.damaged`)
    return null
  }

  /** Writes soon. Call `flush` before the program ends. */
  write(value: z.input<Schema>): void {
    this.#pending = value
    this.#timer ??= setTimeout(() => void this.flush(), joinWritesMs)
  }

  /** Resolves when the last value is on disk; a write that fails is tried again with the next one. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const value = this.#pending
    this.#pending = undefined
    if (value !== undefined) {
      this.#writing = this.#writing.then(() => this.#save(value)).catch(() => undefined)
    }
    await this.#writing
  }

  async #save(value: z.input<Schema>): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true })
    await writeFileAtomic(this.#path, `${JSON.stringify(value, null, 1)}\n`)
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
