/**
 * Histograms as the set distance compares them: softly binned, so that a value on a border counts for both sides, and
 * as square roots of shares, so that the scalar product of two is their Bhattacharyya coefficient: 1 for the same, 0
 * where nothing is in common.
 */

/**
 * Adds `weight` to the two bins whose centres lie beside `position`, each the more the nearer. `position` is in bins: 0
 * is the first centre; what lies beyond the first or last counts for that. `circular`: behind the last comes the first.
 */
export function addSoftly(
  bins: Float64Array,
  from: number,
  count: number,
  position: number,
  weight: number,
  circular = false,
): void {
  const clamped = circular ? position : Math.min(count - 1, Math.max(0, position))
  const left = Math.floor(clamped)
  const share = clamped - left
  const place = (bin: number): number => from + (circular ? (bin + count) % count : Math.min(bin, count - 1))
  addTo(bins, place(left), weight * (1 - share))
  addTo(bins, place(left + 1), weight * share)
}

export function addTo(bins: Float64Array, at: number, weight: number): void {
  bins[at] = (bins[at] ?? 0) + weight
}

/** √(share) of each bin: a vector of length 1. Nothing counted: every bin alike, as nothing is known. */
export function rootsOfShares(bins: Float64Array): Float64Array {
  const sum = bins.reduce((total, value) => total + value, 0)
  return sum === 0 ? bins.map(() => Math.sqrt(1 / bins.length)) : bins.map((value) => Math.sqrt(value / sum))
}

/** Several vectors of length 1 as one, each with the same say; its length is 1, too. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const scale = Math.sqrt(1 / parts.length)
  const result = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(
      part.map((value) => value * scale),
      at,
    )
    at += part.length
  }
  return result
}
