/** The results of rounds on disk, a file each, and their way out. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { underFreeName } from '../../export/free-name.ts'
import { writeFailure } from '../../photos/failures.ts'
import { placeFile } from '../../photos/place.ts'
import { asCsv, asJson, keptResultSchema, type KeptResult } from './result-file.ts'

const ending = '.json'

export class ResultStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The oldest first; what is not a result is left alone. */
  async load(): Promise<readonly KeptResult[]> {
    const names = await readdir(this.#folder).catch(() => [])
    const results: KeptResult[] = []
    for (const name of names.filter((each) => each.endsWith(ending))) {
      const checked = keptResultSchema.safeParse(await readJson(join(this.#folder, name)))
      if (checked.success && `${checked.data.id}${ending}` === name) results.push(checked.data)
    }
    return results.toSorted((a, b) => (a.created < b.created ? -1 : 1))
  }

  /** Throws `disk-full`, `cannot-write`. */
  async add(result: KeptResult): Promise<void> {
    const path = this.#file(result.id)
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeFileAtomic(path, asJson(result))
    } catch (thrown) {
      throw writeFailure(thrown, path)
    }
  }

  /** Throws `cannot-write`. */
  async remove(id: string): Promise<void> {
    try {
      await rm(this.#file(id), { force: true })
    } catch (thrown) {
      throw writeFailure(thrown, this.#file(id))
    }
  }

  #file(id: string): string {
    return join(this.#folder, `${id}${ending}`)
  }
}

/**
 * Writes a result as CSV where the name ends so, else as JSON, under the name or the next that is free; tells where.
 * Never over a file. Throws `disk-full`, `cannot-write`.
 */
export async function writeResult(result: KeptResult, target: string): Promise<string> {
  const format = extname(target).toLowerCase()
  const named = format === '.csv' || format === ending ? target : `${target}${ending}`
  const content = Buffer.from(format === '.csv' ? asCsv(result) : asJson(result))
  return underFreeName(named, async (path) => {
    await placeFile(path, content, { overwrite: false, finish: () => Promise.resolve() })
    return path
  })
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
