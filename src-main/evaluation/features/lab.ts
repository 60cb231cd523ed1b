/** sRGB pictures in CIE L*a*b* (D65), where distances are nearly those that the eye sees. */
import { srgbDecode } from '../../photos/colour-maths.ts'

/** RGB rows (HWC), 8 bits. */
export interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Three planes of `width · height`: L 0…100, a and b about −100…100. */
export interface LabPicture {
  readonly width: number
  readonly height: number
  readonly lightness: Float64Array
  readonly a: Float64Array
  readonly b: Float64Array
}

const light = Float64Array.from({ length: 256 }, (_, value) => srgbDecode(value / 255))
/** IEC 61966-2-1: from linear sRGB to XYZ, each row divided by the white of D65, so that white is 1, 1, 1. */
const toXyz = [
  [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
  [0.2126, 0.7152, 0.0722],
  [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
] as const

export function labOf({ width, height, data }: RgbPicture): LabPicture {
  const pixels = width * height
  const [lightness, a, b] = [new Float64Array(pixels), new Float64Array(pixels), new Float64Array(pixels)]
  for (let i = 0; i < pixels; i++) {
    const red = light[data[3 * i] ?? 0] ?? 0
    const green = light[data[3 * i + 1] ?? 0] ?? 0
    const blue = light[data[3 * i + 2] ?? 0] ?? 0
    const x = response(toXyz[0][0] * red + toXyz[0][1] * green + toXyz[0][2] * blue)
    const y = response(toXyz[1][0] * red + toXyz[1][1] * green + toXyz[1][2] * blue)
    const z = response(toXyz[2][0] * red + toXyz[2][1] * green + toXyz[2][2] * blue)
    lightness[i] = 116 * y - 16
    a[i] = 500 * (x - y)
    b[i] = 200 * (y - z)
  }
  return { width, height, lightness, a, b }
}

/** CIE 15:2004: a cube root, and a line where light is too faint for it. */
function response(value: number): number {
  return value > (6 / 29) ** 3 ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29
}
