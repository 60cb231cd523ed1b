/**
 * Adobe RGB (1998), and the photos that are in it without a profile: cameras that follow DCF (Design rule for Camera File
 * system 2.0, JEITA CP-3461) say so in EXIF alone.
 */
import type { Matrix } from './colour-maths.ts'
import { parametric, writeMatrixProfile } from './matrix-profile.ts'

/**
 * To XYZ (D50): the primaries of Adobe RGB (1998), version 2005-05, 4.3.1.1 (0.64, 0.33; 0.21, 0.71; 0.15, 0.06) for
 * the white D65 (0.3127, 0.3290), adapted by Bradford's matrix.
 */
const toXyz: Matrix = [
  [0.609741, 0.205273, 0.149187],
  [0.311113, 0.625675, 0.063212],
  [0.019465, 0.060875, 0.74456],
]
/** 4.3.4.2 */
const gamma = 563 / 256

let profile: Uint8Array | undefined

/** Compatible with Adobe RGB (1998), whose own profile is not ours to pass on. */
export function adobeRgbProfile(): Uint8Array {
  profile ??= writeMatrixProfile('Compatible with Adobe RGB (1998)', toXyz, parametric(0, [gamma]))
  return profile
}

/** Whether EXIF, as the picture's file holds it, says that the samples are those of Adobe RGB. */
export function saysAdobeRgb(exif: Uint8Array | undefined): boolean {
  const named = exif && readColourTags(exif)
  if (named === undefined) return false
  return (
    named.colorSpace === adobeRgb ||
    (named.colorSpace === uncalibrated && named.interoperability === dcfOptional)
  )
}

const uncalibrated = 65535
/** Not in the standard, but written by some. */
const adobeRgb = 2
/** "DCF option file", which is in Adobe RGB. */
const dcfOptional = 'R03'

const exifIfdTag = 0x8769
const interoperabilityIfdTag = 0xa005
const colorSpaceTag = 0xa001
const indexTag = 1
const entryBytes = 12

/**
 * Two tags of EXIF (CIPA DC-008, 4.6), and nothing but what leads to them: libraries read all that a file claims to
 * have, and a small one can claim gigabytes. Undefined where it is no EXIF or ends too soon.
 */
function readColourTags(exif: Uint8Array) {
  const bytes = Buffer.from(exif.buffer, exif.byteOffset, exif.length)
  const tiff = bytes.subarray(bytes.toString('latin1', 0, 4) === 'Exif' ? 6 : 0)
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return undefined
  const uint16 = (at: number): number => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const uint32 = (at: number): number => (order === 'II' ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  /** Where the value of a tag stands in the directory at `ifd`; values here are of four bytes at most. */
  const valueOf = (ifd: number, tag: number): number | undefined => {
    const count = uint16(ifd)
    for (let entry = 0; entry < count; entry++) {
      const at = ifd + 2 + entry * entryBytes
      if (uint16(at) === tag) return at + 8
    }
    return undefined
  }
  try {
    const exifAt = valueOf(uint32(4), exifIfdTag)
    if (exifAt === undefined) return undefined
    const colorSpaceAt = valueOf(uint32(exifAt), colorSpaceTag)
    const interoperabilityAt = valueOf(uint32(exifAt), interoperabilityIfdTag)
    const indexAt = interoperabilityAt && valueOf(uint32(interoperabilityAt), indexTag)
    return {
      colorSpace: colorSpaceAt && uint16(colorSpaceAt),
      interoperability: indexAt && tiff.toString('latin1', indexAt, indexAt + 3),
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}
