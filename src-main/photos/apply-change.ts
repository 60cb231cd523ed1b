/**
 * Carries the change that a style made at its working size to a photo of any size: the second half of a fast guided
 * filter (He and Sun 2015, arXiv 1505.00996), whose first half is `engine/translate/local-change.ts`. The change is an
 * affine function of the photo's own colours, so that every edge stays where and as sharp as the photo has it.
 */
import type { LocalChange, Pixels } from '../engine/protocol.ts'
import type { Photo } from './colour-space.ts'
import { eachRows } from './each-rows.ts'
import { fromExtended, toExtended } from './wide-rows.ts'

const coefficientCount = 12

export interface ApplyOptions {
  /** 0…1: how much of the change is made. */
  readonly strength: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Changes a photo in place; other work of this process goes on in between. A photo in a space of its own is changed in
 * extended sRGB and taken back, so that colours outside sRGB stay there. Throws `cancelled`.
 */
export async function applyChange(
  photo: Photo,
  change: LocalChange,
  { strength, signal }: ApplyOptions,
): Promise<void> {
  if (!(strength > 0)) return
  const { width, height, channels, space } = photo
  const shaper = space?.shaper
  if (!shaper) {
    await eachRows(photo, signal, (data, first) =>
      applyChangeToRows({ width, height, channels, first, data }, change, strength),
    )
    return
  }
  const depth = photo.data instanceof Uint16Array ? 16 : 8
  const [widen, narrow] = [toExtended(shaper, depth), fromExtended(shaper, depth)]
  const wide = new Float32Array(width * 3)
  const starts = columnStarts(change.width, width)
  const coefficients = new Float64Array(change.width * coefficientCount)
  const share = Math.min(1, strength)
  await eachRows(photo, signal, (data, first) => {
    for (let at = 0, row = first; at < data.length; at += width * channels, row++) {
      const samples = data.subarray(at, at + width * channels)
      widen(samples, channels, wide)
      mixRows(change, ((row + 0.5) * change.height) / height - 0.5, share, 1, coefficients)
      applyToRow(wide, 0, 3, extended, coefficients, starts)
      narrow(wide, samples, channels)
    }
  })
}

/** What a changed value is clipped to, and what is added to have it rounded where the array cuts fractions off. */
interface Range {
  readonly low: number
  readonly high: number
  readonly half: number
}
const eightBits: Range = { low: 0, high: 255, half: 0.5 }
const sixteenBits: Range = { low: 0, high: 65535, half: 0.5 }
const extended: Range = { low: -Infinity, high: Infinity, half: 0 }

/** Some rows of a photo: `data` begins with the row `first` and ends with the last of them. */
export interface Rows extends Pick<Pixels, 'width' | 'channels' | 'data'> {
  readonly first: number
  /** Of the whole photo. */
  readonly height: number
}

/**
 * Changes rows in place: sample + strength · change, rounded and clamped; alpha stays. Computed in double precision,
 * so that 16 bits have no steps that they had not before. Any division into rows gives the same picture.
 */
export function applyChangeToRows(rows: Rows, change: LocalChange, strength: number): void {
  const { width, channels, data, first, height } = rows
  const range = data instanceof Uint16Array ? sixteenBits : eightBits
  const count = data.length / (width * channels)
  const share = Math.min(1, Math.max(0, strength))
  const starts = columnStarts(change.width, width)
  const coefficients = new Float64Array(change.width * coefficientCount)
  for (let row = 0; row < count; row++) {
    mixRows(change, ((first + row + 0.5) * change.height) / height - 0.5, share, range.high, coefficients)
    applyToRow(data, row * width * channels, channels, range, coefficients, starts)
  }
}

/** Of each column of the change, the first photo's column at or right of it; at the end, the photo's width. */
function columnStarts(columns: number, width: number): Int32Array {
  const starts = Int32Array.from({ length: columns + 1 }, (_, column) =>
    Math.min(width, Math.max(0, Math.ceil(((column + 0.5) * width) / columns - 0.5))),
  )
  starts[columns] = width
  return starts
}

/** The coefficients of the change at a height between two of its rows, made to give the whole new value. */
function mixRows(
  { width, height, coefficients }: LocalChange,
  at: number,
  strength: number,
  full: number,
  into: Float64Array,
): void {
  const place = Math.min(height - 1, Math.max(0, at))
  const upper = Math.floor(place)
  const share = place - upper
  const size = width * coefficientCount
  const above = upper * size
  const below = Math.min(height - 1, upper + 1) * size
  for (let i = 0; i < size; i++) {
    const a = coefficients[above + i] ?? 0
    into[i] = strength * (a + share * ((coefficients[below + i] ?? 0) - a))
  }
  for (let i = 0; i < size; i += coefficientCount) {
    into[i] = (into[i] ?? 0) + 1
    into[i + 5] = (into[i + 5] ?? 0) + 1
    into[i + 10] = (into[i + 10] ?? 0) + 1
    into[i + 3] = (into[i + 3] ?? 0) * full
    into[i + 7] = (into[i + 7] ?? 0) * full
    into[i + 11] = (into[i + 11] ?? 0) * full
  }
}

/** Between two columns of the change its coefficients grow by the same step from pixel to pixel. */
function applyToRow(
  data: Pixels['data'] | Float32Array,
  start: number,
  channels: number,
  { low, high, half }: Range,
  m: Float64Array,
  starts: Int32Array,
): void {
  const columns = starts.length - 1
  const width = starts[columns] ?? 0
  for (let column = -1; column < columns; column++) {
    const begin = column < 0 ? 0 : (starts[column] ?? 0)
    const end = starts[column + 1] ?? 0
    if (begin >= end) continue
    const left = Math.max(0, column) * coefficientCount
    const right = Math.min(columns - 1, column + 1) * coefficientCount
    const perPixel = columns / width
    const share = right === left ? 0 : (begin + 0.5) * perPixel - 0.5 - column
    const rr = m[left] ?? 0
    const rg = m[left + 1] ?? 0
    const rb = m[left + 2] ?? 0
    const rc = m[left + 3] ?? 0
    const gr = m[left + 4] ?? 0
    const gg = m[left + 5] ?? 0
    const gb = m[left + 6] ?? 0
    const gc = m[left + 7] ?? 0
    const br = m[left + 8] ?? 0
    const bg = m[left + 9] ?? 0
    const bb = m[left + 10] ?? 0
    const bc = m[left + 11] ?? 0
    const rrStep = (m[right] ?? 0) - rr
    const rgStep = (m[right + 1] ?? 0) - rg
    const rbStep = (m[right + 2] ?? 0) - rb
    const rcStep = (m[right + 3] ?? 0) - rc
    const grStep = (m[right + 4] ?? 0) - gr
    const ggStep = (m[right + 5] ?? 0) - gg
    const gbStep = (m[right + 6] ?? 0) - gb
    const gcStep = (m[right + 7] ?? 0) - gc
    const brStep = (m[right + 8] ?? 0) - br
    const bgStep = (m[right + 9] ?? 0) - bg
    const bbStep = (m[right + 10] ?? 0) - bb
    const bcStep = (m[right + 11] ?? 0) - bc
    for (let x = begin; x < end; x++) {
      const t = share + (x - begin) * perPixel
      const at = start + x * channels
      const r = data[at] ?? 0
      const g = data[at + 1] ?? 0
      const b = data[at + 2] ?? 0
      const red = (rr + t * rrStep) * r + (rg + t * rgStep) * g + (rb + t * rbStep) * b + rc + t * rcStep
      const green = (gr + t * grStep) * r + (gg + t * ggStep) * g + (gb + t * gbStep) * b + gc + t * gcStep
      const blue = (br + t * brStep) * r + (bg + t * bgStep) * g + (bb + t * bbStep) * b + bc + t * bcStep
      data[at] = red < low ? low : red > high ? high : red + half
      data[at + 1] = green < low ? low : green > high ? high : green + half
      data[at + 2] = blue < low ? low : blue > high ? high : blue + half
    }
  }
}
