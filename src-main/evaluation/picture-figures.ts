/** One picture of a side through the generators of a model: its features, and how far what comes back is from it. */
import type { Direction } from '../contract/schemas.ts'
import { networkOf, opposite } from '../conversion/translate-photo.ts'
import type { EngineHost, RequestOptions } from '../engine/host.ts'
import type { CycleMetrics, Pixels } from '../engine/protocol.ts'
import type { Model } from '../models/shelf.ts'
import { featuresOfPixels, type Features } from './features/features.ts'

export interface PictureFigures {
  readonly real: Features
  /** Of G(x); null where the model has no generator from this side. */
  readonly translated: Features | null
  /** F(G(x)) against x; null unless the model has both directions. */
  readonly cycle: CycleMetrics | null
  /** F(x) against x, F being the generator to this side; as a share of the full range. */
  readonly identity: number | null
}

export interface SheetRow {
  readonly x: Pixels
  readonly translated: Pixels
  readonly reconstructed: Pixels | null
}

/** `direction`: the one from the picture's side. Throws what the engine throws. */
export async function figuresOf(
  engine: EngineHost,
  model: Model,
  direction: Direction,
  x: Pixels,
  options: RequestOptions,
): Promise<{ readonly figures: PictureFigures; readonly row: SheetRow | null }> {
  const back = opposite(direction)
  const real = await featuresOfPixels(x)
  const row = await thereAndBack(engine, model, direction, x, options)
  const identity = model.directions.includes(back)
    ? meanDifference(x, (await engine.translate(networkOf(model, back), x, options)).pixels)
    : null
  const translated = row === null ? null : await featuresOfPixels(row.translated)
  return { figures: { real, translated, cycle: row?.metrics ?? null, identity }, row }
}

async function thereAndBack(
  engine: EngineHost,
  model: Model,
  direction: Direction,
  x: Pixels,
  options: RequestOptions,
): Promise<(SheetRow & { readonly metrics: CycleMetrics | null }) | null> {
  if (!model.directions.includes(direction)) return null
  const there = networkOf(model, direction)
  const back = opposite(direction)
  if (!model.directions.includes(back)) {
    const { pixels } = await engine.translate(there, x, options)
    return { x, translated: pixels, reconstructed: null, metrics: null }
  }
  const { translated, reconstructed, metrics } = await engine.cycle(there, networkOf(model, back), x, options)
  return { x, translated, reconstructed, metrics }
}

/** L1 of red, green and blue of two pictures of one size and depth, as a share of the full range. */
export function meanDifference(a: Pixels, b: Pixels): number {
  let sum = 0
  for (let at = 0; at < a.data.length; at++) {
    if (a.channels === 4 && at % 4 === 3) continue
    sum += Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0))
  }
  return sum / (3 * a.width * a.height * (a.data instanceof Uint16Array ? 65535 : 255))
}
