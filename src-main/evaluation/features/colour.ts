/** Which colours a picture has, wherever they are: how light, and how far from grey in which direction. */
import { addSoftly, joined, rootsOfShares } from './histogram.ts'
import type { LabPicture } from './lab.ts'

const lightnessBins = 16
/** Centres of a and b at −48, −36, …, 48: grey has a bin of its own. */
const chromaBins = 9
const chromaStep = 12

/** A vector of length 1 with 16 + 81 entries: a histogram of L, and one of a and b together. */
export function colourFeatures({ lightness, a, b }: LabPicture): Float64Array {
  const light = new Float64Array(lightnessBins)
  for (const value of lightness) {
    addSoftly(light, 0, lightnessBins, (value * lightnessBins) / 100 - 0.5, 1)
  }
  const chroma = new Float64Array(chromaBins * chromaBins)
  for (let i = 0; i < a.length; i++) {
    const row = placeOf(a[i] ?? 0)
    const top = Math.floor(row)
    const share = row - top
    addSoftly(chroma, top * chromaBins, chromaBins, placeOf(b[i] ?? 0), 1 - share)
    if (share > 0) addSoftly(chroma, (top + 1) * chromaBins, chromaBins, placeOf(b[i] ?? 0), share)
  }
  return joined([rootsOfShares(light), rootsOfShares(chroma)])
}

/** In bins, 0 the first centre. */
function placeOf(chroma: number): number {
  return Math.min(chromaBins - 1, Math.max(0, chroma / chromaStep + (chromaBins - 1) / 2))
}
