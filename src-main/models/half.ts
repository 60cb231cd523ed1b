/** IEEE 754 half precision: single to half, rounded to nearest with ties to even, and half to single, exactly. */

/** The largest finite half. */
export const halfMax = 65504

/** Half-precision bits of each value. What is too large becomes infinity; NaN stays NaN. */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < halves.length; i++) halves[i] = halfBits(bits[i] ?? 0)
  return halves
}

/** The values of half-precision bits. */
export function fromHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < bits.length; i++) bits[i] = singleBits(halves[i] ?? 0)
  return new Float32Array(bits.buffer)
}

/** True if every value, once rounded to half precision, is finite. */
export function fitsHalf(values: Float32Array): boolean {
  // Values up to 65520 round down to the largest half; 65520 itself is a tie and goes up, to infinity.
  return values.every((value) => Math.abs(value) < 65520)
}

function halfBits(single: number): number {
  const sign = (single >>> 16) & 0x8000
  const magnitude = single & 0x7fff_ffff
  // NaN keeps the top of its payload and is made quiet, so that it cannot turn into infinity.
  if (magnitude > 0x7f80_0000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff)
  if (magnitude >= 0x477f_f000) return sign | 0x7c00
  if (magnitude >= 0x3880_0000) {
    const exponentMoved = magnitude - 0x3800_0000
    return sign | ((exponentMoved + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  }
  if (magnitude <= 0x3300_0000) return sign
  // A subnormal half counts in units of 2^-24; the single is significand · 2^(exponent - 150).
  const significand = (magnitude & 0x7f_ffff) | 0x80_0000
  const shift = 126 - (magnitude >>> 23)
  const whole = significand >>> shift
  const rest = significand & ((1 << shift) - 1)
  const tie = 1 << (shift - 1)
  const up = rest > tie || (rest === tie && (whole & 1) === 1)
  return sign | (up ? whole + 1 : whole)
}

function singleBits(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return sign | 0x7f80_0000 | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  // Subnormal: move the leading one to where a single keeps it unwritten.
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}
