/** One photo through one style: decoded at the working size, through the engine, and back as pixels. */
import { basename } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Direction, Progress } from '../contract/schemas.ts'
import { inMemory } from '../engine/host.ts'
import type { EngineHost, NetworkSource } from '../engine/host.ts'
import type { EngineResults, LocalChange, NativeReport, NativeSettings, Pixels } from '../engine/protocol.ts'
import { paintsStrokes } from '../models/card.ts'
import type { Model } from '../models/shelf.ts'
import { applyChange } from '../photos/apply-change.ts'
import { decodePhoto } from '../photos/decode.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import { PhotoInPlace } from './native-in-place.ts'

export interface TranslateOptions {
  /** The long side in pixels; smaller photos are not enlarged. The model's own working size when not given. */
  readonly longSide?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface Translation {
  /** x: the photo as the network saw it, or larger where the change was carried to more pixels. */
  readonly before: Pixels
  /** G(x) at full strength, same size and depth. */
  readonly after: Pixels
  /** What the engine took, without decoding. */
  readonly seconds: number
}

export type CycleTranslation = EngineResults['cycle'] & { readonly before: Pixels }

export const opposite = (direction: Direction): Direction => (direction === 'AtoB' ? 'BtoA' : 'AtoB')

/** The generator of one direction. Throws `model-direction-missing`. */
export function networkOf(model: Model, direction: Direction): NetworkSource {
  if (!model.directions.includes(direction)) {
    throw new Failure('model-direction-missing', model.card.id, direction)
  }
  return {
    key: model.key(direction),
    architecture: model.card.architecture,
    weights: () => model.weights(direction),
  }
}

/** G(x) for the photo in `path`. */
export async function translatePhoto(
  engine: EngineHost,
  path: string,
  model: Model,
  direction: Direction,
  options: TranslateOptions = {},
): Promise<Translation> {
  const network = networkOf(model, direction)
  const before = await decodeForModel(path, model, options)
  const { pixels, seconds } = await engine.translate(network, before, requestOptions(path, options))
  return { before, after: pixels, seconds }
}

/** The long side at which results are looked at, at least where photos are as large. */
export const shownSide = 1024

/**
 * G(x) to be looked at: as `translatePhoto`; but for a style that paints smaller than `shownSide` its change, carried to
 * the photo at that size as a guided export does. `options.longSide` is the style's working size.
 */
export async function showPhoto(
  engine: EngineHost,
  path: string,
  model: Model,
  direction: Direction,
  options: TranslateOptions & { readonly longSide: number },
): Promise<Translation> {
  const { longSide, signal } = options
  const photo = await inspectPhoto(path, signal)
  if (longSide >= shownSide || Math.max(photo.width, photo.height) <= longSide)
    return translatePhoto(engine, path, model, direction, options)
  const network = networkOf(model, direction)
  const seen = await decodeForModel(path, model, options)
  const { change, seconds } = await engine.change(network, seen, changeOptions(path, model, options))
  const before = await decodePhoto(path, { longSide: shownSide, ...(signal && { signal }) })
  const after: Pixels = { ...before, data: before.data.slice() }
  await applyChange(after, change, { strength: 1, signal })
  return { before, after, seconds }
}

/**
 * What the style does to the photo in `path`, seen at the size that `options` say: `photos/apply-change.ts` carries it
 * to the photo at any size.
 */
export async function changeOfPhoto(
  engine: EngineHost,
  path: string,
  model: Model,
  direction: Direction,
  options: TranslateOptions = {},
): Promise<LocalChange> {
  const network = networkOf(model, direction)
  const before = await decodeForModel(path, model, options)
  return (await engine.change(network, before, changeOptions(path, model, options))).change
}

export interface NativeOptions extends Omit<TranslateOptions, 'longSide'>, NativeSettings {}

/** A photo in a file, or one that has been decoded; `name` is what errors call it. */
export type NativeSource = string | { readonly name: string; readonly pixels: Pixels }

/** G(x) at the photo's own size, at full strength, beside the photo. For large photos `translateNativeInPlace`. */
export async function translateNative(
  engine: EngineHost,
  source: NativeSource,
  model: Model,
  direction: Direction,
  options: NativeOptions = {},
): Promise<NativeReport & { readonly before: Pixels; readonly after: Pixels }> {
  const { name, pixels: before } = await open(source, options)
  const after: Pixels = { ...before, data: before.data.slice() }
  const requested = { ...options, subject: name }
  const report = await engine.native(networkOf(model, direction), inMemory(before, after), requested)
  return { ...report, before, after }
}

/**
 * G(x) at the photo's own size, mixed with the photo: as much of the change as `strength` says, 0…1. A decoded photo that
 * was handed over is changed, also where it fails or is cancelled; it is the result.
 */
export async function translateNativeInPlace(
  engine: EngineHost,
  source: NativeSource,
  model: Model,
  direction: Direction,
  { strength, ...options }: NativeOptions & { readonly strength: number },
): Promise<NativeReport & { readonly pixels: Pixels }> {
  const { name, pixels } = await open(source, options)
  const photo = new PhotoInPlace(pixels, strength)
  const report = await engine.native(networkOf(model, direction), photo, { ...options, subject: name })
  photo.finish()
  return { ...report, pixels }
}

async function open(source: NativeSource, { signal }: NativeOptions) {
  if (typeof source !== 'string') return source
  return { name: basename(source), pixels: await decodePhoto(source, signal ? { signal } : {}) }
}

/** G(x) and F(G(x)) for the photo in `path`; the model needs both directions. */
export async function cyclePhoto(
  engine: EngineHost,
  path: string,
  model: Model,
  direction: Direction,
  options: TranslateOptions = {},
): Promise<CycleTranslation> {
  const forward = networkOf(model, direction)
  const backward = networkOf(model, opposite(direction))
  const before = await decodeForModel(path, model, options)
  const result = await engine.cycle(forward, backward, before, requestOptions(path, options))
  return { ...result, before }
}

function decodeForModel(path: string, model: Model, options: TranslateOptions): Promise<Pixels> {
  const longSide = options.longSide ?? model.card.workingSize
  return decodePhoto(path, { longSide, ...(options.signal && { signal: options.signal }) })
}

function changeOptions(path: string, { card }: Model, options: TranslateOptions) {
  return { ...requestOptions(path, options), texture: paintsStrokes(card) }
}

function requestOptions(path: string, { signal, onProgress }: TranslateOptions) {
  return { signal, onProgress, subject: basename(path) }
}
