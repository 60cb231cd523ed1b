/** The colours of the cycle's difference map: the engine paints with them, the window explains them. */

/** The mean absolute difference over the channels, in units of the full range, that is drawn brightest. */
export const differenceFullScale = 0.25

/** RGB at equal steps from no difference to the full scale; the lightness (CIE L*) rises by 10 to 14 a step. */
export const differenceColours = [
  [0, 0, 0],
  [30, 17, 74],
  [82, 24, 118],
  [140, 33, 118],
  [197, 50, 90],
  [233, 90, 48],
  [246, 144, 22],
  [250, 199, 60],
  [253, 246, 180],
] as const
