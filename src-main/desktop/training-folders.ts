/** The window's side of training: folders by token, the look at them, thumbnails of what it found. */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Failure } from '../contract/errors.ts'
import type { Progress } from '../contract/schemas.ts'
import { presetSettings, type Preset } from '../contract/training-presets.ts'
import type { DataCheckResult, TrainingFolder, TrainingSettings } from '../contract/training.ts'
import type { ModelShelf } from '../models/shelf.ts'
import { readFailure } from '../photos/failures.ts'
import { thumbnail } from '../photos/thumbnail.ts'
import { networksOf } from '../training/begin-from.ts'
import type { PictureCache } from '../training/data/cache.ts'
import { checkData, type DataCheck } from '../training/data/check-data.ts'
import { readFolder } from '../training/data/folder.ts'

const token = (): string => randomBytes(12).toString('base64url')
const thumbnailLongSide = 256
/** All that a look depends on. */
const keyOf = (a: string, b: string, { scale, load, crop }: TrainingSettings): string =>
  JSON.stringify([a, b, scale, load, crop])

interface Checked {
  readonly id: string
  /** What was looked at, and how: a training with other folders or sizes needs another look. */
  readonly key: string
  readonly check: DataCheck
}

export class TrainingFolders {
  readonly #cache: PictureCache
  readonly #models: ModelShelf
  readonly #onProgress: (progress: Progress) => void
  readonly #folders = new Map<string, string>()
  #checking: AbortController | null = null
  #checked: Checked | null = null

  constructor(options: {
    readonly cache: PictureCache
    readonly models: ModelShelf
    readonly onProgress: (progress: Progress) => void
  }) {
    this.#cache = options.cache
    this.#models = options.models
    this.#onProgress = options.onProgress
  }

  /** Throws `file-not-found`, `bad-request` where it is no folder. */
  async addFolder(path: string): Promise<TrainingFolder> {
    const found = await stat(path).catch((thrown: unknown) => {
      throw readFailure(thrown, path)
    })
    if (!found.isDirectory()) throw new Failure('bad-request', basename(path), 'it is not a folder')
    const folder = { token: token(), name: basename(path) }
    this.#folders.set(folder.token, path)
    return folder
  }

  /** Looks anew, for files may have come or gone; that ends the look before. Throws what `checkData` throws. */
  async check(a: string, b: string, settings: TrainingSettings): Promise<DataCheckResult> {
    const { id, check } = await this.#look(a, b, settings)
    return { id, a: check.a.summary, b: check.b.summary, findings: [...check.findings] }
  }

  cancelCheck(): void {
    this.#checking?.abort()
  }

  /** What was found for these folders and sizes; looks again where the last look was another, or files have changed. */
  async checked(a: string, b: string, settings: TrainingSettings): Promise<DataCheck> {
    const kept = this.#checked?.key === keyOf(a, b, settings) ? this.#checked.check : null
    const isStill = kept !== null && (await this.#isAsFound(kept))
    return isStill ? kept : (await this.#look(a, b, settings)).check
  }

  async #isAsFound({ a, b }: DataCheck): Promise<boolean> {
    const same = async ({ folder, contents }: DataCheck['a']): Promise<boolean> =>
      isDeepStrictEqual(await readFolder(folder), contents)
    return (await same(a)) && (await same(b))
  }

  /** Throws `model-not-found`, or what opening a model throws. */
  async preset(preset: Preset, pictures: number, from: string | null): Promise<TrainingSettings> {
    const networks = from === null ? null : await networksOf(await this.#models.open(from))
    return presetSettings(preset, { pictures, from: networks })
  }

  /** A file of a finding of the last look, small. Throws `file-not-found` where there is none. */
  async findingPicture(id: string, finding: number, file: number, of: 'file' | 'twin'): Promise<Buffer> {
    const { check, id: current } = this.#checked ?? { check: null, id: '' }
    const listed = id === current ? check?.findings[finding]?.files[file] : undefined
    const wanted = of === 'file' ? listed : listed?.twin
    if (wanted === undefined || !check) throw new Failure('file-not-found')
    return thumbnail(join(check[wanted.side].folder, wanted.name), thumbnailLongSide)
  }

  async #look(a: string, b: string, settings: TrainingSettings): Promise<Checked> {
    const { scale, load, crop } = settings
    this.#checking?.abort()
    const checking = new AbortController()
    this.#checking = checking
    try {
      const check = await checkData(
        this.#cache,
        { a: this.#folder(a), b: this.#folder(b), scaling: { kind: scale, pixels: load }, crop },
        { signal: checking.signal, onProgress: this.#onProgress },
      )
      this.#checked = { id: token(), key: keyOf(a, b, settings), check }
      return this.#checked
    } finally {
      if (this.#checking === checking) this.#checking = null
    }
  }

  #folder(token: string): string {
    const path = this.#folders.get(token)
    if (path === undefined) throw new Failure('bad-request', undefined, 'no such folder was chosen')
    return path
  }
}
