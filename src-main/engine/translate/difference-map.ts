/** Where two pictures differ, as a heat map: black is no difference, and brighter is always more. */
import { differenceColours, differenceFullScale } from '../../contract/heat-map.ts'
import type { Pixels, Tensor } from '../protocol.ts'

/** For two tensors [1, 3, height, width] in [−1, 1]: a picture of 8 bit RGB. Beyond the full scale all is brightest. */
export function differenceMap(a: Tensor, b: Tensor): Pixels {
  const [, channels, height, width] = a.shape
  const plane = height * width
  const data = new Uint8Array(plane * 3)
  for (let i = 0; i < plane; i++) {
    let sum = 0
    for (let at = i; at < channels * plane; at += plane)
      sum += Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0))
    data.set(colourOf(sum / channels / 2 / differenceFullScale), i * 3)
  }
  return { width, height, channels: 3, data }
}

/** The colour of a difference, 1 being the full scale; between two colours of the table a straight line. */
export function colourOf(difference: number): readonly [red: number, green: number, blue: number] {
  const place = Math.min(1, Math.max(0, difference)) * (differenceColours.length - 1)
  const below = Math.min(Math.floor(place), differenceColours.length - 2)
  const [from, to] = [
    differenceColours[below] ?? differenceColours[0],
    differenceColours[below + 1] ?? differenceColours[0],
  ]
  const between = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (place - below))
  return [between(0), between(1), between(2)]
}
