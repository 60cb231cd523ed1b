/** Tiles through a network whose norms are fixed. One for which memory does not suffice is divided, and all after it. */
import { generatorStep } from '../networks/generator.ts'
import type { Tensor } from '../protocol.ts'
import { isAllocationFailure } from '../runtimes/failures.ts'
import type { Program } from '../runtimes/runtime.ts'
import { blendTiles, cut, paste } from './blend-tiles.ts'
import { smallestTile, tileGrid } from './tiles.ts'
import type { Overlap } from './tiles.ts'

/** Half the side, in whole steps, but not less than the smallest. */
export function halved(side: number, smallest: number): number {
  return Math.max(smallest, Math.floor(side / 2 / generatorStep) * generatorStep)
}

export class TilePasses {
  readonly #program: Program
  readonly #overlap: Overlap
  /** The longest side that may go through at once. */
  limit: number
  halvings = 0

  constructor(program: Program, limit: number, overlap: Overlap) {
    this.#program = program
    this.#overlap = overlap
    this.limit = limit
  }

  async run(tile: Tensor): Promise<Tensor> {
    const [, , height, width] = tile.shape
    while (Math.max(width, height) <= this.limit) {
      try {
        return await this.#program.run(tile)
      } catch (thrown) {
        const smaller = halved(Math.max(width, height), smallestTile(this.#overlap))
        if (!isAllocationFailure(thrown) || smaller >= Math.max(width, height)) throw thrown
        this.limit = smaller
        this.halvings++
      }
    }
    const whole: Tensor = { shape: [1, 3, height, width], data: new Float32Array(3 * height * width) }
    await blendTiles(
      tileGrid({ width, height }, this.limit, this.#overlap),
      (rect) => this.run(cut(tile, rect)),
      ({ left, top }, values) => paste(values, left, top, whole),
    )
    return whole
  }
}
