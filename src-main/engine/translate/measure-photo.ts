/** The weights of a network with the statistics of its norms over one photo, and the ranges of its numbers there. */
import type { Graph } from '../graph/graph.ts'
import type { Rect, Weights } from '../protocol.ts'
import type { StageRuntime } from '../runtimes/runtime.ts'
import { measureNorms } from './measure-norms.ts'
import type { Crop, Measured, MeasureOptions } from './measure-norms.ts'
import type { PhotoSource } from './photo-source.ts'
import { calibrate, Look, sampleBands, sampleCrops } from './sample.ts'
import { sampleMostPixels, tileForSpeed } from './tile-size.ts'
import type { TileWork } from './tile-work.ts'
import { pixelsInTiles } from './tiles.ts'

/** How much a pixel of a sampled crop costs beside one of a tile: small pictures are slower. */
const sampleCost = 1.6

/** The photo's look is measured on at most so many pixels. */
const mostLookedAt = 2 ** 22

/** By all of the photo, tile by tile: exact where tiles overlap by enough. Keeps values of the whole photo in memory. */
export async function measureOnAll(
  runtime: StageRuntime,
  graph: Graph,
  weights: Weights,
  source: PhotoSource,
  work: TileWork,
  options: MeasureOptions = {},
): Promise<Measured> {
  const crops: Crop[] = []
  for (const row of work.grid.rows) {
    for (const column of work.grid.columns) {
      const rect = { left: column.start, top: row.start, right: column.end, bottom: row.end }
      const interior = { left: column.ownStart, top: row.ownStart, right: column.ownEnd, bottom: row.ownEnd }
      crops.push({ rect, interior, weight: 1, pixels: await source.read(rect) })
    }
  }
  const pixels = pixelsInTiles(work.grid)
  work.expect(pixels)
  const onCrop = (share: number) => work.add(share * pixels, work.tile)
  return measureNorms(runtime, graph, weights, crops, onCrop, options)
}

/** By crops spread over the photo; finds on the way how fast this machine is, and limits the tiles accordingly. */
export async function measureOnSample(
  runtime: StageRuntime,
  graph: Graph,
  weights: Weights,
  source: PhotoSource,
  work: TileWork,
  random: () => number,
  options: MeasureOptions = {},
): Promise<Measured> {
  const places = sampleCrops(source.size, sampleMostPixels(graph), random)
  const cost = sampleCost * places.reduce((sum, { rect }) => sum + areaOf(rect), 0)
  work.expect(cost)
  const photoLook = await lookOf(source, work)
  const samples: { readonly crop: Crop; readonly look: readonly number[] }[] = []
  for (const { rect, interior } of places) {
    const pixels = await source.read(rect)
    const look = new Look()
    look.add(pixels, within(rect, interior))
    samples.push({ crop: { rect, interior, weight: 1, pixels }, look: look.means() })
  }
  const shares = calibrate(
    samples.map(({ look }) => look),
    photoLook,
  )
  const crops = samples.map(({ crop }, i) => ({ ...crop, weight: shares[i] ?? 1 }))
  const started = performance.now()
  const onCrop = (share: number) => work.add(share * cost, work.tile)
  const measured = await measureNorms(runtime, graph, weights, crops, onCrop, options)
  work.limitTile(tileForSpeed(cost / ((performance.now() - started) / 1000)))
  return measured
}

async function lookOf(source: PhotoSource, work: TileWork): Promise<readonly number[]> {
  const look = new Look()
  for (const band of sampleBands(source.size, mostLookedAt)) {
    const pixels = await source.read(band)
    const [, , height, width] = pixels.shape
    look.add(pixels, { left: 0, top: 0, right: width, bottom: height })
    await work.add(0, work.tile)
  }
  return look.means()
}

const areaOf = ({ left, top, right, bottom }: Rect): number => (right - left) * (bottom - top)

/** The same rectangle, measured from the corner of another one. */
function within({ left, top }: Rect, rect: Rect): Rect {
  return { left: rect.left - left, top: rect.top - top, right: rect.right - left, bottom: rect.bottom - top }
}
