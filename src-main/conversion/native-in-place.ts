/**
 * A photo whose translation at its own size takes its place, so that one picture of that size is in memory and not
 * three. A tile is read with what lies around it: rows are replaced when no tile to come looks at them.
 */
import { partOf } from '../engine/host.ts'
import type { NativePicture } from '../engine/host.ts'
import type { Pixels, Rect } from '../engine/protocol.ts'
import { blendInto } from '../photos/blend.ts'

interface Part {
  readonly rect: Rect
  readonly pixels: Pixels
}

export class PhotoInPlace implements NativePicture {
  readonly width: number
  readonly height: number
  readonly #photo: Pixels
  readonly #strength: number
  #replaced = false
  /** Finished parts, or what is left of them below the rows that have been replaced. */
  #waiting: Part[] = []

  /** `photo` is changed: by nothing at strength 0, to its translation at 1. */
  constructor(photo: Pixels, strength: number) {
    this.width = photo.width
    this.height = photo.height
    this.#photo = photo
    this.#strength = strength
  }

  /** From the first part that was written on, no part is read that begins above the one before it. */
  read(rect: Rect): Pixels {
    this.#replaceAbove(rect.top)
    return partOf(this.#photo, rect)
  }

  write(rect: Rect, pixels: Pixels): void {
    this.#waiting.push({ rect, pixels })
  }

  begin(): boolean {
    this.#waiting = []
    return !this.#replaced
  }

  /** Replaces what waits; nothing may be read after it. */
  finish(): void {
    this.#replaceAbove(this.height)
  }

  #replaceAbove(row: number): void {
    const left: Part[] = []
    for (const { rect, pixels } of this.#waiting) {
      const rows = Math.min(rect.bottom, row) - rect.top
      if (rows > 0) this.#replace(rect, pixels, rows)
      if (rows < pixels.height) left.push(rows > 0 ? below(rect, pixels, rows) : { rect, pixels })
    }
    this.#waiting = left
  }

  #replace({ left, top }: Rect, pixels: Pixels, rows: number): void {
    this.#replaced = true
    const { channels, data } = this.#photo
    const length = pixels.width * channels
    for (let row = 0; row < rows; row++) {
      const start = ((top + row) * this.width + left) * channels
      const after = pixels.data.subarray(row * length, (row + 1) * length)
      blendInto(data.subarray(start, start + length), after, channels, this.#strength)
    }
  }
}

function below(rect: Rect, pixels: Pixels, rows: number): Part {
  const { width, height, channels, data } = pixels
  const rest = { width, height: height - rows, channels, data: data.subarray(rows * width * channels) }
  return { rect: { ...rect, top: rect.top + rows }, pixels: rest }
}
