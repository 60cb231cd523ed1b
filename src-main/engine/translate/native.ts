/**
 * A photo of any size through a generator at its own pixels. A photo that fits goes through in a single pass. Of a
 * larger one the norms are measured first, once for all of it; then tile after tile goes through the network with these
 * statistics fixed, so that tiles agree, and fades into its neighbours.
 */
import { generatorStep } from '../networks/generator.ts'
import type { Graph } from '../graph/graph.ts'
import type { NativeReport, NativeSettings, Weights } from '../protocol.ts'
import { isAllocationFailure } from '../runtimes/failures.ts'
import type { Program, StageRuntime } from '../runtimes/runtime.ts'
import { blendTiles } from './blend-tiles.ts'
import { foldNorms, widen } from './fold-norms.ts'
import { measureOnAll, measureOnSample } from './measure-photo.ts'
import { PhotoSource } from './photo-source.ts'
import type { PhotoParts } from './photo-source.ts'
import { fixNorms, receptiveRadius } from './stages.ts'
import { halved, TilePasses } from './tile-passes.ts'
import { TileWork } from './tile-work.ts'
import type { OnWork } from './tile-work.ts'
import { smallestTile } from './tiles.ts'
import type { Overlap } from './tiles.ts'

export interface NativeNetwork {
  readonly graph: Graph
  readonly weights: Weights
}

export interface NativeOptions {
  /** The longest side of a tile. */
  readonly tile: number
  /** A photo of no more pixels goes through in a single pass. */
  readonly whole: number
  readonly statistics: NonNullable<NativeSettings['statistics']>
  /** See `NativeSettings`; a photo that goes through in a single pass gains nothing by it. */
  readonly draft?: boolean
  /** What computes may fail in mid-photo. */
  readonly device?: boolean
  /** Numbers in [0, 1), the same for the same photo and network. */
  readonly random: () => number
  readonly onWork: OnWork
}

/**
 * Measured on the shipped model and real photos, with the same statistics: with a margin of 24 pixels the result is
 * within 0.3 of 255 of the single pass, with 16 within 3, with 32 within 0.02, though an output looks at 63.
 */
const usualOverlap: Overlap = { margin: 24, blend: 16 }

/** Throws what program, photo and `onWork` throw, and `NoPicture`. */
export async function translateNative(
  runtime: StageRuntime,
  { graph, weights }: NativeNetwork,
  photo: PhotoParts,
  { tile, whole, statistics, draft = false, device = false, random, onWork }: NativeOptions,
): Promise<Omit<NativeReport, 'seconds'>> {
  const source = new PhotoSource(photo, device)
  const { width, height } = source.size
  const side = Math.max(width, height)
  const overlap = statistics === 'exact' ? exactOverlap(graph) : usualOverlap
  const smallest = smallestTile(overlap)
  let limit = Math.max(tile, smallest)
  let halvings = 0
  if (width * height <= whole) {
    try {
      // Its own session, for a kept one would keep the memory.
      await translateWhole(await runtime.compile(graph, weights), source)
      source.expectPicture()
      await onWork(width * height, width * height, tile)
      return { tile: side, tiles: 1, halvings }
    } catch (thrown) {
      if (!isAllocationFailure(thrown) || side <= smallest) throw thrown
      limit = Math.min(limit, halved(side, smallest))
      halvings++
    }
  }
  const work = new TileWork(onWork, source.size, limit, overlap)
  const single = widen(weights)
  const measured =
    statistics === 'exact'
      ? await measureOnAll(runtime, graph, single, source, work, { findRanges: draft })
      : await measureOnSample(runtime, graph, single, source, work, random, { findRanges: draft })
  const folded = foldNorms(fixNorms(graph), measured.weights, measured.ranges)
  const fixed = await runtime.compile(folded.graph, folded.weights, folded.ranges)
  const passes = new TilePasses(fixed, work.tile, overlap)
  try {
    await blendTiles(
      work.grid,
      async (rect) => {
        const values = await passes.run(await source.read(rect))
        await work.add((rect.right - rect.left) * (rect.bottom - rect.top), passes.limit)
        return values
      },
      (part, values) => source.write(part, values),
    )
  } finally {
    await fixed.release()
  }
  source.expectPicture()
  const { columns, rows } = work.grid
  return {
    tile: passes.limit,
    tiles: columns.length * rows.length,
    halvings: halvings + passes.halvings,
  }
}

async function translateWhole(program: Program, source: PhotoSource): Promise<void> {
  const { width, height } = source.size
  const all = { left: 0, top: 0, right: width, bottom: height }
  try {
    source.write(all, await program.run(await source.read(all)))
  } finally {
    await program.release()
  }
}

/** Enough that the network sees around each used pixel all that it looks at. */
function exactOverlap(graph: Graph): Overlap {
  const margin = Math.ceil(receptiveRadius(graph) / generatorStep) * generatorStep
  return { margin, blend: usualOverlap.blend }
}
