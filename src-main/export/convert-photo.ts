/** One photo of a batch, from file to file: translated at the size that is wanted, named, written. */
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Detail, ExportSettings, OnConflict, OutputColour } from '../contract/export.ts'
import { Failure } from '../contract/errors.ts'
import type { Direction, Progress } from '../contract/schemas.ts'
import {
  changeOfPhoto,
  translateNative,
  translateNativeInPlace,
  translatePhoto,
} from '../conversion/translate-photo.ts'
import type { EngineHost } from '../engine/host.ts'
import { localised } from '../models/card.ts'
import type { Model } from '../models/shelf.ts'
import type { Photo } from '../photos/colour-space.ts'
import { decodePhoto } from '../photos/decode.ts'
import { readCapture } from '../photos/capture.ts'
import { readFailure } from '../photos/failures.ts'
import { outputFormatFor, type OutputFormat } from '../photos/formats.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import { encodingFor } from './encoding.ts'
import { needsCapture, renderName, type NameTemplate, type NameValues } from './name-template.ts'
import { endingOf, nthName } from './names.ts'
import type { WorkBudget } from './work-budget.ts'
import { exists, makeFolder, outputSize, writeByRule, type Size, type Translated } from './write-photo.ts'

/** What a photo's name follows from. */
export interface NamedPhoto {
  readonly source: string
  readonly model: Model
  readonly direction: Direction
  readonly template: NameTemplate
  /** The photo's, from 1. */
  readonly number: number
}

export interface PhotoTask extends NamedPhoto {
  readonly settings: ExportSettings
  /** The folder that results go to, and the one below it that this photo's result goes to. */
  readonly target: string
  readonly folder: string
}

export interface Converted {
  readonly path: string
  readonly width: number
  readonly height: number
  /** From file to file, with the wait for the engine. */
  readonly seconds: number
  readonly metadataKept: boolean
}

export interface ConvertHooks {
  readonly signal: AbortSignal
  readonly budget: WorkBudget
  /** Names that the batch has given, relative to the target, as `keyOf` has them; a new one is added. */
  readonly names: Set<string>
  /** Real paths of photos that no result may replace. */
  readonly sources: ReadonlySet<string>
  /** Of temporary files. */
  readonly mark: string
  readonly onProgress: (progress: Progress) => void
  /** A temporary file will be written into this folder. */
  readonly onBegun: (folder: string) => Promise<void>
  /** It is whole and about to get its name. */
  readonly onPlacing: (temporary: string, converted: Converted) => Promise<void>
}

interface Services {
  readonly engine: EngineHost
  readonly version: string
}

/** Null where its name was taken and it was to be passed over. Throws `Failure`. */
export async function convertPhoto(
  services: Services,
  task: PhotoTask,
  hooks: ConvertHooks,
): Promise<Converted | null> {
  const { settings } = task
  const info = await inspectPhoto(task.source, hooks.signal)
  const format = settings.format === 'same' ? outputFormatFor(info.format) : settings.format
  const name = renderName(task.template, await nameValues(task, endingOf(format)))
  const target = freeOfBatch(join(task.folder, name), settings.onConflict, hooks.names)
  try {
    const path = join(task.target, target)
    if (hooks.sources.has(await realpath(path).catch(() => '')))
      throw new Failure('same-as-source', basename(target))
    if (settings.onConflict === 'skip' && (await exists(path))) return null
    return await convertTo(path, services, task, { ...hooks, format, size: outputSize(info, settings.size) })
  } catch (thrown) {
    // Who tries again wants the same name.
    hooks.names.delete(keyOf(target))
    throw thrown
  }
}

interface Planned extends ConvertHooks {
  readonly format: OutputFormat
  readonly size: Size
}

async function convertTo(
  path: string,
  { engine, version }: Services,
  task: PhotoTask,
  hooks: Planned,
): Promise<Converted | null> {
  const { source, model, direction, settings } = task
  const { signal, mark, format, size } = hooks

  // At its own size the result is held beside the photo.
  const weight = size.width * size.height * (settings.detail === 'guided' ? 1 : 2)
  const work = async (): Promise<Converted | null> => {
    const started = performance.now()
    const secondsSoFar = (): number => (performance.now() - started) / 1000
    const { translated, how } = await translate(engine, task, size, hooks)
    await makeFolder(dirname(path))
    await hooks.onBegun(dirname(path))
    const written = await writeByRule(source, translated, dirname(path), basename(path), {
      encoding: encodingFor(settings, format),
      size,
      colour: settings.colour,
      metadata: settings.metadata,
      note: settings.note
        ? { version, style: model.card.id, direction, strength: settings.strength, detail: how }
        : undefined,
      strength: settings.strength,
      onConflict: settings.onConflict,
      signal,
      place: {
        mark,
        beforePlaced: (temporary, placed, { metadataKept }) =>
          hooks.onPlacing(temporary, { path: placed, ...size, seconds: secondsSoFar(), metadataKept }),
      },
    })
    if (written === null) return null
    return { ...written, seconds: secondsSoFar() }
  }
  return hooks.budget.run(weight, work, signal)
}

/** A photo that fits into the working size is translated as it is; there is no larger one to carry a change to. */
async function translate(
  engine: EngineHost,
  task: PhotoTask,
  { width, height }: Size,
  { signal, onProgress }: ConvertHooks,
): Promise<{ readonly translated: Translated; readonly how: Detail | 'whole' }> {
  const { source, model, direction, settings } = task
  const options = { signal, onProgress }
  const longSide = Math.max(width, height)
  if (longSide <= model.card.workingSize) {
    const translated = await translatePhoto(engine, source, model, direction, { ...options, longSide })
    return { translated, how: 'whole' }
  }
  if (settings.detail === 'guided') {
    const change = await changeOfPhoto(engine, source, model, direction, options)
    return { translated: { change }, how: 'guided' }
  }
  return { translated: await paint(engine, task, longSide, options), how: settings.detail }
}

/** At the photo's own pixels. Of a photo in sRGB, which is most, the result takes the photo's place in memory. */
async function paint(
  engine: EngineHost,
  { source, model, direction, settings: { colour, strength, detail } }: PhotoTask,
  longSide: number,
  options: Pick<ConvertHooks, 'signal' | 'onProgress'>,
): Promise<Translated> {
  const name = basename(source)
  const draft = detail === 'draft'
  const decode = (space: OutputColour): Promise<Photo> =>
    decodePhoto(source, { longSide, colour: space, signal: options.signal })
  const photo = await decode(colour)
  if (photo.space === undefined) {
    const inPlace = { ...options, strength, draft }
    const own = { name, pixels: photo }
    return { mixed: (await translateNativeInPlace(engine, own, model, direction, inPlace)).pixels }
  }
  const own = { name, pixels: await decode('srgb') }
  return translateNative(engine, own, model, direction, { ...options, draft })
}

/** What a template's fields stand for. Throws `Failure` where there is no photo. */
export async function nameValues(
  { source, model, direction, template, number }: NamedPhoto,
  ending: string,
): Promise<NameValues> {
  const { card } = model
  return {
    photoName: basename(source),
    folder: basename(dirname(source)),
    style: localised(card.name).en,
    direction: localised((direction === 'AtoB' ? card.b : card.a).label).en,
    capture: needsCapture(template) ? await readCapture(source) : null,
    modified: await modifiedAt(source),
    index: number,
    ending,
  }
}

async function modifiedAt(path: string): Promise<Date> {
  try {
    return (await stat(path)).mtime
  } catch (thrown) {
    throw readFailure(thrown, path)
  }
}

/** Where files may be replaced or passed over, a name that this batch has given counts as taken. */
function freeOfBatch(name: string, onConflict: OnConflict, names: Set<string>): string {
  if (onConflict === 'unique') return name
  for (let n = 1; ; n++) {
    const candidate = nthName(name, n)
    if (names.has(keyOf(candidate))) continue
    names.add(keyOf(candidate))
    return candidate
  }
}

/** Names that some file system takes for one. */
export const keyOf = (name: string): string => name.normalize('NFC').toLowerCase()
