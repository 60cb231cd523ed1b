/**
 * A journal of long work: a line of JSON an entry, added at the end. A program that ends in mid-write leaves a torn
 * line; such a line costs itself and no other.
 */
import { open, readFile } from 'node:fs/promises'
import PQueue from 'p-queue'
import type { z } from 'zod'
import { errorCodeOf, readFailure, writeFailure } from '../photos/failures.ts'
import { writeWhole } from './write-whole.ts'

const newline = 0x0a

interface Line<Entry> {
  readonly text: string
  readonly entry: Entry
}

export interface JournalOptions {
  /** Forces each entry onto the disk, for what a loss of power must not take. */
  readonly synced: boolean
}

export class Journal<Schema extends z.ZodType> {
  readonly #path: string
  readonly #schema: Schema
  readonly #synced: boolean
  readonly #queue = new PQueue({ concurrency: 1 })

  constructor(path: string, schema: Schema, { synced }: JournalOptions) {
    this.#path = path
    this.#schema = schema
    this.#synced = synced
  }

  /** Adds entries, each on a line of its own even where the last one is torn. Throws `disk-full`, `cannot-write`. */
  async append(...entries: readonly z.input<Schema>[]): Promise<void> {
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    if (lines !== '') await this.#queue.add(() => this.#append(lines))
  }

  /** All whole entries; none where there is no journal. */
  async read(): Promise<z.output<Schema>[]> {
    return this.#linesOf(await this.#text()).map(({ entry }) => entry)
  }

  /**
   * Drops the entries that are not to be kept, and lines that are damaged. Throws `disk-full` or `cannot-write`; then
   * the journal is what it was.
   */
  async keep(isKept: (entry: z.output<Schema>) => boolean): Promise<void> {
    await this.#queue.add(async () => {
      const text = await this.#text()
      const kept = this.#linesOf(text).map((line) => (isKept(line.entry) ? `${line.text}\n` : ''))
      if (kept.join('') !== text) await writeWhole(this.#path, [Buffer.from(kept.join(''))])
    })
  }

  async #append(lines: string): Promise<void> {
    try {
      const handle = await open(this.#path, 'a+')
      try {
        const { size } = await handle.stat()
        const end = Buffer.of(newline)
        if (size > 0) await handle.read(end, 0, 1, size - 1)
        await handle.writeFile(end[0] === newline ? lines : `\n${lines}`)
        if (this.#synced) await handle.datasync()
      } finally {
        await handle.close()
      }
    } catch (thrown) {
      throw writeFailure(thrown, this.#path)
    }
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8')
    } catch (thrown) {
      if (errorCodeOf(thrown) === 'ENOENT') return ''
      throw readFailure(thrown, this.#path)
    }
  }

  #linesOf(journal: string): readonly Line<z.output<Schema>>[] {
    return journal.split('\n').flatMap((text) => {
      const checked = this.#schema.safeParse(parsed(text))
      return checked.success ? [{ text, entry: checked.data }] : []
    })
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
