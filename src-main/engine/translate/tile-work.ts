/** What there is to do for a photo in tiles, and how far it is done; counted in pixels. */
import type { PictureForm } from '../protocol.ts'
import { pixelsInTiles, smallestTile, tileGrid } from './tiles.ts'
import type { Overlap, TileGrid } from './tiles.ts'

/** Told after each pass; `tile` is the longest side of a tile by now. What it throws ends the work. */
export type OnWork = (done: number, total: number, tile: number) => Promise<void> | void

export class TileWork {
  readonly size: PictureForm
  readonly #onWork: OnWork
  readonly #overlap: Overlap
  #measuring = 0
  #done = 0
  tile: number
  grid: TileGrid

  constructor(onWork: OnWork, size: PictureForm, tile: number, overlap: Overlap) {
    this.#onWork = onWork
    this.size = size
    this.#overlap = overlap
    this.tile = tile
    this.grid = tileGrid(size, tile, overlap)
  }

  /** So much more is to be done before the tiles. */
  expect(pixels: number): void {
    this.#measuring = pixels
  }

  /** Smaller tiles, before the first of them is done. */
  limitTile(tile: number): void {
    this.tile = Math.min(this.tile, Math.max(tile, smallestTile(this.#overlap)))
    this.grid = tileGrid(this.size, this.tile, this.#overlap)
  }

  async add(pixels: number, tile: number): Promise<void> {
    this.#done += pixels
    const total = this.#measuring + pixelsInTiles(this.grid)
    await this.#onWork(Math.min(this.#done, total), total, tile)
  }
}
