/**
 * What the set distance knows of a picture: colours, orientations of edges, textures, each a vector of length 1. The
 * features are fixed formulas: nothing is learned, so nothing has to be fetched, and a number of today can be compared
 * with one of next year. They know nothing of what a picture shows.
 */
import type { Pixels } from '../../engine/protocol.ts'
import { colourFeatures } from './colour.ts'
import { labOf, type RgbPicture } from './lab.ts'
import { orientationFeatures } from './orientation.ts'
import { toArea } from './scale.ts'
import { textureFeatures } from './texture.ts'

export const featureGroups = ['colour', 'orientation', 'texture'] as const
export type FeatureGroup = (typeof featureGroups)[number]

/** Of each group a vector of length 1. */
export type Features = Readonly<Record<FeatureGroup, Float64Array>>

/** What values can be compared with: changes whenever a formula does. */
export const featuresVersion = 1

/** All pictures are brought to the area of a square of this side, so that size alone makes no difference. */
export const featureSide = 256

export function featuresOf(picture: RgbPicture): Features {
  const lab = labOf(picture)
  return {
    colour: colourFeatures(lab),
    orientation: orientationFeatures(lab),
    texture: textureFeatures(lab),
  }
}

/** Of a picture of any size and depth; what is transparent counts as white, as in a JPEG. */
export async function featuresOfPixels(pixels: Pixels): Promise<Features> {
  return featuresOf(await toArea(pixels, featureSide))
}
