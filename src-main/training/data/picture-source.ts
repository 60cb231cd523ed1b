/** What a trainer takes pictures from: told which come next, it has them ready before they are asked for. */
import PQueue from 'p-queue'
import type { PictureCache } from './cache.ts'
import type { PictureFile } from './folder.ts'
import type { Picture, Scaling } from './scaling.ts'

/** Pictures held ready: 2 MB each at 1024 × 683. */
const defaultAhead = 8
/** Decoding uses several threads by itself; more at once would only take them from the training. */
const decodedAtOnce = 2

interface SourceOptions {
  readonly files: readonly PictureFile[]
  readonly scaling: Scaling
  readonly cache: PictureCache
  /** How many pictures are held ready. */
  readonly ahead?: number
}

export class PictureSource {
  readonly #options: SourceOptions
  readonly #ahead: number
  readonly #decoding = new PQueue({ concurrency: decodedAtOnce })
  readonly #closing = new AbortController()
  readonly #expected: number[] = []
  readonly #ready: Promise<Picture>[] = []

  constructor(options: SourceOptions) {
    this.#options = options
    this.#ahead = options.ahead ?? defaultAhead
  }

  get length(): number {
    return this.#options.files.length
  }

  /**
   * Says which pictures come next, behind those expected already; an index may come more than once. The order itself,
   * shuffled or drawn, is the trainer's business. Throws `RangeError` beyond `length`.
   */
  expect(indices: readonly number[]): void {
    for (const index of indices) this.#file(index)
    this.#expected.push(...indices)
    this.#fill()
  }

  /**
   * The next of the expected pictures. One that fails (`PictureCache.picture` says how) does not hold up those behind
   * it. Throws `RangeError` where none is expected, and `cancelled` after `close`.
   */
  async next(): Promise<Picture> {
    const picture = this.#ready.shift()
    if (picture === undefined) throw new RangeError('no picture is expected')
    this.#fill()
    return picture
  }

  /** Any picture, out of turn. */
  async read(index: number): Promise<Picture> {
    const { cache, scaling } = this.#options
    return cache.picture(this.#file(index), scaling, this.#closing.signal)
  }

  /** Stops decoding ahead; what is under way ends first. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#decoding.onIdle()
  }

  #file(index: number): PictureFile {
    const file = this.#options.files[index]
    if (file === undefined) throw new RangeError(`picture ${index} of ${this.length}`)
    return file
  }

  #fill(): void {
    while (this.#ready.length < this.#ahead) {
      const index = this.#expected.shift()
      if (index === undefined) return
      const picture = this.#decoding.add(() => this.read(index))
      // Whoever takes it hears of its failure; until then nobody does.
      picture.catch(() => undefined)
      this.#ready.push(picture)
    }
  }
}
