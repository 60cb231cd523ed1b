/**
 * The change that a style makes at the working size, as a local affine function of the photo's colours: the first half
 * of a fast guided filter with a colour guide (He, Sun and Tang 2013; He and Sun 2015, arXiv 1505.00996).
 * `photos/apply-change.ts` is the other half.
 *
 * It differs from theirs in two things, both found by looking at photos at 100 %:
 * - A slope is believed only as far as it explains the change. Networks paint grids and shift edges by a pixel; fitted
 *   to that, slopes tend to −1, and the photo's own detail fades. Where they do not explain, the change is a constant.
 * - A pixel does not take the plain mean of the windows that it lies in: one that fits badly, as across a border of two
 *   regions that change differently, yields to those on the pixel's own side. So no halo is seen.
 */
import type { ChangeSettings, LocalChange, Tensor } from '../protocol.ts'
import { SlidingWindow } from './sliding-window.ts'
import { addTexture } from './texture.ts'

/** Colours count from 0 to 1. */
export interface LocalChangeOptions extends ChangeSettings {
  /** Windows reach so many pixels of the working size to each side. */
  readonly radius: number
  /** Added to the variances of colours: contrasts well below its root say nothing about slopes. */
  readonly epsilon: number
  /** What a fit leaves over, squared and summed over the channels: well below this, windows count alike. */
  readonly tolerance: number
  /** The share of a change's variance from which on a slope is believed a little, and wholly. */
  readonly believed: readonly [from: number, wholly: number]
}

/**
 * With a radius of 2 the network's grid shows and rocks look wiped; 8 was measured, not looked at. What guided filters
 * usually have, ε of 2e-4 to 1e-2 and slopes always believed, took a third to a half of the photos' fine detail.
 */
const defaults: LocalChangeOptions = {
  radius: 4,
  epsilon: 2e-6,
  tolerance: 1e-4,
  believed: [0.7, 0.95],
  texture: false,
}

/** Of a window: means of 3 colours, 3 changes, 6 products of colours, 9 of change and colour, 3 squares of changes. */
const momentCount = 24
/** Where each of these groups begins; the colours at 0. */
const [changes, colourProducts, crossProducts, changeSquares] = [3, 6, 12, 21]
/** Of each of the 3 changes 3 factors and a constant. */
const coefficientCount = 12
/** These, times the window's weight, and the weight. */
const weightedCount = coefficientCount + 1

/**
 * Fits after − before by before; with `texture`, what the fits leave over, too (see `texture.ts`). Both are
 * [1, 3, height, width] in [−1, 1] and agree in size (`RangeError` otherwise). Takes memory for the result and a few
 * rows, with `texture` a plane more.
 */
export function fitLocalChange(
  before: Tensor,
  after: Tensor,
  options: Partial<LocalChangeOptions> = {},
): LocalChange {
  const [batch, channels, height, width] = before.shape
  if (batch !== 1 || channels !== 3 || before.shape.some((size, axis) => size !== after.shape[axis])) {
    throw new RangeError(
      `There is no change from [${before.shape.join(', ')}] to [${after.shape.join(', ')}]`,
    )
  }
  const settings = { ...defaults, ...options }
  const { radius } = settings
  const moments = new SlidingWindow(width, radius, momentCount)
  const fits = new SlidingWindow(width, radius, weightedCount)
  const momentRow = new Float64Array(width * momentCount)
  const fitRow = new Float64Array(width * weightedCount)
  const coefficients = new Float32Array(height * width * coefficientCount)
  for (let entering = 0; entering < height + 2 * radius; entering++) {
    moments.advance(entering < height ? (row) => writeMoments(before, after, entering, row) : undefined)
    const fitted = entering - radius
    if (fitted < 0) continue
    if (fitted < height) moments.means(momentRow)
    fits.advance(fitted < height ? (row) => writeFits(momentRow, settings, row) : undefined)
    const finished = fitted - radius
    if (finished < 0) continue
    fits.means(fitRow)
    writeCoefficients(fitRow, coefficients, finished * width * coefficientCount)
  }
  const change = { width, height, coefficients }
  if (settings.texture) addTexture(change, before, after)
  return change
}

function writeMoments(before: Tensor, after: Tensor, row: number, into: Float64Array): void {
  const [, , height, width] = before.shape
  const plane = height * width
  for (let x = 0; x < width; x++) {
    const from = row * width + x
    const to = x * momentCount
    for (let channel = 0; channel < 3; channel++) {
      const value = before.data[channel * plane + from] ?? 0
      into[to + channel] = (value + 1) / 2
      into[to + changes + channel] = ((after.data[channel * plane + from] ?? 0) - value) / 2
    }
    const r = into[to] ?? 0
    const g = into[to + 1] ?? 0
    const b = into[to + 2] ?? 0
    into[to + colourProducts] = r * r
    into[to + colourProducts + 1] = r * g
    into[to + colourProducts + 2] = r * b
    into[to + colourProducts + 3] = g * g
    into[to + colourProducts + 4] = g * b
    into[to + colourProducts + 5] = b * b
    for (let channel = 0; channel < 3; channel++) {
      const change = into[to + changes + channel] ?? 0
      into[to + crossProducts + 3 * channel] = change * r
      into[to + crossProducts + 3 * channel + 1] = change * g
      into[to + crossProducts + 3 * channel + 2] = change * b
      into[to + changeSquares + channel] = change * change
    }
  }
}

/** Of each window: factors = (covariance of colours + ε)⁻¹ · covariance of change and colours, as far as believed. */
function writeFits(moments: Float64Array, settings: LocalChangeOptions, into: Float64Array): void {
  const { epsilon, tolerance, believed } = settings
  const windows = moments.length / momentCount
  for (let window = 0; window < windows; window++) {
    const from = window * momentCount
    const to = window * weightedCount
    const r = moments[from] ?? 0
    const g = moments[from + 1] ?? 0
    const b = moments[from + 2] ?? 0
    const rr = (moments[from + colourProducts] ?? 0) - r * r + epsilon
    const rg = (moments[from + colourProducts + 1] ?? 0) - r * g
    const rb = (moments[from + colourProducts + 2] ?? 0) - r * b
    const gg = (moments[from + colourProducts + 3] ?? 0) - g * g + epsilon
    const gb = (moments[from + colourProducts + 4] ?? 0) - g * b
    const bb = (moments[from + colourProducts + 5] ?? 0) - b * b + epsilon
    // The adjugate, which of a symmetric matrix is symmetric too.
    const arr = gg * bb - gb * gb
    const arg = gb * rb - rg * bb
    const arb = rg * gb - gg * rb
    const agg = rr * bb - rb * rb
    const agb = rb * rg - rr * gb
    const abb = rr * gg - rg * rg
    const determinant = rr * arr + rg * arg + rb * arb
    let variance = 0
    let explained = 0
    for (let channel = 0; channel < 3; channel++) {
      const change = moments[from + changes + channel] ?? 0
      const cross = from + crossProducts + 3 * channel
      const cr = (moments[cross] ?? 0) - change * r
      const cg = (moments[cross + 1] ?? 0) - change * g
      const cb = (moments[cross + 2] ?? 0) - change * b
      const fr = (arr * cr + arg * cg + arb * cb) / determinant
      const fg = (arg * cr + agg * cg + agb * cb) / determinant
      const fb = (arb * cr + agb * cg + abb * cb) / determinant
      into[to + 4 * channel] = fr
      into[to + 4 * channel + 1] = fg
      into[to + 4 * channel + 2] = fb
      variance += (moments[from + changeSquares + channel] ?? 0) - change * change
      explained += fr * cr + fg * cg + fb * cb
    }
    const belief = smoothStep(explained / Math.max(variance, Number.MIN_VALUE), believed)
    // With slopes shortened by a factor s, a fit explains s · (2 − s) of what it did.
    const leftOver = Math.max(0, variance - belief * (2 - belief) * explained) + tolerance
    const weight = 1 / (leftOver * leftOver)
    for (let channel = 0; channel < 3; channel++) {
      const at = to + 4 * channel
      const fr = belief * (into[at] ?? 0)
      const fg = belief * (into[at + 1] ?? 0)
      const fb = belief * (into[at + 2] ?? 0)
      const change = moments[from + changes + channel] ?? 0
      into[at] = weight * fr
      into[at + 1] = weight * fg
      into[at + 2] = weight * fb
      into[at + 3] = weight * (change - fr * r - fg * g - fb * b)
    }
    into[to + coefficientCount] = weight
  }
}

/** 0 up to the first place, 1 from the second, smooth between them. */
function smoothStep(value: number, [from, to]: readonly [number, number]): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return share * share * (3 - 2 * share)
}

function writeCoefficients(fits: Float64Array, into: Float32Array, start: number): void {
  const pixels = fits.length / weightedCount
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * weightedCount
    const to = start + pixel * coefficientCount
    const weight = fits[from + coefficientCount] ?? 1
    for (let i = 0; i < coefficientCount; i++) into[to + i] = (fits[from + i] ?? 0) / weight
  }
}
