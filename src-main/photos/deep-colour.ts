/**
 * Profiles of 16-bit pictures to sRGB, by the profiles' own formulas. libvips leaves 16-bit grey ones alone, and for
 * RGB its colour engine replaces the formulas by a coarse table, which near the edge of sRGB is wrong by up to 20 of
 * 255 steps; with 8 bits it is exact.
 */
import { multiply, srgbEncode, xyzToSrgb } from './colour-maths.ts'
import { isSrgbProfile, profileSpace, readGreyProfile, readMatrixProfile } from './icc.ts'
import type { Curve, GreyProfile, MatrixProfile } from './icc.ts'

/** Changes 16-bit samples in place, `channels` a pixel; alpha is left alone. */
export type Conversion = (samples: Uint16Array, channels: 3 | 4) => void

const top = 65535
/** Light in so many steps: the darkest ones, where sRGB is steepest, are 3 of its 65535 apart. */
const lightSteps = 2 ** 18

/** What leads from a profile to sRGB; undefined where the profile is sRGB's, is no profile, or is made of tables. */
export async function conversionToSrgb(
  icc: Uint8Array | undefined,
  isGrey: boolean,
): Promise<Conversion | undefined> {
  if (icc === undefined || profileSpace(icc) !== (isGrey ? 'grey' : 'rgb')) return undefined
  if (await isSrgbProfile(icc)) return undefined
  if (isGrey) return convertGrey(readGreyProfile(icc))
  return convertRgb(readMatrixProfile(icc))
}

function convertGrey(profile: GreyProfile | undefined): Conversion | undefined {
  if (profile === undefined) return undefined
  const { curve, isLab } = profile
  const shown = Uint16Array.from(tabulate(curve), (value) =>
    Math.round(top * srgbEncode(isLab ? yOf(value) : value)),
  )
  return (samples, channels) => {
    for (let at = 0; at < samples.length; at += channels) {
      samples.fill(shown[samples[at] ?? 0] ?? 0, at, at + 3)
    }
  }
}

function convertRgb(profile: MatrixProfile | undefined): Conversion | undefined {
  if (profile === undefined) return undefined
  const [red, green, blue] = profile.curves.map(tabulate)
  if (red === undefined || green === undefined || blue === undefined) return undefined
  const [toRed, toGreen, toBlue] = multiply(xyzToSrgb, profile.toXyz)
  const shown = encodingTable()
  return (samples, channels) => {
    for (let at = 0; at < samples.length; at += channels) {
      const r = red[samples[at] ?? 0] ?? 0
      const g = green[samples[at + 1] ?? 0] ?? 0
      const b = blue[samples[at + 2] ?? 0] ?? 0
      samples[at] = shown[stepOf(toRed[0] * r + toRed[1] * g + toRed[2] * b)] ?? 0
      samples[at + 1] = shown[stepOf(toGreen[0] * r + toGreen[1] * g + toGreen[2] * b)] ?? 0
      samples[at + 2] = shown[stepOf(toBlue[0] * r + toBlue[1] * g + toBlue[2] * b)] ?? 0
    }
  }
}

const clip = (value: number): number => Math.min(1, Math.max(0, value))
const stepOf = (light: number): number => Math.round(clip(light) * lightSteps)

function tabulate(curve: Curve): Float64Array {
  return Float64Array.from({ length: top + 1 }, (_, sample) => clip(curve(sample / top)))
}

function encodingTable(): Uint16Array {
  return Uint16Array.from({ length: lightSteps + 1 }, (_, step) =>
    Math.round(top * srgbEncode(step / lightSteps)),
  )
}

/** CIE 1976: from L* (here 0…1) to Y. */
function yOf(lightness: number): number {
  const root = (lightness * 100 + 16) / 116
  return root > 6 / 29 ? root ** 3 : (root - 16 / 116) * 3 * (6 / 29) ** 2
}
