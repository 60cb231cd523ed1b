/** Which files of the shelf are not there now: a drive may be pulled out and come back. */
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCodeOf } from '../photos/failures.ts'

/** The file system answers a few at a time; a slow drive must not hold up all others. */
const looksAtOnce = 16

/** There is no such file, or the drive that it is on does not answer. What may only not be read is there. */
const absent: ReadonlySet<string | undefined> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EIO', 'ENODEV', 'ENXIO'],
  ...['ENOTCONN', 'ESTALE', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT'],
])

interface Placed {
  readonly id: string
  readonly path: string
}

export interface Changes<Entry> {
  readonly gone: readonly Entry[]
  readonly back: readonly Entry[]
}

export class Presence {
  readonly #missing = new Set<string>()
  readonly #foldersGone = new Set<string>()
  /** One look at a time: what hangs on a drive would pile up. */
  #isLooking = false

  isMissing(id: string): boolean {
    return this.#missing.has(id)
  }

  /** What has changed since the last look. While another look is under way: nothing. */
  async look<Entry extends Placed>(
    entries: readonly Entry[],
    which: 'all' | 'of-changed-folders',
  ): Promise<Changes<Entry>> {
    if (this.#isLooking) return { gone: [], back: [] }
    this.#isLooking = true
    try {
      const changed = await this.#changedFolders(entries)
      const asked =
        which === 'all'
          ? entries
          : entries.filter(({ id, path }) => this.#mayHaveChanged(id, dirname(path), changed))
      return await this.#lookAt(asked)
    } finally {
      this.#isLooking = false
    }
  }

  /** A single file that is missing may come back into its folder, too. */
  #mayHaveChanged(id: string, folder: string, changed: ReadonlySet<string>): boolean {
    return changed.has(folder) || (this.#missing.has(id) && !this.#foldersGone.has(folder))
  }

  /** Folders are far fewer than photos, and a drive takes all of its folders along. */
  async #changedFolders(entries: readonly Placed[]): Promise<ReadonlySet<string>> {
    const changed = new Set<string>()
    await each([...new Set(entries.map(({ path }) => dirname(path)))], async (folder) => {
      const isGone = !(await isThere(folder))
      if (isGone === this.#foldersGone.has(folder)) return
      changed.add(folder)
      if (isGone) this.#foldersGone.add(folder)
      else this.#foldersGone.delete(folder)
    })
    return changed
  }

  async #lookAt<Entry extends Placed>(entries: readonly Entry[]): Promise<Changes<Entry>> {
    const [gone, back]: [Entry[], Entry[]] = [[], []]
    await each(entries, async (entry) => {
      const isMissing = !(await isThere(entry.path))
      if (isMissing === this.#missing.has(entry.id)) return
      if (isMissing) {
        this.#missing.add(entry.id)
        gone.push(entry)
      } else {
        this.#missing.delete(entry.id)
        back.push(entry)
      }
    })
    return { gone, back }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (thrown) {
    return !absent.has(errorCodeOf(thrown))
  }
}

async function each<Item>(items: readonly Item[], look: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async (): Promise<void> => {
    for (const item of rest) await look(item)
  }
  await Promise.all(Array.from({ length: Math.min(looksAtOnce, items.length) }, worker))
}
