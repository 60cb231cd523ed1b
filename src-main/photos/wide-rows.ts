/**
 * Rows of a photo in a colour space of its own, to extended sRGB and back, by tables. 16 bits take straight lines
 * between the tables' points; for 8 bits the nearest point is near enough, and faster.
 */
import type { Pixels } from '../engine/protocol.ts'
import { srgbDecode, srgbEncode } from './colour-maths.ts'
import type { Matrix } from './colour-maths.ts'
import type { Shaper } from './colour-space.ts'
import type { Curve } from './icc.ts'

export type Depth = 8 | 16

/** Reads samples, writes three values a pixel, 0…1 within sRGB; alpha is left out. */
export type ToExtended = (samples: Pixels['data'], channels: number, into: Float32Array) => void
/** Reads three values a pixel, writes samples, rounded and clipped to what the space can hold; alpha stays. */
export type FromExtended = (from: Float32Array, samples: Pixels['data'], channels: number) => void

type Tables = readonly [Float32Array, Float32Array, Float32Array]

/** Points in a unit of light. */
const lightPoints = 32768
/** For 8 bits on the way back: so many that the darkest samples, where curves are steep, are still told apart. */
const manyLightPoints = 2 ** 17
/** Points in the root of light. */
const rootPoints = 16384
/** Points in a unit of extended sRGB. */
const encodedPoints = 4096
const manyEncodedPoints = 8192
/** Extended sRGB is cut off here, far from what a space can hold. */
const encodedFrom = -1.5
const encodedTo = 2.5

export const toExtended = (shaper: Shaper, depth: Depth): ToExtended =>
  depth === 8 ? nearestToExtended(shaper) : exactToExtended(shaper)

function nearestToExtended({ curves, toSrgb }: Shaper): ToExtended {
  const [red, green, blue] = each(curves, (curve) => tabulate(curve, 8))
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = toSrgb
  const perUnit = lightPoints
  const [encoding, lowest] = encodingTable(toSrgb)
  const offset = 0.5 - lowest * perUnit
  return (samples, channels, into) => {
    for (let at = 0, index = 0; at < samples.length; at += channels, index += 3) {
      const r = red[samples[at] ?? 0] ?? 0
      const g = green[samples[at + 1] ?? 0] ?? 0
      const b = blue[samples[at + 2] ?? 0] ?? 0
      into[index] = encoding[((rr * r + rg * g + rb * b) * perUnit + offset) | 0] ?? 0
      into[index + 1] = encoding[((gr * r + gg * g + gb * b) * perUnit + offset) | 0] ?? 0
      into[index + 2] = encoding[((br * r + bg * g + bb * b) * perUnit + offset) | 0] ?? 0
    }
  }
}

function exactToExtended({ curves, toSrgb }: Shaper): ToExtended {
  const [red, green, blue] = each(curves, (curve) => tabulate(curve, 16))
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = toSrgb
  const perUnit = lightPoints
  const [encoding, lowest] = encodingTable(toSrgb)
  const offset = -lowest * perUnit
  return (samples, channels, into) => {
    for (let at = 0, index = 0; at < samples.length; at += channels, index += 3) {
      const r = red[samples[at] ?? 0] ?? 0
      const g = green[samples[at + 1] ?? 0] ?? 0
      const b = blue[samples[at + 2] ?? 0] ?? 0
      into[index] = between(encoding, (rr * r + rg * g + rb * b) * perUnit + offset)
      into[index + 1] = between(encoding, (gr * r + gg * g + gb * b) * perUnit + offset)
      into[index + 2] = between(encoding, (br * r + bg * g + bb * b) * perUnit + offset)
    }
  }
}

/** For all that a matrix can make of light 0…1, and a point more; and the light that it begins with. */
function encodingTable(toSrgb: Matrix): [values: Float32Array, lowest: number] {
  const lows = toSrgb.map((row) => row.reduce((sum, factor) => sum + Math.min(0, factor), 0))
  const highs = toSrgb.map((row) => row.reduce((sum, factor) => sum + Math.max(0, factor), 0))
  const [lowest, highest] = [Math.min(0, ...lows) - 1 / lightPoints, Math.max(1, ...highs) + 1 / lightPoints]
  return [table(lowest, highest, lightPoints, srgbEncode), lowest]
}

export const fromExtended = (shaper: Shaper, depth: Depth): FromExtended =>
  depth === 8 ? nearestFromExtended(shaper) : exactFromExtended(shaper)

function nearestFromExtended({ curves, fromSrgb }: Shaper): FromExtended {
  const decoding = table(encodedFrom, encodedTo, manyEncodedPoints, srgbDecode)
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = fromSrgb
  const [red, green, blue] = each(curves, (curve) => {
    const lights = tabulate(curve, 16)
    return Uint8Array.from(invertCurve(lights, manyLightPoints, 255, (place) => place))
  })
  const lightOf = (value: number): number => decoding[(placeOf(value, manyEncodedPoints) + 0.5) | 0] ?? 0
  const stepOf = (light: number): number => (clip(light) * manyLightPoints + 0.5) | 0
  return (from, samples, channels) => {
    for (let at = 0, index = 0; at < samples.length; at += channels, index += 3) {
      const r = lightOf(from[index] ?? 0)
      const g = lightOf(from[index + 1] ?? 0)
      const b = lightOf(from[index + 2] ?? 0)
      samples[at] = red[stepOf(rr * r + rg * g + rb * b)] ?? 0
      samples[at + 1] = green[stepOf(gr * r + gg * g + gb * b)] ?? 0
      samples[at + 2] = blue[stepOf(br * r + bg * g + bb * b)] ?? 0
    }
  }
}

/** By roots of light, for near black many curves are so steep that even steps of light would miss most samples. */
function exactFromExtended({ curves, fromSrgb }: Shaper): FromExtended {
  const decoding = table(encodedFrom, encodedTo, encodedPoints, srgbDecode)
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = fromSrgb
  const [red, green, blue]: Tables = each(curves, (curve) =>
    invertCurve(tabulate(curve, 16), rootPoints, 65535, (place) => place ** 2),
  )
  const lightOf = (value: number): number => between(decoding, placeOf(value, encodedPoints))
  const rootOf = (light: number): number => Math.sqrt(clip(light)) * rootPoints
  return (from, samples, channels) => {
    for (let at = 0, index = 0; at < samples.length; at += channels, index += 3) {
      const r = lightOf(from[index] ?? 0)
      const g = lightOf(from[index + 1] ?? 0)
      const b = lightOf(from[index + 2] ?? 0)
      samples[at] = between(red, rootOf(rr * r + rg * g + rb * b))
      samples[at + 1] = between(green, rootOf(gr * r + gg * g + gb * b))
      samples[at + 2] = between(blue, rootOf(br * r + bg * g + bb * b))
    }
  }
}

/** The value at a place between two points; behind the last point it stands once more. */
function between(values: Float32Array, place: number): number {
  const below = place | 0
  const lower = values[below] ?? 0
  return lower + (place - below) * ((values[below + 1] ?? 0) - lower)
}

function placeOf(value: number, perUnit: number): number {
  const clipped = value < encodedFrom ? encodedFrom : value > encodedTo ? encodedTo : value
  return (clipped - encodedFrom) * perUnit
}

const clip = (light: number): number => (light <= 0 ? 0 : light >= 1 ? 1 : light)

function table(from: number, to: number, perUnit: number, of: (value: number) => number): Float32Array {
  const count = Math.ceil((to - from) * perUnit) + 1
  const values = new Float32Array(count + 1)
  for (let i = 0; i <= count; i++) values[i] = of(from + Math.min(i, count - 1) / perUnit)
  return values
}

/** The light of each sample. */
function tabulate(curve: Curve, depth: Depth): Float32Array {
  const full = 2 ** depth - 1
  const values = new Float32Array(full + 1)
  for (let i = 0; i <= full; i++) values[i] = clip(curve(i / full))
  return values
}

/**
 * The sample, 0…`full`, of each point's light, which follows from its place 0…1; with the half that makes cutting off
 * a rounding.
 */
function invertCurve(
  lights: Float32Array,
  points: number,
  full: number,
  lightAt: (place: number) => number,
): Float32Array {
  const last = lights.length - 1
  const values = new Float32Array(points + 2)
  let below = 0
  for (let i = 0; i <= points; i++) {
    const light = lightAt(i / points)
    while (below < last - 1 && (lights[below + 1] ?? 0) < light) below++
    const [low = 0, high = 0] = [lights[below], lights[below + 1]]
    const share = high > low ? clip((light - low) / (high - low)) : 0
    values[i] = ((below + share) / last) * full + 0.5
  }
  values[points + 1] = values[points] ?? 0
  return values
}

/** Curves that are the same have one table, which stays in the processor's cache. */
function each<T>(curves: Shaper['curves'], make: (curve: Curve) => T): readonly [T, T, T] {
  const [red, green, blue] = curves
  const first = make(red)
  const second = isSame(green, red) ? first : make(green)
  const third = isSame(blue, red) ? first : isSame(blue, green) ? second : make(blue)
  return [first, second, third]
}

function isSame(one: Curve, other: Curve): boolean {
  return one === other || Array.from({ length: 1025 }, (_, i) => i / 1024).every((x) => one(x) === other(x))
}
