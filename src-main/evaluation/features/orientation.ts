/**
 * Which way edges run, and where in the picture: histograms of gradient orientations after Dalal and Triggs, "Histograms
 * of oriented gradients for human detection" (2005), without their block normalisation, over the picture's ninths.
 */
import { addSoftly, rootsOfShares } from './histogram.ts'
import type { LabPicture } from './lab.ts'

/** Of 20 degrees each; an edge from dark to light and one from light to dark are the same. */
const directions = 9
const cellsEachWay = 3

/** A vector of length 1 with 81 entries. */
export function orientationFeatures({ width, height, lightness }: LabPicture): Float64Array {
  const bins = new Float64Array(cellsEachWay * cellsEachWay * directions)
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x
      const across = (lightness[at + 1] ?? 0) - (lightness[at - 1] ?? 0)
      const down = (lightness[at + width] ?? 0) - (lightness[at - width] ?? 0)
      const strength = Math.hypot(across, down)
      if (strength === 0) continue
      const angle = Math.atan2(down, across)
      const turned = angle < 0 ? angle + Math.PI : angle
      const column = Math.floor((x * cellsEachWay) / width)
      const row = Math.floor((y * cellsEachWay) / height)
      const cell = (row * cellsEachWay + column) * directions
      addSoftly(bins, cell, directions, (turned / Math.PI) * directions, strength, true)
    }
  return rootsOfShares(bins)
}
