/** Display P3, with a profile that bears its name. */
import type { Matrix } from './colour-maths.ts'
import { parametric, writeMatrixProfile } from './matrix-profile.ts'

/**
 * To XYZ (D50): the primaries of SMPTE EG 432-1 (0.680, 0.320; 0.265, 0.690; 0.150, 0.060) for the white D65
 * (0.3127, 0.3290), adapted by Bradford's matrix.
 */
export const displayP3ToXyz: Matrix = [
  [0.515121, 0.291977, 0.157104],
  [0.241196, 0.692245, 0.066574],
  [-0.001054, 0.041885, 0.784073],
]

/** sRGB's curve as a parametric one of type 3 (ICC.1:2022, 10.18): gamma, a, b, c, d. */
const curve = parametric(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])

export const displayP3Profile = (): Uint8Array => writeMatrixProfile('Display P3', displayP3ToXyz, curve)
