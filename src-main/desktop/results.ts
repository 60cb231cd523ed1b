/** Getting results out of the window: save as, show in the file manager, drag to another program. */
import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  dialog,
  nativeImage,
  shell,
  type BrowserWindow,
  type SaveDialogOptions,
  type WebContents,
} from 'electron'
import type { CallResult } from '../contract/contract.ts'
import { Failure } from '../contract/errors.ts'
import { outputFormatSchema } from '../contract/schemas.ts'
import type { Conversions } from '../conversion/conversions.ts'
import type { ResultRecord, ResultStore } from '../conversion/result-store.ts'
import { extensionsOf, formatOfName, outputName } from '../export/names.ts'
import { writeTo, writeUnderFreeName, type WriteOptions } from '../export/write-photo.ts'
import type { Library } from '../library/library.ts'
import type { SettingsStore } from '../library/settings.ts'
import { localised } from '../models/card.ts'
import type { ModelShelf } from '../models/shelf.ts'
import { decodePhoto } from '../photos/decode.ts'
import { outputFormatFor, type OutputFormat } from '../photos/formats.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import { chosenLocale } from './locale.ts'

interface Parts {
  readonly library: Library
  readonly conversions: Conversions
  readonly store: ResultStore
  readonly models: ModelShelf
  readonly settings: SettingsStore
  /** For files that wait to be dragged out. */
  readonly outgoing: string
}

const dragIconSide = 128
const tokenName = /^[A-Za-z0-9_-]{16}$/

export class Results {
  readonly #parts: Parts
  readonly #outgoing = new Map<string, { readonly file: string; readonly icon: string }>()
  #lastSaved: string | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Files that were dragged out of an earlier run have been copied long since. */
  async open(): Promise<void> {
    const { outgoing } = this.#parts
    const names = await readdir(outgoing).catch(() => [])
    for (const name of names.filter((each) => tokenName.test(each))) {
      await rm(join(outgoing, name), { recursive: true, force: true })
    }
  }

  async save(
    window: BrowserWindow,
    conversionId: string,
    strength: number,
  ): Promise<CallResult<'results.save'>> {
    const { record, source, name, format } = await this.#plan(conversionId)
    const folder = dirname(this.#lastSaved ?? source)
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      defaultPath: join(folder, name),
      filters: filters(format),
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    })
    if (canceled || filePath === '') return null
    const chosen = formatOfName(filePath)
    const options = this.#writeOptions(chosen ?? format, strength)
    const pair = await this.#pair(record)
    // With an ending of ours it is not the name that the user confirmed to replace.
    const written =
      chosen === null
        ? await writeUnderFreeName(
            source,
            pair,
            dirname(filePath),
            `${basename(filePath)}.${extensionsOf(format)[0]}`,
            options,
          )
        : await writeTo(source, pair, filePath, options)
    this.#lastSaved = written.path
    return { name: basename(written.path), metadataKept: written.metadataKept }
  }

  reveal(): void {
    if (this.#lastSaved !== null) shell.showItemInFolder(this.#lastSaved)
  }

  async prepareDrag(conversionId: string, strength: number): Promise<{ token: string }> {
    const { record, source, name, format } = await this.#plan(conversionId)
    const token = randomBytes(12).toString('base64url')
    const folder = join(this.#parts.outgoing, token)
    const options = this.#writeOptions(format, strength)
    const { path } = await writeUnderFreeName(source, await this.#pair(record), folder, name, options)
    this.#outgoing.set(token, { file: path, icon: this.#parts.store.pictureFile(record.id, 'after') })
    return { token }
  }

  drag(contents: WebContents, token: string): void {
    const prepared = this.#outgoing.get(token)
    if (prepared === undefined) throw new Failure('bad-request', undefined, 'nothing prepared to drag')
    const icon = nativeImage.createFromPath(prepared.icon).resize({ width: dragIconSide })
    contents.startDrag({ file: prepared.file, icon })
  }

  async #plan(conversionId: string) {
    const { conversions, library, models } = this.#parts
    const record = conversions.finished(conversionId)
    const source = library.pathOf(record.photoId)
    const { card } = await models.open(record.modelId)
    const label = localised((record.direction === 'AtoB' ? card.b : card.a).label)[
      chosenLocale(this.#parts.settings)
    ]
    const { saveFormat } = this.#parts.settings.get()
    const format = saveFormat === 'same' ? await sameFormat(source) : saveFormat
    return { record, source, format, name: outputName(basename(source), label, format) }
  }

  #writeOptions(format: OutputFormat, strength: number): WriteOptions {
    return { format, strength, quality: this.#parts.settings.get().saveQuality }
  }

  async #pair({ id }: ResultRecord) {
    const { store } = this.#parts
    const [before, after] = await Promise.all([
      decodePhoto(store.pictureFile(id, 'before'), {}),
      decodePhoto(store.pictureFile(id, 'after'), {}),
    ])
    return { before, after }
  }
}

/** The photo may have been moved away since; its result can still be saved. */
async function sameFormat(source: string): Promise<OutputFormat> {
  const info = await inspectPhoto(source).catch(() => null)
  return info === null ? (formatOfName(source) ?? 'jpeg') : outputFormatFor(info.format)
}

const formatNames: Readonly<Record<OutputFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  tiff: 'TIFF',
  avif: 'AVIF',
}

function filters(first: OutputFormat): NonNullable<SaveDialogOptions['filters']> {
  const order = [first, ...outputFormatSchema.options.filter((format) => format !== first)]
  return order.map((format) => ({ name: formatNames[format], extensions: extensionsOf(format) }))
}
