/**
 * Reads ICC colour profiles as far as we need them: which pictures a profile is for, its tone curves and its
 * primaries. Numbers in brackets are sections of ICC.1:2022 (profile version 4.4).
 */
import type { Matrix, Row } from './colour-maths.ts'
import { loadSharp } from './sharp.ts'

export type ProfileSpace = 'rgb' | 'grey' | 'cmyk'

/** From a sample to light, or to L* in a grey profile over Lab; 0…1 both. */
export type Curve = (device: number) => number

/** A profile that is nothing but curves and primaries; the matrix leads to XYZ (D50), its columns are R, G and B. */
export interface MatrixProfile {
  readonly curves: readonly [Curve, Curve, Curve]
  readonly toXyz: Matrix
}

export interface GreyProfile {
  readonly curve: Curve
  readonly isLab: boolean
}

const spaces: ReadonlyMap<string, ProfileSpace> = new Map([
  ['RGB ', 'rgb'],
  ['GRAY', 'grey'],
  ['CMYK', 'cmyk'],
])

const headerBytes = 128
const maxTags = 100
const maxPoints = 65536

let srgb: Promise<Uint8Array> | undefined

/** The sRGB profile that libvips ships. */
export function srgbProfile(): Promise<Uint8Array> {
  srgb ??= readSrgbProfile()
  return srgb
}

async function readSrgbProfile(): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const pixel = { create: { width: 1, height: 1, channels: 3, background: '#000' } } as const
  const { icc } = await sharp(await sharp(pixel).withIccProfile('srgb').png().toBuffer()).metadata()
  if (icc === undefined) throw new Error('libvips wrote no sRGB profile')
  return icc
}

export async function isSrgbProfile(icc: Uint8Array | undefined): Promise<boolean> {
  return icc !== undefined && Buffer.compare(icc, await srgbProfile()) === 0
}

/** For which pictures a profile is meant; undefined when it is not a profile, or one of another kind. */
export function profileSpace(icc: Uint8Array | undefined): ProfileSpace | undefined {
  if (icc === undefined || icc.length <= headerBytes) return undefined
  const header = Buffer.from(icc.buffer, icc.byteOffset, headerBytes).toString('latin1')
  return header.slice(36, 40) === 'acsp' ? spaces.get(header.slice(16, 20)) : undefined
}

/** Undefined for profiles made of tables, which have the last word where both are present (8.3.2), and broken ones. */
export function readMatrixProfile(icc: Uint8Array): MatrixProfile | undefined {
  return reading(icc, (profile, tags) => {
    if (tags.has('A2B0') || tags.has('D2B0')) return undefined
    const [r, g, b] = [
      readXyz(profile, tags, 'rXYZ'),
      readXyz(profile, tags, 'gXYZ'),
      readXyz(profile, tags, 'bXYZ'),
    ]
    return {
      curves: [
        readCurve(profile, tags, 'rTRC'),
        readCurve(profile, tags, 'gTRC'),
        readCurve(profile, tags, 'bTRC'),
      ],
      toXyz: [
        [r[0], g[0], b[0]],
        [r[1], g[1], b[1]],
        [r[2], g[2], b[2]],
      ],
    }
  })
}

/** Whether a profile for RGB has tables to convert by (9.2.1 and the like). */
export function isTableProfile(icc: Uint8Array | undefined): boolean {
  if (icc === undefined || profileSpace(icc) !== 'rgb') return false
  const names = ['A2B0', 'A2B1', 'A2B2', 'D2B0', 'D2B1', 'D2B2']
  return reading(icc, (_profile, tags) => names.some((name) => tags.has(name))) ?? false
}

/** Undefined where the profile has no readable curve. */
export function readGreyProfile(icc: Uint8Array): GreyProfile | undefined {
  return reading(icc, (profile, tags) => ({
    curve: readCurve(profile, tags, 'kTRC'),
    isLab: profile.toString('latin1', 20, 24) === 'Lab ',
  }))
}

type Tags = ReadonlyMap<string, number>

/** Gives the reader the profile and where its tags' data lie (7.3); reading past the end means a broken profile. */
function reading<T>(icc: Uint8Array, read: (profile: Buffer, tags: Tags) => T | undefined): T | undefined {
  try {
    const profile = Buffer.from(icc.buffer, icc.byteOffset, icc.length)
    const count = Math.min(profile.readUInt32BE(headerBytes), maxTags)
    const places = Array.from({ length: count }, (_, index) => headerBytes + 4 + 12 * index)
    const tags = places.map(
      (at) => [profile.toString('latin1', at, at + 4), profile.readUInt32BE(at + 4)] as const,
    )
    return read(profile, new Map(tags))
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function placeOf(tags: Tags, tag: string): number {
  const at = tags.get(tag)
  if (at === undefined) throw new RangeError(`no ${tag} in the profile`)
  return at
}

/** `XYZType` (10.31): numbers in 65536ths. */
function readXyz(profile: Buffer, tags: Tags, tag: string): Row {
  const at = placeOf(tags, tag) + 8
  return [
    profile.readInt32BE(at) / 65536,
    profile.readInt32BE(at + 4) / 65536,
    profile.readInt32BE(at + 8) / 65536,
  ]
}

/** `curveType` (10.6): nothing, one gamma in 256ths, or points with straight lines between them. */
function readCurve(profile: Buffer, tags: Tags, tag: string): Curve {
  const at = placeOf(tags, tag)
  const type = profile.toString('latin1', at, at + 4)
  if (type === 'para') return readParametricCurve(profile, at)
  if (type !== 'curv') throw new RangeError(`a curve of type ${type}`)
  const count = profile.readUInt32BE(at + 8)
  if (count === 0) return (device) => device
  if (count === 1) return gammaCurve(profile.readUInt16BE(at + 12) / 256)
  if (count > maxPoints) throw new RangeError('a curve with too many points')
  const points = Array.from(
    { length: count },
    (_, index) => profile.readUInt16BE(at + 12 + 2 * index) / 65535,
  )
  return (device) => {
    const place = device * (count - 1)
    const below = points[Math.floor(place)] ?? 0
    const above = points[Math.ceil(place)] ?? below
    return below + (above - below) * (place % 1)
  }
}

/** `parametricCurveType` (10.18, table 68). */
function readParametricCurve(profile: Buffer, at: number): Curve {
  const kind = profile.readUInt16BE(at + 8)
  const count = [1, 3, 4, 5, 7][kind] ?? 0
  const values = Array.from({ length: count }, (_, index) => profile.readInt32BE(at + 12 + 4 * index) / 65536)
  const [g, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = values
  if (g === undefined) throw new RangeError('an unknown parametric curve')
  if (kind === 0) return gammaCurve(g)
  if (kind === 1) return (x) => (x >= -b / a ? (a * x + b) ** g : 0)
  if (kind === 2) return (x) => (x >= -b / a ? (a * x + b) ** g + c : c)
  if (kind === 3) return (x) => (x >= d ? (a * x + b) ** g : c * x)
  return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f)
}

const gammaCurve =
  (gamma: number): Curve =>
  (device) =>
    device ** gamma
