/** Colours by arithmetic: three by three matrices, sRGB's curve beyond its own range, the way to XYZ and back. */

/** Three rows of three. */
export type Matrix = readonly [Row, Row, Row]
export type Row = readonly [number, number, number]

/** Bradford-adapted to D50, from brucelindbloom.com. */
export const xyzToSrgb: Matrix = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
]

export function multiply(left: Matrix, right: Matrix): Matrix {
  const [x, y, z] = right
  const rowOf = ([a, b, c]: Row): Row => [
    a * x[0] + b * y[0] + c * z[0],
    a * x[1] + b * y[1] + c * z[1],
    a * x[2] + b * y[2] + c * z[2],
  ]
  return [rowOf(left[0]), rowOf(left[1]), rowOf(left[2])]
}

/** By the adjugate; undefined where the rows hardly span the space, so that the way back would blow up noise. */
export function invert([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix | undefined {
  const [first, second, third] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const determinant = a * first + b * second + c * third
  if (!(Math.abs(determinant) > 1e-4)) return undefined
  const per = 1 / determinant
  return [
    [first * per, (c * h - b * i) * per, (b * f - c * e) * per],
    [second * per, (a * i - c * g) * per, (c * d - a * f) * per],
    [third * per, (b * g - a * h) * per, (a * e - b * d) * per],
  ]
}

/**
 * IEC 61966-2-1, from light to what is stored; below 0 the same mirrored, and beyond 1 the same formula goes on, as in
 * extended sRGB (scRGB): so colours outside sRGB have numbers, too.
 */
export function srgbEncode(light: number): number {
  if (light < 0) return -srgbEncode(-light)
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
}

/** From what is stored to light: the inverse of `srgbEncode`. */
export function srgbDecode(value: number): number {
  if (value < 0) return -srgbDecode(-value)
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
