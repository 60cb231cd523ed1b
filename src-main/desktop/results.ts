/** Getting results out of the window: save as, show in the file manager, drag to another program. */
import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  app,
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
import { resultForFile } from '../conversion/result-for-file.ts'
import type { ResultRecord, ResultStore } from '../conversion/result-store.ts'
import type { EngineHost } from '../engine/host.ts'
import { usualName } from '../export/name-template.ts'
import { extensionsOf, formatOfName } from '../export/names.ts'
import { writeTo, writeUnderFreeName, type WriteOptions, type Written } from '../export/write-photo.ts'
import type { Library } from '../library/library.ts'
import type { SettingsStore } from '../library/settings.ts'
import { localised } from '../models/card.ts'
import type { Model, ModelShelf } from '../models/shelf.ts'
import { simpleEncoding } from '../photos/encoding.ts'
import { outputFormatFor, type OutputFormat } from '../photos/formats.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import { chosenLocale } from './locale.ts'

interface Parts {
  readonly engine: EngineHost
  readonly library: Library
  readonly conversions: Conversions
  readonly store: ResultStore
  readonly models: ModelShelf
  readonly settings: SettingsStore
  /** For files that wait to be dragged out. */
  readonly outgoing: string
}

interface ToWrite {
  readonly record: ResultRecord
  readonly model: Model
  readonly source: string
  readonly format: OutputFormat
  readonly strength: number
}

const dragIconSide = 128
/** The one that is dragged, and those of a drop that another program may still be reading. */
const outgoingKept = 3
const tokenName = /^[A-Za-z0-9_-]{16}$/

export class Results {
  readonly #parts: Parts
  readonly #outgoing = new Map<string, { readonly file: string; readonly icon: string }>()
  readonly #writing = new Set<Promise<unknown>>()
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

  /** Resolves when what was asked to be saved is written, or has failed to be. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#writing)
  }

  async save(
    window: BrowserWindow,
    conversionId: string,
    strength: number,
  ): Promise<CallResult<'results.save'>> {
    const { name, ...planned } = await this.#plan(conversionId)
    const { source, format } = planned
    const folder = dirname(this.#lastSaved ?? source)
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      defaultPath: join(folder, name),
      filters: filters(format),
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    })
    if (canceled || filePath === '') return null
    const writing = this.#write({ ...planned, strength }, filePath)
    this.#writing.add(writing)
    const written = await writing.finally(() => this.#writing.delete(writing))
    this.#lastSaved = written.path
    return { name: basename(written.path), metadataKept: written.metadataKept }
  }

  async #write({ record, model, source, format, strength }: ToWrite, path: string): Promise<Written> {
    const chosen = formatOfName(path)
    const { translated, colour } = await resultForFile(this.#parts, record, model, source)
    const options = { ...this.#writeOptions(record, chosen ?? format, strength), colour }
    if (chosen !== null) return writeTo(source, translated, path, options)
    // With an ending of ours it is not the name that the user confirmed to replace.
    const name = `${basename(path)}.${extensionsOf(format)[0]}`
    return writeUnderFreeName(source, translated, dirname(path), name, options)
  }

  reveal(): void {
    if (this.#lastSaved !== null) shell.showItemInFolder(this.#lastSaved)
  }

  async prepareDrag(conversionId: string, strength: number): Promise<{ token: string }> {
    const { record, model, source, name, format } = await this.#plan(conversionId)
    const token = randomBytes(12).toString('base64url')
    const folder = join(this.#parts.outgoing, token)
    const { translated, colour } = await resultForFile(this.#parts, record, model, source)
    const options = { ...this.#writeOptions(record, format, strength), colour }
    const { path } = await writeUnderFreeName(source, translated, folder, name, options)
    const old = [...this.#outgoing.keys()].slice(0, -(outgoingKept - 1))
    for (const each of old) {
      this.#outgoing.delete(each)
      await rm(join(this.#parts.outgoing, each), { recursive: true, force: true }).catch(() => undefined)
    }
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
    const model = await models.open(record.modelId)
    const { card } = model
    const label = localised((record.direction === 'AtoB' ? card.b : card.a).label)[
      chosenLocale(this.#parts.settings)
    ]
    const { saveFormat } = this.#parts.settings.get()
    const format = saveFormat === 'same' ? await sameFormat(source) : saveFormat
    return { record, model, source, format, name: usualName(basename(source), label, format) }
  }

  #writeOptions({ modelId, direction }: ResultRecord, format: OutputFormat, strength: number): WriteOptions {
    const note = { version: app.getVersion(), style: modelId, direction, strength, detail: 'guided' }
    return { encoding: simpleEncoding(format, this.#parts.settings.get().saveQuality), strength, note }
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
