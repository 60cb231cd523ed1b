/** How the benches measure: so many runs after a few that do not count, and the most memory that the process took. */
import type { GeneratorSize } from '../../src-main/engine/networks/generator.ts'
import type { Tensor } from '../../src-main/engine/protocol.ts'

export interface BenchSettings extends GeneratorSize {
  /** Height and width of the picture. */
  readonly size: number
  readonly runs: number
}

export interface BenchResult {
  readonly medianMs: number
  readonly minMs: number
  readonly maxMs: number
  /** Of the whole process, weights and start included. */
  readonly peakRssMiB: number
}

export async function measure(
  run: (index: number) => Promise<unknown>,
  { runs, warmUps }: { readonly runs: number; readonly warmUps: number },
): Promise<BenchResult> {
  const times: number[] = []
  for (let index = 0; index < warmUps + runs; index++) {
    const started = performance.now()
    await run(index)
    if (index >= warmUps) times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const tenths = (ms: number | undefined) => Math.round((ms ?? 0) * 10) / 10
  return {
    medianMs: tenths(median(times)),
    minMs: tenths(times[0]),
    maxMs: tenths(times.at(-1)),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

/** Of no values it is 0. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2
}

/** A square picture of noise in [−1, 1]. */
export function randomPicture(size: number): Tensor {
  const data = new Float32Array(3 * size * size).map(() => Math.random() * 2 - 1)
  return { shape: [1, 3, size, size], data }
}
