/**
 * The colour spaces that a photo can be written in, other than sRGB. While a photo is changed its colours are numbers of
 * extended sRGB, which may lie below 0 and above 1; a space knows the way there and back, so that nothing is lost that
 * it can hold.
 */
import type { Pixels } from '../engine/protocol.ts'
import { invert, multiply, srgbDecode, srgbEncode, xyzToSrgb } from './colour-maths.ts'
import type { Matrix } from './colour-maths.ts'
import { displayP3Profile, displayP3ToXyz } from './display-p3.ts'
import { isSrgbProfile, profileSpace, readMatrixProfile } from './icc.ts'
import type { Curve } from './icc.ts'

/** `keep`: the photo's own profile, where it is one of curves and primaries; sRGB otherwise. */
export type OutputColour = 'keep' | 'srgb' | 'display-p3'

/** A picture in sRGB, or in the space that it names. */
export interface Photo extends Pixels {
  readonly space?: ColourSpace
}

export interface ColourSpace {
  readonly kind: 'own' | 'display-p3'
  /** The profile to embed. */
  readonly icc: Uint8Array
  /** Null where samples differ from sRGB's by less than is seen: as from the profiles that cameras call sRGB. */
  readonly shaper: Shaper | null
}

/** From samples to light (0…1, rising) by a curve each, and from light to that of sRGB by a matrix; and back. */
export interface Shaper {
  readonly curves: readonly [Curve, Curve, Curve]
  readonly toSrgb: Matrix
  readonly fromSrgb: Matrix
}

/** In samples of 255; primaries are rounded differently from profile to profile. */
const sameAsSrgb = 1.5
const curvePoints = 256

let p3: ColourSpace | undefined

/** Display P3: the primaries of DCI-P3, D65 white, sRGB's curve. */
export function displayP3(): ColourSpace {
  p3 ??= makeDisplayP3()
  return p3
}

function makeDisplayP3(): ColourSpace {
  const shaper = shaperOf([srgbDecode, srgbDecode, srgbDecode], displayP3ToXyz)
  if (shaper === undefined) throw new Error('Display P3 has no inverse')
  return { kind: 'display-p3', icc: displayP3Profile(), shaper }
}

/** The photo's own space; undefined where it has no profile, the one of sRGB, or one that cannot be turned round. */
export async function ownSpace(icc: Uint8Array | undefined): Promise<ColourSpace | undefined> {
  if (icc === undefined || profileSpace(icc) !== 'rgb' || (await isSrgbProfile(icc))) return undefined
  const profile = readMatrixProfile(icc)
  const shaper = profile && shaperOf(profile.curves, profile.toXyz)
  return shaper && { kind: 'own', icc, shaper: isSrgb(shaper) ? null : shaper }
}

function shaperOf(curves: Shaper['curves'], toXyz: Matrix): Shaper | undefined {
  const toSrgb = multiply(xyzToSrgb, toXyz)
  const fromSrgb = invert(toSrgb)
  return fromSrgb && curves.every(rises) ? { curves, toSrgb, fromSrgb } : undefined
}

/** A curve that falls somewhere, or hardly rises, has no way back. */
function rises(curve: Curve): boolean {
  const points = Array.from({ length: curvePoints + 1 }, (_, i) => curve(i / curvePoints))
  const isSteady = points.every((light, i) => Number.isFinite(light) && light >= (points[i - 1] ?? light))
  return isSteady && (points.at(-1) ?? 0) - (points[0] ?? 0) > 0.5
}

/** Looked at on a grid through the whole cube of colours. */
function isSrgb({ curves, toSrgb }: Shaper): boolean {
  const steps = [0, 0.02, 0.1, 0.25, 0.5, 0.75, 1]
  return steps.every((r) =>
    steps.every((g) =>
      steps.every((b) => {
        const light = [curves[0](r), curves[1](g), curves[2](b)] as const
        return toSrgb.every((row, channel) => {
          const shown = srgbEncode(row[0] * light[0] + row[1] * light[1] + row[2] * light[2])
          return Math.abs(shown - ([r, g, b][channel] ?? 0)) * 255 < sameAsSrgb
        })
      }),
    ),
  )
}
