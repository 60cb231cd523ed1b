/**
 * The DCT-based perceptual hash ("pHash"; C. Zauner, Implementation and Benchmarking of Perceptual Image Hash
 * Functions, 2010, section 3.2.1): 64 bits that stay nearly the same when a picture is scaled, compressed again or made
 * a little brighter, and of which about half differ between two pictures that have nothing to do with each other.
 */

import { cellsEachWay } from './reduce.ts'

/** 64 bits as two unsigned halves: bit counts of small integers are quick, those of a bigint are not. */
export interface PerceptualHash {
  readonly high: number
  readonly low: number
}

/** The picture is reduced to this side before the transform. */
const hashedSide = cellsEachWay
/** So many frequencies each way are kept, from the first above the constant one. */
const kept = 8

/** `cosines[k][n]`: basis k + 1 of the DCT-II over 32 samples. */
const cosines = Array.from({ length: kept }, (_, k) =>
  Float64Array.from({ length: hashedSide }, (_, n) =>
    Math.cos((Math.PI * (2 * n + 1) * (k + 1)) / (2 * hashedSide)),
  ),
)

/** `luma`: 32 × 32 samples in rows; their scale does not matter. */
export function perceptualHash(luma: Float64Array): PerceptualHash {
  const coefficients = lowFrequencies(luma)
  const sorted = Float64Array.from(coefficients).sort()
  const median = ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2
  let [high, low] = [0, 0]
  coefficients.forEach((value, index) => {
    const bit = value > median ? 1 : 0
    if (index < 32) high = (high << 1) | bit
    else low = (low << 1) | bit
  })
  return { high: high >>> 0, low: low >>> 0 }
}

/** How many of the 64 bits differ. */
export function hammingDistance(a: PerceptualHash, b: PerceptualHash): number {
  return bitCount(a.high ^ b.high) + bitCount(a.low ^ b.low)
}

/** H. S. Warren, Hacker's Delight, figure 5-2. */
export function bitCount(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x5555_5555)
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/** The 8 × 8 coefficients of the separable DCT-II with frequencies 1 to 8 each way. */
function lowFrequencies(luma: Float64Array): Float64Array {
  const rows = new Float64Array(hashedSide * kept)
  for (let y = 0; y < hashedSide; y++)
    cosines.forEach((cosine, k) => {
      let sum = 0
      for (let x = 0; x < hashedSide; x++) sum += (luma[y * hashedSide + x] ?? 0) * (cosine[x] ?? 0)
      rows[y * kept + k] = sum
    })
  const result = new Float64Array(kept * kept)
  cosines.forEach((cosine, v) => {
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let y = 0; y < hashedSide; y++) sum += (rows[y * kept + u] ?? 0) * (cosine[y] ?? 0)
      result[v * kept + u] = sum
    }
  })
  return result
}
