/** The results of rounds on disk, a file each, and their way out. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { idSchema } from '../../contract/schemas.ts'
import { underFreeName } from '../../export/free-name.ts'
import { writeFailure } from '../../photos/failures.ts'
import { placeFile } from '../../photos/place.ts'
import { setAside } from '../../storage/set-aside.ts'
import { asCsv, asJson, keptResultSchema, type KeptResult } from './result-file.ts'

const ending = '.json'

export class ResultStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The oldest first, and where those lie now that make no sense; what is not a result is left alone. */
  async load(): Promise<{ readonly results: readonly KeptResult[]; readonly damaged: readonly string[] }> {
    const names = await readdir(this.#folder).catch(() => [])
    const [results, damaged]: [KeptResult[], string[]] = [[], []]
    for (const name of names.filter(isResultName)) {
      const path = join(this.#folder, name)
      const text = await readFile(path, 'utf8').catch(() => null)
      if (text === null) continue
      const checked = keptResultSchema.safeParse(parsed(text))
      if (!checked.success) damaged.push(await setAside(path).catch(() => path))
      else if (`${checked.data.id}${ending}` === name) results.push(checked.data)
    }
    return { results: results.toSorted((a, b) => (a.created < b.created ? -1 : 1)), damaged }
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

const isResultName = (name: string): boolean =>
  name.endsWith(ending) && idSchema.safeParse(name.slice(0, -ending.length)).success

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
