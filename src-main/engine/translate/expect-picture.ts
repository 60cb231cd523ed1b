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

  /** Values in [−1, 1] of a part of the photo, and what became of it. Throws `NoPicture` where they are not finite. */
  see(before: Tensor, after: Tensor): void {
    widen(this.#before, before)
    widen(this.#after, after)
  }

  /** Throws `NoPicture` if all that was seen is of one colour. */
  expectPicture(): void {
    const hadPicture = this.#before.some(([least, most]) => most - least > flatPhoto)
    const hasPicture = this.#after.some(([least, most]) => most - least >= step)
    if (hadPicture && !hasPicture) throw new NoPicture('The network gave a picture of one colour')
  }
}

/** The same for a picture that comes at once. */
export function expectPicture(before: Tensor, after: Tensor): void {
  const check = new PictureCheck()
  check.see(before, after)
  check.expectPicture()
}

function widen(ranges: Range[], { shape: [batch, channels, height, width], data }: Tensor): void {
  const plane = height * width
  for (let index = 0; index < batch * channels; index++) {
    const channel = index % channels
    let [least, most] = ranges[channel] ?? [Infinity, -Infinity]
    for (let i = index * plane; i < (index + 1) * plane; i++) {
      const value = data[i] ?? Number.NaN
      if (!Number.isFinite(value)) throw new NoPicture('The network gave values that are not numbers')
      if (value < least) least = value
      if (value > most) most = value
    }
    ranges[channel] = [least, most]
  }
}
