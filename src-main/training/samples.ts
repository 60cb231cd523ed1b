/** Sample pictures over time: the same few pictures of each side, as the averaged generators have them at a step. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SampleKind, SamplePicture } from '../contract/pictures.ts'
import type { Pixels } from '../engine/protocol.ts'
import type { TrainingHost } from '../engine/training-host.ts'
import { encodePhoto } from '../photos/encode.ts'
import { writeFailure } from '../photos/failures.ts'
import type { Picture } from './data/scaling.ts'

/** A sample's side is at most this many crops long: more would take longer than it tells. */
const cropsPerSide = 2
const quality = 92
const stepName = /^\d{10}$/

export interface SampleSource {
  readonly a: readonly Pixels[]
  readonly b: readonly Pixels[]
}

/** The middle of a picture, no larger than two crops a side. */
export function sampleOf({ width, height, data }: Picture, crop: number): Pixels {
  const [wide, high] = [Math.min(width, cropsPerSide * crop), Math.min(height, cropsPerSide * crop)]
  const [left, top] = [Math.floor((width - wide) / 2), Math.floor((height - high) / 2)]
  const cut = new Uint8Array(3 * wide * high)
  for (let y = 0; y < high; y++) {
    const begin = 3 * ((top + y) * width + left)
    cut.set(data.subarray(begin, begin + 3 * wide), 3 * y * wide)
  }
  return { width: wide, height: high, channels: 3, data: cut }
}

export class SampleStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The steps that have samples, in order. */
  async steps(): Promise<readonly number[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names
      .filter((name) => stepName.test(name))
      .map(Number)
      .toSorted((a, b) => a - b)
  }

  /** Makes the samples of a step; they appear together. Throws what the host throws, `disk-full`, `cannot-write`. */
  async add(step: number, source: SampleSource, host: TrainingHost): Promise<void> {
    const made = await host.sample(source.a, source.b)
    const target = join(this.#folder, nameOf(step))
    const part = `${target}.part`
    try {
      await rm(part, { recursive: true, force: true })
      await mkdir(part, { recursive: true })
      for (const side of ['a', 'b'] as const) {
        for (const [index, { translated, reconstructed }] of made[side].entries()) {
          const pictures = { x: source[side][index], translated, reconstructed }
          for (const [kind, pixels] of Object.entries(pictures)) {
            if (pixels === undefined) continue
            await encodePhoto(pixels, join(part, `${side}-${index}-${kind}.jpg`), { format: 'jpeg', quality })
          }
        }
      }
      await rm(target, { recursive: true, force: true })
      await rename(part, target)
    } catch (thrown) {
      await rm(part, { recursive: true, force: true }).catch(() => undefined)
      throw writeFailure(thrown, target)
    }
  }

  file({ step, side, index, kind }: Omit<SamplePicture, 'runId'>): string {
    return join(this.#folder, nameOf(step), `${side}-${index}-${kind satisfies SampleKind}.jpg`)
  }
}

const nameOf = (step: number): string => String(step).padStart(10, '0')
