/**
 * Whether a network has made a picture at all. A device that fails may give black, one colour, or no numbers, and say
 * that all is well.
 */
import type { Tensor } from '../protocol.ts'

/** What the network gave is no picture: not finite, or of one colour though the photo is not. */
export class NoPicture extends Error {}

/** Of values in [−1, 1]: a step of 8 bits. */
const step = 2 / 255
/** A photo with less of a range may well become a plain colour. */
const flatPhoto = 16 * step

type Range = readonly [least: number, most: number]

/** Looks at a picture as a whole that comes in parts. */
export class PictureCheck {
  readonly #before: Range[] = []
  readonly #after: Range[] = []

  readonly #device: boolean

  /** `device`: what computes may fail in mid-photo, so that no part may become a plain colour. */
  constructor(device = false) {
    this.#device = device
  }

  /** Values in [−1, 1] of a part of the photo, and what became of it. Throws `NoPicture` where that is none. */
  see(before: Tensor, after: Tensor): void {
    const part = { before: rangesOf(before), after: rangesOf(after) }
    if (this.#device && hasPicture(part.before) && part.after.every(([least, most]) => least === most))
      throw new NoPicture('The network gave a part of one colour')
    widen(this.#before, part.before)
    widen(this.#after, part.after)
  }

  /** Throws `NoPicture` if all that was seen is of one colour. */
  expectPicture(): void {
    const isPlain = this.#after.every(([least, most]) => most - least < step)
    if (hasPicture(this.#before) && isPlain) throw new NoPicture('The network gave a picture of one colour')
  }
}

/** The same for a picture that comes at once. */
export function expectPicture(before: Tensor, after: Tensor): void {
  const check = new PictureCheck()
  check.see(before, after)
  check.expectPicture()
}

/** Whether there is enough in it to remain visible. */
const hasPicture = (ranges: readonly Range[]): boolean =>
  ranges.some(([least, most]) => most - least > flatPhoto)

function widen(ranges: Range[], others: readonly Range[]): void {
  others.forEach(([least, most], channel) => {
    const [before, behind] = ranges[channel] ?? [Infinity, -Infinity]
    ranges[channel] = [Math.min(before, least), Math.max(behind, most)]
  })
}

/** Of each channel. Throws `NoPicture` where a value is not finite. */
function rangesOf({ shape: [batch, channels, height, width], data }: Tensor): readonly Range[] {
  const plane = height * width
  const ranges: Range[] = []
  for (let index = 0; index < batch * channels; index++) {
    let [least, most] = [Infinity, -Infinity]
    for (let i = index * plane; i < (index + 1) * plane; i++) {
      const value = data[i] ?? Number.NaN
      if (!Number.isFinite(value)) throw new NoPicture('The network gave values that are not numbers')
      if (value < least) least = value
      if (value > most) most = value
    }
    const channel = index % channels
    const [before, behind] = ranges[channel] ?? [Infinity, -Infinity]
    ranges[channel] = [Math.min(before, least), Math.max(behind, most)]
  }
  return ranges
}
