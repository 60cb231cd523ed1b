/** How much of its tiles a translated photo shows, told from what a single pass gives. */
import type { Pixels } from '../../src-main/engine/protocol.ts'

/** In units of 255. */
export interface SeamFigures {
  /** |tiled − single|: what the sampled statistics change, all over the photo. */
  readonly mean: number
  readonly largest: number
  /**
   * The most by which tiled − single changes, on average of 16 pixels along, from one row or column to the next; the
   * photo's own edges, of which the other statistics make a little more or less, among them.
   */
  readonly largestStep: number
}

const along = 16

export function compareWithSinglePass(tiled: Pixels, single: Pixels): SeamFigures {
  const { width, height, channels } = tiled
  const unit = tiled.data instanceof Uint16Array ? 257 : 1
  const difference = (x: number, y: number, c: number): number => {
    const i = (y * width + x) * channels + c
    return ((tiled.data[i] ?? 0) - (single.data[i] ?? 0)) / unit
  }
  let sum = 0
  let largest = 0
  let largestStep = 0
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const size = Math.abs(difference(x, y, c))
        sum += size
        largest = Math.max(largest, size)
      }
    }
    for (const [across, length, at] of [
      [width, height, (a: number, l: number) => difference(a, l, c)],
      [height, width, (a: number, l: number) => difference(l, a, c)],
    ] as const) {
      for (let a = 1; a < across; a++) {
        for (let start = 0; start + along <= length; start += along) {
          let step = 0
          for (let l = start; l < start + along; l++) step += at(a, l) - at(a - 1, l)
          largestStep = Math.max(largestStep, Math.abs(step / along))
        }
      }
    }
  }
  return { mean: sum / (3 * width * height), largest, largestStep }
}
