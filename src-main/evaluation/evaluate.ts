/**
 * Judges a style by figures over pictures that it was not trained on: how well it finds its way back (cycle), how well it
 * leaves alone what is there already (identity), and how far its translations, as a set, are from real pictures. Of a
 * picture only its features are kept.
 */
import { basename } from 'node:path'
import PQueue from 'p-queue'
import { Failure, type ErrorCode, type FailureData } from '../contract/errors.ts'
import type { Direction, Progress } from '../contract/schemas.ts'
import type { EngineHost } from '../engine/host.ts'
import type { Model } from '../models/shelf.ts'
import { decodePhoto } from '../photos/decode.ts'
import type { PictureFile } from '../training/data/folder.ts'
import type { Features } from './features/features.ts'
import { figuresOf, type PictureFigures, type SheetRow } from './picture-figures.ts'
import { floorOf, setDistance, type Floor, type SetDistance } from './set-distance.ts'
import { sides, sourceOf, targetOf, type OfSides, type Side, type SidePictures } from './sides.ts'
import { spread } from './spread.ts'
import { summarise, type Summary } from './statistics.ts'

export interface EvaluationOptions {
  /** The long side at which the networks see pictures; smaller ones are not enlarged. The model's own when not given. */
  readonly longSide?: number | undefined
  /** Told some pictures of each side, evenly spread, with what became of them: for a contact sheet. */
  readonly sheet?: { readonly rows: number; readonly onRow: OnRow } | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** A picture that was passed over. */
  readonly onFailed?: ((failed: FailedPicture) => void) | undefined
}

type OnRow = (side: Side, place: number, row: SheetRow) => Promise<void>

export interface FailedPicture {
  readonly side: Side
  /** Relative to its folder. */
  readonly name: string
  readonly failure: FailureData
}

export interface CycleFigures {
  /** As a share of the full range. */
  readonly l1: Summary
  /** In dB, of the pictures that did not come back exactly; null if all did. */
  readonly psnr: Summary | null
  /** −1…1, of the luminance. */
  readonly ssim: Summary
}

export interface DirectionFigures {
  readonly direction: Direction
  /** F(G(x)) against x over the pictures x of the source; null without the way back. */
  readonly cycle: CycleFigures | null
  /** L1 of G(y) against y over the pictures y of the target, of 8 bits or what the files have, as a share. */
  readonly identity: Summary | null
  readonly distance: {
    /** Translated pictures of the source to real ones of the target. */
    readonly translated: SetDistance | null
    /** The same pictures before they were translated: how far the domains are apart. */
    readonly untouched: SetDistance | null
    /** Halves of the target's real pictures: as near as anything can be told from nothing. */
    readonly floor: Floor | null
    /** 1 − translated / untouched: how much of the way was gone; null where the domains cannot be told apart. */
    readonly closed: number | null
  }
}

export interface Evaluation {
  /** Pictures that the figures are of. */
  readonly pictures: OfSides<number>
  readonly failed: readonly FailedPicture[]
  /** Those that the model has. */
  readonly directions: readonly DirectionFigures[]
}

/** Decoding uses several threads by itself; the engine takes one picture at a time, its neighbour is read meanwhile. */
const atOnce = 2
/** Failures that every other picture would meet, too. */
const ofAll = /^(?:(?:model|checkpoint)-|runtime-unfit$)/
/** Failures that another picture need not meet; so many in a row are no picture's doing. */
const ofTheEngine: ReadonlySet<ErrorCode> = new Set(['engine-stopped', 'engine-failed'])
const engineFailuresMost = 3

/**
 * A picture that fails is told and passed over. Throws `Failure`: `too-few-pictures` where none of a side is left, what
 * reading the model throws, `runtime-unfit`, `engine-stopped` or `engine-failed` for the third picture in a row,
 * `cancelled`.
 */
export async function evaluateStyle(
  engine: EngineHost,
  model: Model,
  pictures: OfSides<SidePictures>,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const { signal, onFailed } = options
  const failed: FailedPicture[] = []
  const fail = (picture: FailedPicture): void => {
    failed.push(picture)
    onFailed?.(picture)
  }
  for (const side of sides)
    for (const { name, failure } of pictures[side].unreadable) fail({ side, name, failure })
  const figures = await lookAtAll(engine, model, pictures, options, fail)
  try {
    const directions: DirectionFigures[] = []
    for (const direction of model.directions)
      directions.push(await directionFigures(direction, figures, signal))
    return { pictures: { a: figures.a.length, b: figures.b.length }, failed, directions }
  } catch (thrown) {
    throw signal?.aborted === true ? new Failure('cancelled', model.card.id) : thrown
  }
}

async function lookAtAll(
  engine: EngineHost,
  model: Model,
  pictures: OfSides<SidePictures>,
  options: EvaluationOptions,
  fail: (picture: FailedPicture) => void,
): Promise<OfSides<readonly PictureFigures[]>> {
  const { signal, onProgress, sheet } = options
  const total = pictures.a.files.length + pictures.b.files.length
  const started = performance.now()
  let done = 0
  let engineFailures = 0
  const tell = (detail: string): void => {
    done++
    const seconds = (performance.now() - started) / 1000
    onProgress?.({ done, total, etaSeconds: (seconds / done) * (total - done), detail })
  }
  const look = async (side: Side, file: PictureFile, place: number): Promise<PictureFigures | null> => {
    const subject = basename(file.path)
    try {
      signal?.throwIfAborted()
      const longSide = options.longSide ?? model.card.workingSize
      const x = await decodePhoto(file.path, { longSide, ...(signal && { signal }) })
      const { figures, row } = await figuresOf(engine, model, directionFrom(side), x, { signal, subject })
      engineFailures = 0
      if (row !== null && place >= 0) await sheet?.onRow(side, place, row)
      return figures
    } catch (thrown) {
      const failure = signal?.aborted === true ? new Failure('cancelled') : Failure.from(thrown, subject)
      if (failure.code === 'cancelled' || ofAll.test(failure.code)) throw failure
      if (ofTheEngine.has(failure.code) && ++engineFailures === engineFailuresMost) throw failure
      fail({ side, name: file.name, failure: failure.toData() })
      return null
    } finally {
      tell(file.name)
    }
  }
  const lookAtSide = async (side: Side): Promise<readonly PictureFigures[]> => {
    const { files } = pictures[side]
    const shown = spread(files.length, sheet?.rows ?? 0)
    const queue = new PQueue({ concurrency: atOnce })
    const looked = await Promise.all(
      files.map((file, index) => queue.add(() => look(side, file, shown.indexOf(index)))),
    ).catch((thrown: unknown) => {
      queue.clear()
      throw thrown
    })
    const figures = looked.filter((each) => each !== null)
    if (figures.length > 0) return figures
    throw new Failure('too-few-pictures', side.toUpperCase(), 'none of them can be read')
  }
  return { a: await lookAtSide('a'), b: await lookAtSide('b') }
}

const directionFrom = (side: Side): Direction => (side === 'a' ? 'AtoB' : 'BtoA')

async function directionFigures(
  direction: Direction,
  figures: OfSides<readonly PictureFigures[]>,
  signal: AbortSignal | undefined,
): Promise<DirectionFigures> {
  const [source, target] = [figures[sourceOf(direction)], figures[targetOf(direction)]]
  const real = (set: readonly PictureFigures[]): Features[] => set.map((picture) => picture.real)
  const translated = source.flatMap((picture) => picture.translated ?? [])
  const distances = {
    translated: await setDistance(translated, real(target), signal),
    untouched: await setDistance(real(source), real(target), signal),
    floor: await floorOf(real(target), signal),
  }
  return {
    direction,
    cycle: cycleFigures(source),
    identity: summarise(target.flatMap((picture) => picture.identity ?? [])),
    distance: { ...distances, closed: closedShare(distances.translated, distances.untouched) },
  }
}

function cycleFigures(pictures: readonly PictureFigures[]): CycleFigures | null {
  const metrics = pictures.flatMap(({ cycle }) => cycle ?? [])
  const l1 = summarise(metrics.map((each) => each.l1))
  const ssim = summarise(metrics.map((each) => each.ssim))
  if (l1 === null || ssim === null) return null
  return { l1, psnr: summarise(metrics.flatMap(({ psnr }) => psnr ?? [])), ssim }
}

/** Sets are told apart by a distance of more than so many standard errors. */
const clearly = 2

function closedShare(translated: SetDistance | null, untouched: SetDistance | null): number | null {
  if (translated === null || untouched === null) return null
  const { value, standardError } = untouched.all
  if (standardError === null || value <= clearly * standardError) return null
  return 1 - translated.all.value / value
}
