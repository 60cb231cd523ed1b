/**
 * The mark of a running program: a file that names the process while it runs and is taken away when it ends in order.
 * Who finds one of a process that is gone knows that it was ended in its midst.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { isAlive, ownMark, processMarkSchema, type ProcessMark } from './living-process.ts'

const markSchema = processMarkSchema.extend({
  /** The system said that it ends; it does not wait until a program has tidied up. */
  systemEnding: z.boolean().default(false),
})
type Mark = z.output<typeof markSchema>

export class RunMark {
  readonly #path: string
  #own: ProcessMark | null = null

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Leaves the mark of this process, in place of one that a dead process left. Tells whether that process was ended in
   * its midst. Where nothing can be written, there is no mark, and the next start has nothing to tell.
   */
  async begin(): Promise<'first' | 'after-abrupt-end'> {
    const found = parsed(await readFile(this.#path, 'utf8').catch(() => null))
    const markedAt = await stat(this.#path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
    // A living one is another program's affair: it takes its mark away itself.
    if (found !== null && found !== 'unreadable' && (await isAlive(found, markedAt))) return 'first'
    this.#own = await ownMark()
    this.#write({ ...this.#own, systemEnding: false })
    if (found === null) return 'first'
    return found === 'unreadable' || !found.systemEnding ? 'after-abrupt-end' : 'first'
  }

  /** To be called when the system is about to end; blocks, because there may be no time for more. */
  systemEnds(): void {
    if (this.#own !== null && this.#isOwn()) this.#write({ ...this.#own, systemEnding: true })
  }

  /** The program ends in order. */
  end(): void {
    if (this.#isOwn()) rmSync(this.#path, { force: true })
    this.#own = null
  }

  #write(mark: Mark): void {
    const part = `${this.#path}.new`
    try {
      mkdirSync(dirname(this.#path), { recursive: true })
      writeFileSync(part, JSON.stringify(mark))
      renameSync(part, this.#path)
    } catch {
      // It says too little then, which harms nothing.
    }
  }

  #isOwn(): boolean {
    if (this.#own === null) return false
    try {
      const found = parsed(readFileSync(this.#path, 'utf8'))
      return typeof found === 'object' && found?.pid === this.#own.pid && found.started === this.#own.started
    } catch {
      return false
    }
  }
}

/** Null where there is none. */
function parsed(text: string | null): Mark | 'unreadable' | null {
  if (text === null) return null
  try {
    return markSchema.safeParse(JSON.parse(text)).data ?? 'unreadable'
  } catch {
    return 'unreadable'
  }
}
