/** The pictures of each step, in their order, decoded while the steps before them are done. */
import { epochSteps, type TrainingSettings } from '../contract/training.ts'
import type { Pixels } from '../engine/protocol.ts'
import type { PictureCache } from './data/cache.ts'
import { PictureSource } from './data/picture-source.ts'
import type { Picture } from './data/scaling.ts'
import { PictureOrder, type Chosen } from './order.ts'
import type { RunPictures } from './run-file.ts'

/** How many steps ahead the sources are told of. */
const stepsAhead = 8
/** Where so many pictures in a row are gone, the folder is. */
const replacementsTried = 8

interface FeedOptions {
  readonly pictures: RunPictures
  readonly settings: TrainingSettings
  readonly cache: PictureCache
}

export class PictureFeed {
  readonly #sources: { readonly a: PictureSource; readonly b: PictureSource }
  readonly #order: PictureOrder
  readonly #batch: number
  readonly #crop: number
  readonly #announced: Chosen[] = []
  #nextStep = 1
  #lastStep = 0

  constructor({ pictures, settings, cache }: FeedOptions) {
    const { scale, load, batch, seed, crop } = settings
    const source = (files: RunPictures['a']): PictureSource =>
      new PictureSource({ files, cache, scaling: { kind: scale, pixels: load }, ahead: stepsAhead * batch })
    this.#sources = { a: source(pictures.a), b: source(pictures.b) }
    const [a, b] = [pictures.a.length, pictures.b.length]
    this.#batch = batch
    this.#crop = crop
    this.#order = new PictureOrder({
      ...{ seed, batch, a, b },
      epochSteps: epochSteps(settings, Math.max(a, b)),
    })
  }

  /** From which step to which pictures will be asked for. */
  from(step: number, last: number): void {
    this.#nextStep = step
    this.#lastStep = last
    this.#announce()
  }

  /**
   * The pictures of the next step. One that cannot be read any more is replaced by those behind it in its folder.
   * Throws what reading the last of these throws, `cancelled` after `close`.
   */
  async next(): Promise<{ readonly a: readonly Pixels[]; readonly b: readonly Pixels[] }> {
    const chosen = this.#announced.shift()
    if (chosen === undefined) throw new RangeError('no step is left')
    const [a, b] = await Promise.all([this.#take('a', chosen.a), this.#take('b', chosen.b)])
    this.#announce()
    return { a, b }
  }

  /** Any picture of a side. */
  async read(side: 'a' | 'b', place: number): Promise<Picture> {
    return this.#readFrom(side, place)
  }

  async close(): Promise<void> {
    await Promise.all([this.#sources.a.close(), this.#sources.b.close()])
  }

  #announce(): void {
    while (this.#announced.length < stepsAhead && this.#nextStep <= this.#lastStep) {
      const chosen = this.#order.at(this.#nextStep++)
      this.#announced.push(chosen)
      this.#sources.a.expect(chosen.a)
      this.#sources.b.expect(chosen.b)
    }
  }

  async #take(side: 'a' | 'b', places: readonly number[]): Promise<readonly Pixels[]> {
    const pictures: Pixels[] = []
    for (const place of places.slice(0, this.#batch)) {
      const picture = await this.#sources[side].next().catch(() => null)
      const usable = picture !== null && this.#holdsCrop(picture)
      pictures.push(pixelsOf(usable ? picture : await this.#readFrom(side, place + 1)))
    }
    return pictures
  }

  /** The picture at a place, or the first behind it that can be read and is large enough. */
  async #readFrom(side: 'a' | 'b', place: number): Promise<Picture> {
    const source = this.#sources[side]
    for (let tried = 0; ; tried++) {
      try {
        const picture = await source.read((place + tried) % source.length)
        if (this.#holdsCrop(picture)) return picture
        throw new RangeError('the picture has become smaller than the crop')
      } catch (thrown) {
        if (tried >= Math.min(replacementsTried, source.length - 1)) throw thrown
      }
    }
  }

  #holdsCrop({ width, height }: Picture): boolean {
    return Math.min(width, height) >= this.#crop
  }
}

/** Its own bytes alone: what goes to another process takes its whole buffer along. */
function pixelsOf({ width, height, data }: Picture): Pixels {
  return { width, height, channels: 3, data: new Uint8Array(data) }
}
