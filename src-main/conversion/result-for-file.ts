/** A finished result on its way to a file of the photo's own size. */
import { basename } from 'node:path'
import type { EngineHost } from '../engine/host.ts'
import type { LocalChange, Pixels } from '../engine/protocol.ts'
import { paintsStrokes } from '../models/card.ts'
import type { Model } from '../models/shelf.ts'
import { decodePhoto } from '../photos/decode.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import type { ResultRecord, ResultStore } from './result-store.ts'
import { changeOfPhoto } from './translate-photo.ts'

export interface ResultForFile {
  /** What was shown, or what it does to a photo of any size. */
  readonly translated: { readonly before: Pixels; readonly after: Pixels } | { readonly change: LocalChange }
  /** `keep`: the photo is there, with colours of its own. */
  readonly colour: 'srgb' | 'keep'
}

/**
 * What was shown, as a change that is carried to the photo's own pixels and colours, the same as a guided export's; where
 * the photo is no larger, or has been moved away since, the result as it is.
 */
export async function resultForFile(
  { store, engine }: { readonly store: ResultStore; readonly engine: EngineHost },
  { id, width, height, size, direction }: ResultRecord,
  model: Model,
  source: string,
): Promise<ResultForFile> {
  const photo = await inspectPhoto(source).catch(() => null)
  const isLarger = photo !== null && Math.max(photo.width, photo.height) > Math.max(width, height)
  // What is shown larger than the style works has been carried there already: carried twice, strokes would fade.
  if (isLarger && Math.max(width, height) > size) {
    const change = await changeOfPhoto(engine, source, model, direction, { longSide: size })
    return { translated: { change }, colour: 'keep' }
  }
  const [before, after] = await Promise.all([
    decodePhoto(store.pictureFile(id, 'before'), {}),
    decodePhoto(store.pictureFile(id, 'after'), {}),
  ])
  if (!isLarger) return { translated: { before, after }, colour: photo === null ? 'srgb' : 'keep' }
  const texture = paintsStrokes(model.card)
  const change = await engine.fit(before, after, { subject: basename(source), texture })
  return { translated: { change }, colour: 'keep' }
}
