/** A small JSON document on disk: checked when read, written whole or not at all, writes in quick succession joined. */
import { mkdir, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'
import { errorCodeOf, writeFailure } from '../photos/failures.ts'
import { setAside } from './set-aside.ts'
import type { StorageHealth } from './storage-health.ts'

const joinWritesMs = 100
/** A full disk may have room again, and a drive be back. */
const usualRetryMs = 5000
const previousSuffix = '.previous'

export interface JsonFileOptions<Schema extends z.ZodType> {
  /** Hears what cannot be understood or saved. */
  readonly health?: StorageHealth
  /** How long after a write that failed the next attempt comes, in milliseconds. */
  readonly retryMs?: number
  /**
   * Makes a document of what is left of a damaged one (empty where the file is missing) and of the last good copy. With
   * it a copy is kept as `.previous` at every good reading.
   */
  readonly mend?: (damaged: string, previous: z.output<Schema> | null) => z.output<Schema> | null
}

export class JsonFile<Schema extends z.ZodType> {
  readonly #path: string
  readonly #schema: Schema
  readonly #options: JsonFileOptions<Schema>
  #value: (() => z.input<Schema>) | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #wasDamaged = false
  /** Lies under the name still, because it could not be set aside: it is not written over. */
  #inTheWay = false

  constructor(path: string, schema: Schema, options: JsonFileOptions<Schema> = {}) {
    this.#path = path
    this.#schema = schema
    this.#options = options
  }

  /** True when `read` found something that it could not understand, or missed what had been there. */
  get wasDamaged(): boolean {
    return this.#wasDamaged
  }

  /**
   * The document, or null where there is none. A damaged one is set aside as `.damaged`, not overwritten, and mended as
   * far as the options say how.
   */
  async read(): Promise<z.output<Schema> | null> {
    const text = await readFile(this.#path, 'utf8').catch((thrown: unknown) =>
      errorCodeOf(thrown) === 'ENOENT' ? null : '',
    )
    const checked = text === null ? null : this.#schema.safeParse(parseOrUndefined(text))
    if (checked?.success) {
      if (text !== null) this.#keepCopy(text)
      return checked.data
    }
    const { mend, health } = this.#options
    const previous = mend && (await this.#readPrevious())
    // Where there never was one, none is missed.
    if (text === null && !previous) return null
    this.#wasDamaged = true
    const mended = mend?.(text ?? '', previous ?? null) ?? null
    const keptAt = text === null ? null : await this.#setAside()
    health?.noteDamaged({ path: this.#path, keptAt, outcome: mended === null ? 'defaults' : 'restored' })
    return mended
  }

  /** Writes soon what `value` is then. Call `flush` before the program ends. */
  write(value: () => z.input<Schema>): void {
    this.#value = value
    this.#timer ??= setTimeout(() => void this.flush(), joinWritesMs)
  }

  /** Resolves when the last value is on disk, or has failed to get there; then it is tried again by and by. */
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
      if (this.#inTheWay) await setAside(this.#path)
      this.#inTheWay = false
      await mkdir(dirname(this.#path), { recursive: true })
      await writeFileAtomic(this.#path, `${JSON.stringify(value(), null, 1)}\n`)
      if (this.#value === value) this.#value = undefined
      this.#options.health?.noteSaved(this.#path)
    } catch (thrown) {
      const failure = writeFailure(thrown, basename(this.#path))
      this.#options.health?.noteFailed(this.#path, failure, () => this.flush())
      this.#timer ??= setTimeout(() => void this.flush(), this.#options.retryMs ?? usualRetryMs).unref()
    }
  }

  async #setAside(): Promise<string | null> {
    try {
      return await setAside(this.#path)
    } catch {
      this.#inTheWay = true
      return null
    }
  }

  /** In line with the writes, and of no consequence where it fails. */
  #keepCopy(text: string): void {
    if (this.#options.mend === undefined) return
    const copy = `${this.#path}${previousSuffix}`
    this.#writing = this.#writing.then(() => writeFileAtomic(copy, text).catch(() => undefined))
  }

  async #readPrevious(): Promise<z.output<Schema> | null> {
    const text = await readFile(`${this.#path}${previousSuffix}`, 'utf8').catch(() => '')
    return this.#schema.safeParse(parseOrUndefined(text)).data ?? null
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
