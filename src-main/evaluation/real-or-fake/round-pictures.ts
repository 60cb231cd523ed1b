/**
 * The pictures of a round, real and translated, made so that nothing but what they show tells which is which: fitted to
 * the style's working size, cut to a square in the middle, brought to one side and written by one encoder.
 */
import type { PictureOfRound } from '../../contract/evaluation.ts'
import { Failure } from '../../contract/errors.ts'
import type { Direction } from '../../contract/schemas.ts'
import { networkOf } from '../../conversion/translate-photo.ts'
import { partOf, type EngineHost } from '../../engine/host.ts'
import type { Pixels } from '../../engine/protocol.ts'
import type { Model } from '../../models/shelf.ts'
import { decodePhoto } from '../../photos/decode.ts'
import { encodeToBuffer } from '../../photos/encode.ts'
import type { PictureFile } from '../../training/data/folder.ts'
import type { RgbPicture } from '../features/lab.ts'
import { resized } from '../features/scale.ts'
import { drawKinds, drawOrder, needed } from './draw-round.ts'

/** Pixels; the paper's pictures have 256. */
const sideMax = 512
const sideMin = 96
const quality = 92

export interface FolderOfRound {
  readonly name: string
  readonly files: readonly PictureFile[]
}

export interface RoundRequest {
  readonly model: Model
  readonly direction: Direction
  /** Pictures that are translated, and pictures that are shown as they are. */
  readonly folders: Readonly<Record<PictureOfRound, FolderOfRound>>
  readonly trials: number
  readonly seed: number
}

export interface RoundPicture {
  readonly kind: PictureOfRound
  /** Relative to its folder. */
  readonly name: string
  /** JPEG. */
  readonly content: Buffer
}

export interface PreparedRound {
  readonly pictures: readonly RoundPicture[]
  /** Of all pictures, in pixels. */
  readonly side: number
  readonly passedOver: number
}

interface Square extends RgbPicture {
  readonly name: string
}

/**
 * Broken and small pictures are passed over, others take their places. Throws `Failure`: `too-few-pictures` where a folder has
 * not enough, what the model's weights throw, `cancelled`.
 */
export async function prepareRound(
  engine: EngineHost,
  { model, direction, folders, trials, seed }: RoundRequest,
  signal: AbortSignal,
  onPicture: (done: number, name: string) => void,
): Promise<PreparedRound> {
  const counts = needed(trials)
  let done = 0
  let passedOver = 0
  const collect = async (kind: PictureOfRound): Promise<readonly Square[]> => {
    const squares: Square[] = []
    const { files, name } = folders[kind]
    for (const place of drawOrder(files.length, kind, seed)) {
      if (squares.length === counts[kind]) break
      const file = files[place]
      if (file === undefined) continue
      const square = await squareOf(engine, model, direction, kind, file, signal)
      if (square === null) {
        passedOver++
        continue
      }
      squares.push({ ...square, name: file.name })
      done++
      onPicture(done, file.name)
    }
    if (squares.length === counts[kind]) return squares
    const detail = `${counts[kind]} of at least ${sideMin} pixels each way are needed, ${squares.length} are there`
    throw new Failure('too-few-pictures', name, detail)
  }
  const squares = { real: [...(await collect('real'))], translated: [...(await collect('translated'))] }
  const side = Math.min(
    ...squares.real.map(({ width }) => width),
    ...squares.translated.map(({ width }) => width),
  )
  const pictures: RoundPicture[] = []
  for (const kind of drawKinds(trials, seed)) {
    const square = squares[kind].shift()
    if (square === undefined) throw new Error('A round has more trials than pictures')
    const { name, ...picture } = square
    const scaled = await resized({ ...picture, channels: 3 }, { width: side, height: side })
    const content = await encodeToBuffer({ ...scaled, channels: 3 }, { format: 'jpeg', quality })
    pictures.push({ kind, name, content })
  }
  return { pictures, side, passedOver }
}

/** Null where the picture is broken or too small. Failures of the engine and the model end the round. */
async function squareOf(
  engine: EngineHost,
  model: Model,
  direction: Direction,
  kind: PictureOfRound,
  file: PictureFile,
  signal: AbortSignal,
): Promise<RgbPicture | null> {
  const x = await decodePhoto(file.path, { longSide: model.card.workingSize, signal }).catch(
    (thrown: unknown) => {
      if (signal.aborted) throw thrown
      return null
    },
  )
  if (x === null || Math.min(x.width, x.height) < sideMin) return null
  const seen =
    kind === 'real'
      ? x
      : (await engine.translate(networkOf(model, direction), x, { signal, subject: file.name })).pixels
  const square = middle(seen)
  const side = Math.min(sideMax, square.width)
  return resized(square, { width: side, height: side })
}

function middle(pixels: Pixels): Pixels {
  const side = Math.min(pixels.width, pixels.height)
  const left = Math.floor((pixels.width - side) / 2)
  const top = Math.floor((pixels.height - side) / 2)
  return partOf(pixels, { left, top, right: left + side, bottom: top + side })
}
