/**
 * How fast the engine is, learnt from the passes that it has finished, so that a photo's progress can move while one
 * long native call says nothing. Work is counted in multiply-accumulates.
 */
import type { GeneratorArchitecture } from './protocol.ts'

/** Multiply-accumulates of one ResNet generator pass over `width × height` pixels (49.6 G for 256², ngf 64, 9 blocks). */
export function passWork(architecture: GeneratorArchitecture, width: number, height: number): number {
  const { ngf, blocks } = architecture
  const perPixel =
    2 * (3 * ngf * 49) + // 7×7 in and out, full size
    (ngf * 2 * ngf * 9) / 4 + // first 3×3 with stride 2
    (2 * ngf * 4 * ngf * 9) / 16 + // second
    (blocks * 2 * (16 * ngf * ngf * 9)) / 16 + // residual blocks at a quarter of the size
    (4 * ngf * 2 * ngf * 9) / 16 + // transposed convolutions, counted at their inputs
    (2 * ngf * ngf * 9) / 4
  return perPixel * width * height
}

export class Pace {
  #workPerSecond: number | null = null

  /** Recent passes weigh more: heat, battery and other programs change the pace. */
  learn(work: number, seconds: number): void {
    if (seconds <= 0 || work <= 0) return
    const measured = work / seconds
    this.#workPerSecond = this.#workPerSecond === null ? measured : 0.5 * this.#workPerSecond + 0.5 * measured
  }

  /** Expected seconds, or null before anything was measured. */
  secondsFor(work: number): number | null {
    return this.#workPerSecond === null ? null : work / this.#workPerSecond
  }
}
