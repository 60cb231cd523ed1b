/**
 * Writes ICC profiles of a curve and primaries. Numbers in brackets are sections of ICC.1:2022 (profile version 4.4).
 */
import type { Matrix } from './colour-maths.ts'

/** From D65 to D50, after Bradford; what the primaries were adapted by (9.2.15). */
const adaptation = [
  ...[1.0478112, 0.0228866, -0.050127],
  ...[0.0295424, 0.9904844, -0.0170491],
  ...[-0.0092345, 0.0150436, 0.7521316],
]
const d50 = [0.9642, 1, 0.8249]
const headerBytes = 128

/**
 * A profile for a space whose white is D65: `toXyz` leads from light to XYZ (D50), and `curve`, the data of a tag, from
 * samples to light, in each channel.
 */
export function writeMatrixProfile(name: string, toXyz: Matrix, curve: Buffer): Uint8Array {
  const columns = ([0, 1, 2] as const).map((column) => xyz(toXyz.map((row) => row[column])))
  const [red = d50Tag, green = d50Tag, blue = d50Tag] = columns
  return assemble([
    ['desc', text(name)],
    ['cprt', text('No copyright')],
    ['wtpt', d50Tag],
    ['chad', Buffer.concat([start('sf32'), ...adaptation.map(fixed)])],
    ['rXYZ', red],
    ['gXYZ', green],
    ['bXYZ', blue],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ])
}

/** Header (7.2), table of tags (7.3), and their data, which several tags may share. */
function assemble(tags: readonly (readonly [signature: string, data: Buffer])[]): Uint8Array {
  const distinct = [...new Set(tags.map(([, data]) => data))]
  let end = headerBytes + 4 + 12 * tags.length
  const places = new Map<Buffer, number>()
  for (const data of distinct) {
    places.set(data, end)
    end += data.length
  }
  const table = tags.map(([signature, data]) =>
    Buffer.concat([Buffer.from(signature, 'latin1'), uint32(places.get(data) ?? 0), uint32(data.length)]),
  )
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(end, 0)
  header.writeUInt32BE(0x0440_0000, 8)
  header.write('mntrRGB XYZ ', 12, 'latin1')
  // When it was made (4.2): the day is of no account, and must not change from build to build.
  ;[2024, 1, 1, 0, 0, 0].forEach((part, index) => header.writeUInt16BE(part, 24 + 2 * index))
  header.write('acsp', 36, 'latin1')
  Buffer.concat(d50.map(fixed)).copy(header, 68)
  return Buffer.concat([header, uint32(tags.length), ...table, ...distinct])
}

/** `multiLocalizedUnicodeType` (10.15) with one language, padded to four bytes. */
function text(english: string): Buffer {
  const letters = Buffer.from(english, 'utf16le').swap16()
  return Buffer.concat([
    ...[start('mluc'), uint32(1), uint32(12), Buffer.from('enUS', 'latin1')],
    ...[uint32(letters.length), uint32(28), letters, Buffer.alloc((4 - (letters.length % 4)) % 4)],
  ])
}

const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}
/** `s15Fixed16Number` (4.6). */
const fixed = (value: number): Buffer => uint32(Math.round(value * 65536) >>> 0)
const start = (type: string): Buffer => Buffer.concat([Buffer.from(type, 'latin1'), Buffer.alloc(4)])
const xyz = (values: readonly number[]): Buffer => Buffer.concat([start('XYZ '), ...values.map(fixed)])
const d50Tag = xyz(d50)

/** The data of a `parametricCurveType` (10.18) of this kind. */
export const parametric = (kind: number, values: readonly number[]): Buffer =>
  Buffer.concat([start('para'), Buffer.from([0, kind, 0, 0]), ...values.map(fixed)])
