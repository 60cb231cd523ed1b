/** What is remembered of a picture to find it again: its exact pixels' digest, its perceptual hash, a tiny copy. */
import { createHash } from 'node:crypto'
import { hammingDistance, perceptualHash, type PerceptualHash } from './perceptual-hash.ts'
import { cellsEachWay, lumaOf } from './reduce.ts'
import type { Picture } from './scaling.ts'

export interface Look {
  /** Equal for pictures of equal pixels (as scaled). */
  readonly digest: string
  readonly hash: PerceptualHash
  /** 16 × 16 RGB (HWC), 0…255. */
  readonly tiny: Float32Array
}

/**
 * The limits within which two pictures are nearly the same, set by measuring. 60 pictures of summer2winter and painters
 * changed as copies are (JPEG of quality 20, half and twice the size, 15 % darker, 20 levels brighter, more contrast
 * or saturation by a quarter, blurred) differ in at most 4 bits, correlate from 0.959, have means within 24 levels;
 * with 2 % cut off on every side nine in ten differ in at most 8 bits. Of the 7.2 million pairs among all 3,793 pictures
 * 142 have equal hashes, all of them equal pictures, and 28 differ in 2 to 10 bits: within the other two limits lie
 * scans and cuts of one picture, beyond them a painter's second version and different pictures. From 12 bits on nearly all
 * are different.
 */
export const nearBits = 10
const nearCorrelation = 0.95
const nearMeans = 32
/** Pictures of one colour have noise for a hash and for a correlation: so close in every cell, on average, they match. */
const flatDifference = 3

const tinySide = cellsEachWay / 2

/** `cells`: the picture as `reduce` gives it. */
export function lookOf(picture: Picture, cells: Float64Array): Look {
  const { width, height, data } = picture
  const digest = createHash('sha256').update(`${width} ${height} `).update(data).digest('hex')
  return { digest, hash: perceptualHash(lumaOf(cells)), tiny: halved(cells) }
}

/** Whether nobody would want both: the same picture scaled, compressed again, a little brighter or cut by a trace. */
export function isNearlySame(a: Look, b: Look): boolean {
  if (a.digest === b.digest) return true
  if (hammingDistance(a.hash, b.hash) > nearBits) return false
  const [meansA, meansB] = [channelMeans(a.tiny), channelMeans(b.tiny)]
  if (meansA.some((mean, channel) => Math.abs(mean - (meansB[channel] ?? 0)) > nearMeans)) return false
  let [ab, aa, bb, difference] = [0, 0, 0, 0]
  a.tiny.forEach((valueA, index) => {
    const valueB = b.tiny[index] ?? 0
    const x = valueA - (meansA[index % 3] ?? 0)
    const y = valueB - (meansB[index % 3] ?? 0)
    ab += x * y
    aa += x * x
    bb += y * y
    difference += Math.abs(valueA - valueB)
  })
  return difference / a.tiny.length <= flatDifference || ab >= nearCorrelation * Math.sqrt(aa * bb)
}

function channelMeans(tiny: Float32Array): readonly number[] {
  return [0, 1, 2].map((channel) => {
    let sum = 0
    for (let i = channel; i < tiny.length; i += 3) sum += tiny[i] ?? 0
    return sum / (tiny.length / 3)
  })
}

function halved(cells: Float64Array): Float32Array {
  const tiny = new Float32Array(tinySide * tinySide * 3)
  for (let y = 0; y < cellsEachWay; y++)
    for (let x = 0; x < cellsEachWay; x++)
      for (let channel = 0; channel < 3; channel++) {
        const to = ((y >> 1) * tinySide + (x >> 1)) * 3 + channel
        tiny[to] = (tiny[to] ?? 0) + (cells[(y * cellsEachWay + x) * 3 + channel] ?? 0) / 4
      }
  return tiny
}
