/**
 * How a picture feels up close and from further away, at four scales, each half the size of the one before: local
 * binary patterns (Ojala, Pietikäinen and Mäenpää, 2002: the rotation-invariant uniform ones of eight neighbours), which
 * tell edges, corners, spots and noise apart whatever the contrast; and the contrast itself, as the size of the
 * Laplacian.
 */
import { addSoftly, addTo, joined, rootsOfShares } from './histogram.ts'
import type { LabPicture } from './lab.ts'

const scales = 4
/** 0 to 8 lighter neighbours in one arc, and all patterns of several arcs. */
const patterns = 10
const neighbours = 8
/** Centres at ¼, ½, 1, … 32 levels of L. */
const contrasts = 8
const firstContrast = -2

interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float64Array
}

/** A vector of length 1 with 4 × (10 + 8) entries; of a picture too small for a scale that part is even. */
export function textureFeatures({ width, height, lightness }: LabPicture): Float64Array {
  const parts: Float64Array[] = []
  let plane: Plane = { width, height, values: lightness }
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) plane = halved(plane)
    const pattern = new Float64Array(patterns)
    const contrast = new Float64Array(contrasts)
    count(plane, pattern, contrast)
    parts.push(rootsOfShares(pattern), rootsOfShares(contrast))
  }
  return joined(parts)
}

function count({ width, height, values }: Plane, pattern: Float64Array, contrast: Float64Array): void {
  // Around the pixel, clockwise from the upper left.
  const around = [-width - 1, -width, -width + 1, 1, width + 1, width, width - 1, -1]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      const centre = values[at] ?? 0
      let lighter = 0
      let changes = 0
      let before = (values[at - 1] ?? 0) >= centre
      for (let i = 0; i < neighbours; i++) {
        const now = (values[at + (around[i] ?? 0)] ?? 0) >= centre
        if (now) lighter++
        if (now !== before) changes++
        before = now
      }
      addTo(pattern, changes <= 2 ? lighter : patterns - 1, 1)
      const besides =
        (values[at - width] ?? 0) + (values[at + width] ?? 0) + (values[at - 1] ?? 0) + (values[at + 1] ?? 0)
      const size = Math.log2(Math.abs(centre - besides / 4)) - firstContrast
      addSoftly(contrast, 0, contrasts, size, 1)
    }
}

/** The mean of each 2 × 2 pixels; an odd last row or column is left out. */
function halved({ width, height, values }: Plane): Plane {
  const [columns, rows] = [Math.floor(width / 2), Math.floor(height / 2)]
  const result = new Float64Array(columns * rows)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const at = 2 * y * width + 2 * x
      const sum =
        (values[at] ?? 0) + (values[at + 1] ?? 0) + (values[at + width] ?? 0) + (values[at + width + 1] ?? 0)
      result[y * columns + x] = sum / 4
    }
  return { width: columns, height: rows, values: result }
}
