/** The window's side of an export: folders by token, what is in them, and the first names as they would come out. */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type {
  ExportFolder,
  ExportSettings,
  ExportSources,
  ExportStyle,
  NamePreview,
} from '../contract/export.ts'
import { nameValues } from '../export/convert-photo.ts'
import { parseTemplate, renderName } from '../export/name-template.ts'
import { endingOf } from '../export/names.ts'
import type { Library } from '../library/library.ts'
import type { ModelShelf } from '../models/shelf.ts'
import { collectPhotos, type CollectedPhoto } from '../photos/collect.ts'
import { readFailure } from '../photos/failures.ts'
import { outputFormatFor } from '../photos/formats.ts'
import { inspectPhoto } from '../photos/inspect.ts'

/** So many names show what a template does. */
const previewed = 4

interface Parts {
  readonly library: Library
  readonly models: ModelShelf
}

export class ExportFolders {
  readonly #parts: Parts
  readonly #folders = new Map<string, string>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A folder to take photos from. Throws `file-not-found`, `bad-request` where it is no folder. */
  async addSource(path: string): Promise<ExportFolder> {
    const photos = await photosIn(path)
    return { ...(await this.#add(path)), photos: photos.length }
  }

  /** A folder to put results in. Throws as `addSource` does. */
  async addTarget(path: string): Promise<ExportFolder> {
    return this.#add(path)
  }

  /** Folders become sources; files go on the shelf, and are named by their ids. */
  async addDropped(paths: readonly string[]): Promise<ExportSources & { folders: ExportFolder[] }> {
    const files: string[] = []
    const folders: ExportFolder[] = []
    for (const path of paths) {
      if (await isFolder(path)) folders.push(await this.addSource(path))
      else files.push(path)
    }
    if (files.length > 0) await this.#parts.library.add(files)
    const photoIds = this.#parts.library.idsOf(files)
    return { photoIds, folderIds: folders.map(({ id }) => id), folders }
  }

  /** Throws `bad-request` for a token that nobody was given. */
  pathOf(id: string): string {
    const path = this.#folders.get(id)
    if (path === undefined) throw new Failure('bad-request', undefined, 'no such folder was chosen')
    return path
  }

  /**
   * All photos of the sources, in order, none of them twice; folders keep their subfolders, and one in which the
   * results themselves go is not looked into.
   */
  async photos({ photoIds, folderIds }: ExportSources, target: string | null): Promise<CollectedPhoto[]> {
    const { library } = this.#parts
    const found = new Map<string, CollectedPhoto>()
    for (const id of photoIds) {
      if (!library.has(id)) continue
      const path = library.pathOf(id)
      found.set(path, { path, relative: basename(path) })
    }
    for (const id of folderIds) {
      for (const photo of await photosIn(this.pathOf(id), target ?? undefined)) {
        if (!found.has(photo.path)) found.set(photo.path, photo)
      }
    }
    return [...found.values()]
  }

  /** The first names of an export. Photos that cannot be read are passed over. */
  async previewNames(
    sources: ExportSources,
    styles: readonly ExportStyle[],
    settings: ExportSettings,
  ): Promise<NamePreview> {
    const { template, problem } = parseTemplate(settings.name)
    if (template === null) return { names: [], problem }
    const names: NamePreview['names'] = []
    const photos = await this.photos(sources, null)
    for (const [place, { path: source }] of photos.slice(0, previewed).entries()) {
      for (const { modelId, direction } of styles.slice(0, previewed - names.length)) {
        const model = await this.#parts.models.open(modelId)
        const ending = await endingFor(source, settings).catch(() => null)
        if (ending === null) continue
        const values = await nameValues({ source, model, direction, template, number: place + 1 }, ending)
        names.push({ from: basename(source), to: renderName(template, values) })
      }
    }
    return { names, problem: null }
  }

  async #add(path: string): Promise<ExportFolder> {
    if (!(await isFolder(path))) throw new Failure('bad-request', basename(path), 'it is not a folder')
    // A folder that is chosen twice is one folder.
    const known = [...this.#folders].find(([, other]) => other === path)?.[0]
    const id = known ?? randomBytes(12).toString('base64url')
    this.#folders.set(id, path)
    return { id, name: basename(path), photos: null }
  }
}

async function endingFor(path: string, { format }: ExportSettings): Promise<string> {
  return endingOf(format === 'same' ? outputFormatFor((await inspectPhoto(path)).format) : format)
}

async function photosIn(path: string, except?: string): Promise<CollectedPhoto[]> {
  const photos: CollectedPhoto[] = []
  const options = { recursive: true, ...(except !== undefined && { except }) }
  for await (const photo of collectPhotos([path], options)) photos.push(photo)
  return photos
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}
