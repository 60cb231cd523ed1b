/**
 * How a picture is divided into tiles that overlap. In an overlap, what lies within `margin` pixels of a tile's border is
 * not used, for the network saw no surroundings there; between the two margins one tile fades into the other.
 */
import { generatorStep } from '../networks/generator.ts'

/** In pixels, multiples of the network's step. */
export interface Overlap {
  readonly margin: number
  readonly blend: number
}

/** One tile along one axis. */
export interface TileSpan {
  readonly start: number
  readonly end: number
  /** Where its own part begins and ends: the parts of all tiles side by side are the whole, each fade in the later one. */
  readonly ownStart: number
  readonly ownEnd: number
}

export interface TileGrid {
  readonly columns: readonly TileSpan[]
  readonly rows: readonly TileSpan[]
  readonly overlap: Overlap
}

/** The least side of a tile: in a smaller one the fades of its two sides would meet. */
export const smallestTile = ({ margin, blend }: Overlap): number => 2 * margin + 4 * blend

/** Tiles of one size, at most `tile` wide and high and as small as their number allows. All in multiples of the step. */
export function tileGrid(
  { width, height }: { readonly width: number; readonly height: number },
  tile: number,
  overlap: Overlap,
): TileGrid {
  return { columns: spans(width, tile, overlap), rows: spans(height, tile, overlap), overlap }
}

/** Pixels that pass through the network, overlaps counted as often as they do. */
export function pixelsInTiles({ columns, rows }: TileGrid): number {
  const total = (axis: readonly TileSpan[]) => axis.reduce((sum, { start, end }) => sum + end - start, 0)
  return total(columns) * total(rows)
}

function spans(size: number, tile: number, overlap: Overlap): readonly TileSpan[] {
  if (size <= tile) return [{ start: 0, end: size, ownStart: 0, ownEnd: size }]
  if (tile < smallestTile(overlap)) throw new Error(`Tiles of ${tile} pixels are too small for their overlap`)
  const shared = 2 * overlap.margin + overlap.blend
  const count = Math.ceil((size - shared) / (tile - shared))
  const length = Math.ceil((size + (count - 1) * shared) / count / generatorStep) * generatorStep
  const starts = Array.from({ length: count }, (_, i) => floorToStep((i * (size - length)) / (count - 1)))
  // Where a tile takes over from the one before it.
  const borders = starts.map((start, i) => {
    const before = starts[i - 1]
    return before === undefined ? 0 : start + floorToStep((before + length - start - overlap.blend) / 2)
  })
  return starts.map((start, i) => ({
    start,
    end: start + length,
    ownStart: borders[i] ?? 0,
    ownEnd: borders[i + 1] ?? size,
  }))
}

function floorToStep(value: number): number {
  return Math.floor(value / generatorStep) * generatorStep
}
