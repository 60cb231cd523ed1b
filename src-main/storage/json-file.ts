/** A small JSON document on disk: checked when read, written whole or not at all, writes in quick succession joined. */
import { mkdir, readFile, rename } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'
import type { Failure } from '../contract/errors.ts'
import { errorCodeOf, writeFailure } from '../photos/failures.ts'

const joinWritesMs = 100

export class JsonFile<Schema extends z.ZodType> {
  readonly #path: string
  readonly #schema: Schema
  readonly #onFailure: (failure: Failure) => void
  #value: (() => z.input<Schema>) | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #wasDamaged = false

  /** `onFailure` hears of every write that failed; the value is kept and tried again with the next write. */
  constructor(path: string, schema: Schema, onFailure: (failure: Failure) => void = () => undefined) {
    this.#path = path
    this.#schema = schema
    this.#onFailure = onFailure
  }

  /** True when `read` found something that it could not understand. */
  get wasDamaged(): boolean {
    return this.#wasDamaged
  }

  /** The document, or null where there is none. A damaged one is set aside as `.damaged`, not overwritten. */
  async read(): Promise<z.output<Schema> | null> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (thrown) {
      this.#wasDamaged = errorCodeOf(thrown) !== 'ENOENT'
      return null
    }
    const checked = this.#schema.safeParse(parseOrUndefined(text))
    if (checked.success) return checked.data
    this.#wasDamaged = true
    await rename(this.#path, `${this.#path}.damaged`).catch(() => undefined)
    return null
  }

  /** Writes soon what `value` is then. Call `flush` before the program ends. */
  write(value: () => z.input<Schema>): void {
    this.#value = value
    this.#timer ??= setTimeout(() => void this.flush(), joinWritesMs)
  }

  /** Resolves when the last value is on disk, or has failed to get there. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#save())
    await this.#writing
  }

  async #save(): Promise<void> {
    const value = this.#value
    if (value === undefined) return
    try {
      await mkdir(dirname(this.#path), { recursive: true })
      await writeFileAtomic(this.#path, `${JSON.stringify(value(), null, 1)}\n`)
      if (this.#value === value) this.#value = undefined
    } catch (thrown) {
      this.#onFailure(writeFailure(thrown, basename(this.#path)))
    }
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
