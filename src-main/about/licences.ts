/** What Solstice is made of, as the build has written it down: the licences, and the bill of materials. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { componentSchema, type Component } from '../contract/about.ts'
import { Failure } from '../contract/errors.ts'
import { readFailure, writeFailure } from '../photos/failures.ts'

const withTexts = componentSchema.extend({ texts: z.array(z.string()) })

const fileSchema = z.object({
  own: withTexts,
  components: z.array(withTexts),
  /** The texts by their keys: many components share one. */
  texts: z.record(z.string(), z.string()),
})
type LicencesFile = z.infer<typeof fileSchema>

export interface ComponentList {
  /** Solstice itself. */
  readonly own: Component
  /** By name. */
  readonly components: readonly Component[]
}

export class Licences {
  readonly #folder: string
  #read: Promise<LicencesFile> | null = null

  /** The folder where the build has put `licences.json` and `sbom.cdx.json`; they are read when they are asked for. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Throws `file-not-found` or `file-not-readable` where the installation is not whole. */
  async list(): Promise<ComponentList> {
    const { own, components } = await this.#file()
    return { own: componentSchema.parse(own), components: z.array(componentSchema).parse(components) }
  }

  /** A component's licences and notices, word for word. Throws `bad-request` for an id that there is not. */
  async texts(id: string): Promise<string[]> {
    const { own, components, texts } = await this.#file()
    const component = [own, ...components].find((one) => one.id === id)
    if (component === undefined) throw new Failure('bad-request', undefined, `there is no component ${id}`)
    return component.texts.flatMap((key) => texts[key] ?? [])
  }

  /** The bill of materials: CycloneDX 1.6, JSON. */
  bill(): Promise<string> {
    return this.#readText('sbom.cdx.json')
  }

  /** Throws `cannot-write`, `disk-full`. */
  async writeBill(target: string): Promise<void> {
    const bill = await this.bill()
    try {
      await writeFileAtomic(target, bill)
    } catch (thrown) {
      throw writeFailure(thrown, target)
    }
  }

  #file(): Promise<LicencesFile> {
    this.#read ??= this.#parse().catch((thrown: unknown) => {
      // It may be there the next time.
      this.#read = null
      throw thrown
    })
    return this.#read
  }

  async #parse(): Promise<LicencesFile> {
    const name = 'licences.json'
    const text = await this.#readText(name)
    try {
      return fileSchema.parse(JSON.parse(text))
    } catch (thrown) {
      throw new Failure('file-not-readable', name, 'its content is damaged', { cause: thrown })
    }
  }

  async #readText(name: string): Promise<string> {
    const path = join(this.#folder, name)
    try {
      return await readFile(path, 'utf8')
    } catch (thrown) {
      throw readFailure(thrown, path)
    }
  }
}
