/** All models that there are: those shipped with the program and the user's own, each a folder named by its id. */
import { randomUUID } from 'node:crypto'
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Failure } from '../contract/errors.ts'
import { modelIdSchema } from '../contract/schemas.ts'
import { errorCodeOf, readFailure } from './byte-source.ts'
import { cardFileName } from './card.ts'
import { openCheckpoints } from './checkpoints.ts'
import { importedId, importModel } from './import-model.ts'
import type { ImportOptions } from './import-model.ts'
import { openModelFolder } from './model.ts'
import type { Model } from './model.ts'

export type { Model } from './model.ts'

export interface BrokenModel {
  /** The folder's name. */
  readonly folder: string
  readonly failure: Failure
}

export interface ShelfContents {
  readonly models: readonly Model[]
  readonly broken: readonly BrokenModel[]
}

export interface ShelfFolders {
  /** The models shipped with the program; never written to. */
  readonly builtIn: string
  /** The user's; made when it is needed. */
  readonly own: string
}

/** The shelf keeps nothing in memory: what lies in the folders is what there is. */
export class ModelShelf {
  readonly #folders: ShelfFolders

  constructor({ builtIn, own }: ShelfFolders) {
    this.#folders = { builtIn: resolve(builtIn), own: resolve(own) }
  }

  /** Shipped models first, each by the folder's name; a folder that is no sound model is told with its reason. */
  async list(): Promise<ShelfContents> {
    const models: Model[] = []
    const broken: BrokenModel[] = []
    for (const builtIn of [true, false]) {
      for (const folder of await foldersIn(builtIn ? this.#folders.builtIn : this.#folders.own)) {
        try {
          const model = await openNamedFolder(folder, builtIn)
          const taken = models.some(({ card }) => card.id === model.card.id)
          if (taken) throw new Failure('model-exists', model.card.id, 'Solstice has one of its own')
          models.push(model)
        } catch (thrown) {
          broken.push({ folder: basename(folder), failure: Failure.from(thrown, basename(folder)) })
        }
      }
    }
    return { models, broken }
  }

  /** Whether an id is taken, by a sound model or by what calls itself so. */
  async has(id: string): Promise<boolean> {
    return (await this.#find(id)) !== null
  }

  /**
   * A model by its id, or by a path: a model's folder, a `.pth` file, a folder with `latest_net_G_A.pth` or
   * `latest_net_G_B.pth`; the last two are opened as they lie. Throws `model-not-found`, or what reading throws.
   */
  async open(idOrPath: string): Promise<Model> {
    const shelved = await this.#find(idOrPath)
    if (shelved !== null) return openNamedFolder(shelved.folder, shelved.builtIn)
    const path = resolve(idOrPath)
    if ((await stat(path).catch(() => null)) === null) throw new Failure('model-not-found', idOrPath)
    const hasCard = (await stat(join(path, cardFileName)).catch(() => null)) !== null
    return hasCard ? openModelFolder(path, false) : openCheckpoints(path)
  }

  /** Installs what lies at a path (the same kinds as `open`). Throws `model-exists`, and what `importModel` throws. */
  async import(path: string, options: ImportOptions): Promise<Model> {
    const absolute = resolve(path)
    if ((await stat(absolute).catch(() => null)) === null) throw new Failure('file-not-found', basename(path))
    const id = await importedId(absolute, options)
    if (id === undefined) throw new Failure('bad-request', basename(path), 'a checkpoint needs an id')
    if ((await this.#find(id)) !== null) throw new Failure('model-exists', id)
    await clearLeftovers(this.#folders.own)
    return openNamedFolder(await importModel(absolute, this.#folders.own, options), false)
  }

  /**
   * Deletes one of the user's models, sound or not; also one that has the id of a shipped one. Throws
   * `model-built-in`, `model-not-found`, `cannot-write`.
   */
  async remove(id: string): Promise<void> {
    const shelved = (await this.#find(id, [false])) ?? (await this.#find(id))
    if (shelved === null) throw new Failure('model-not-found', id)
    if (shelved.builtIn) throw new Failure('model-built-in', id)
    // Renamed first, so that a half deleted model is never on the shelf.
    const doomed = join(this.#folders.own, `.removed-${randomUUID()}`)
    try {
      await rename(shelved.folder, doomed)
      await rm(doomed, { recursive: true, force: true })
    } catch (cause) {
      throw new Failure('cannot-write', id, errorCodeOf(cause), { cause })
    }
  }

  /** The folder of an id; shipped ones come first. A name that is no id leads nowhere. */
  async #find(
    id: string,
    places: readonly boolean[] = [true, false],
  ): Promise<{ readonly folder: string; readonly builtIn: boolean } | null> {
    if (!modelIdSchema.safeParse(id).success) return null
    for (const builtIn of places) {
      const folder = join(builtIn ? this.#folders.builtIn : this.#folders.own, id)
      const stats = await lstat(folder).catch(() => null)
      if (stats?.isDirectory() === true) return { folder, builtIn }
    }
    return null
  }
}

/** What imports and removals left behind when they were killed; a younger one may be under way in another window. */
async function clearLeftovers(own: string): Promise<void> {
  const names = await readdir(own).catch(() => [])
  for (const name of names.filter((each) => leftoverName.test(each))) {
    const folder = join(own, name)
    const found = await stat(folder).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > leftoverAgeMs)
      await rm(folder, { recursive: true, force: true })
  }
}

const leftoverName = /^\.(?:import|removed)-[0-9a-f]{8}-[0-9a-f-]{27}$/
const leftoverAgeMs = 24 * 60 * 60 * 1000

async function openNamedFolder(folder: string, builtIn: boolean): Promise<Model> {
  const model = await openModelFolder(folder, builtIn)
  if (model.card.id === basename(folder)) return model
  throw new Failure('model-invalid', basename(folder), `calls itself ${model.card.id}`)
}

/** Absolute paths of the folders in a folder, in order; hidden ones are imports and removals under way. */
async function foldersIn(parent: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => join(parent, entry.name))
      .toSorted()
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'ENOENT') return []
    throw readFailure(thrown, basename(parent))
  }
}
