/** What the tests of this folder share: a folder to write to, and colour profiles made from published primaries. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'
import { srgbDecode } from './colour-maths.ts'
import { loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'

/** A path in a folder that is gone after the tests of the calling file. */
export function temporaryFolder(): (...names: readonly string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'solstice-photos-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (...names) => join(folder, ...names)
}

/** The failure that a promise ends with; throws if it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const thrown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (thrown instanceof Failure) return thrown
  throw thrown
}

export type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

/** RGB to XYZ (D50), rows X, Y, Z; from brucelindbloom.com (Adobe RGB, ProPhoto) and the DCI-P3 D65 primaries. */
export const primaries = {
  adobeRgb: [
    [0.6097559, 0.2052401, 0.149224],
    [0.3111242, 0.625656, 0.0632197],
    [0.0194811, 0.0608902, 0.7448387],
  ],
  proPhoto: [
    [0.7976749, 0.1351917, 0.0313534],
    [0.2880402, 0.7118741, 0.0000857],
    [0, 0, 0.82521],
  ],
  displayP3: [
    [0.515121, 0.291977, 0.157104],
    [0.241196, 0.692245, 0.066574],
    [-0.001054, 0.041885, 0.784073],
  ],
} as const satisfies Readonly<Record<string, Matrix>>

const xyzToSrgb: Matrix = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
]

/** A gamma as a profile stores it, in 256ths. */
export const asStored = (gamma: number): number => Math.round(gamma * 256) / 256

/** What a colour (0…1 each) of such a space is in sRGB (0…1), clipped to what sRGB can show. */
export function toSrgb(colour: Triple, primaries: Matrix, gamma: number): Triple {
  const linear = colour.map((value) => value ** asStored(gamma))
  return multiply(xyzToSrgb, multiply(primaries, linear)).map(srgbEncode) as [number, number, number]
}

export function srgbEncode(linear: number): number {
  const value = Math.min(1, Math.max(0, linear))
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055
}

function multiply(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0))
}

/** An ICC 2.4 display profile with one gamma: RGB with primaries, or grey without. */
export function makeProfile(gamma: number, rgb?: Matrix): Uint8Array {
  const curve = Buffer.concat([tagStart('curv'), uint32(1), uint16(Math.round(gamma * 256)), Buffer.alloc(2)])
  const column = (index: 0 | 1 | 2) => xyz((rgb ?? primaries.adobeRgb).map((row) => row[index]))
  const white = ['wtpt', xyz([0.9642, 1, 0.82491])] as const
  return assemble(
    rgb === undefined ? 'GRAY' : 'RGB ',
    rgb === undefined
      ? [white, ['kTRC', curve]]
      : [
          white,
          ...(['rXYZ', 'gXYZ', 'bXYZ'] as const).map((tag, i) => [tag, column(i as 0 | 1 | 2)] as const),
          ...['rTRC', 'gTRC', 'bTRC'].map((tag) => [tag, curve] as const),
        ],
  )
}

/** The same primaries with sRGB's curve as a profile of tables: `lut16Type` (ICC.1:2022, 10.10) from 17³ colours to Lab. */
export function makeTableProfile(rgb: Matrix): Uint8Array {
  const side = 17
  const head = Buffer.alloc(52)
  head.write('mft2', 0, 'latin1')
  head.set([3, 3, side], 8)
  for (const at of [12, 28, 44]) head.writeInt32BE(65536, at)
  head.writeUInt16BE(2, 48)
  head.writeUInt16BE(2, 50)
  const straight = Buffer.from([0, 0, 255, 255])
  const steps = Array.from({ length: side }, (_, step) => srgbDecode(step / (side - 1)))
  const grid = steps.flatMap((r) =>
    steps.flatMap((g) => steps.flatMap((b) => labOf(multiply(rgb, [r, g, b])))),
  )
  const straights = [straight, straight, straight]
  const table = Buffer.concat([head, ...straights, ...grid.map(uint16), ...straights])
  const white = xyz([0.9642, 1, 0.82491])
  return assemble(
    'RGB ',
    [
      ['wtpt', white],
      ['A2B0', padded(table)],
    ],
    'Lab ',
  )
}

/** As lut16Type stores it (6.3.4.2, the older encoding). */
function labOf([x = 0, y = 0, z = 0]: readonly number[]): number[] {
  const root = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)
  const [fx, fy, fz] = [root(x / 0.9642), root(y), root(z / 0.82491)]
  const stored = [(116 * fy - 16) * 652.8, (500 * (fx - fy) + 128) * 256, (200 * (fy - fz) + 128) * 256]
  return stored.map((value) => Math.min(65535, Math.max(0, Math.round(value))))
}

function assemble(space: string, tags: readonly (readonly [string, Buffer])[], pcs = 'XYZ '): Uint8Array {
  const text = Buffer.from('made for a test\0', 'latin1')
  const description = Buffer.concat([tagStart('desc'), uint32(text.length), text, Buffer.alloc(78)])
  const copyright = Buffer.concat([tagStart('text'), Buffer.from('none\0', 'latin1'), Buffer.alloc(3)])
  const all = [['desc', padded(description)] as const, ['cprt', copyright] as const, ...tags]
  const table = [uint32(all.length)]
  let at = 128 + 4 + 12 * all.length
  for (const [signature, data] of all) {
    table.push(Buffer.from(signature, 'latin1'), uint32(at), uint32(data.length))
    at += data.length
  }
  const header = Buffer.alloc(128)
  header.writeUInt32BE(at, 0)
  header.writeUInt32BE(0x02400000, 8)
  header.write(`mntr${space}${pcs}`, 12, 'latin1')
  header.write('acsp', 36, 'latin1')
  xyz([0.9642, 1, 0.82491]).copy(header, 68, 8)
  return Buffer.concat([header, ...table, ...all.map(([, data]) => data)])
}

const tagStart = (type: string): Buffer => Buffer.concat([Buffer.from(type, 'latin1'), Buffer.alloc(4)])
const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
const xyz = (values: readonly number[]): Buffer =>
  Buffer.concat([tagStart('XYZ '), ...values.map((value) => uint32(Math.round(value * 65536) >>> 0))])

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16BE(value)
  return buffer
}

/** Pixels as a PNG that carries the given profile, its samples untouched. */
export async function pngWithProfile(pixels: Pixels, icc: Uint8Array | undefined): Promise<Buffer> {
  const sharp = await loadSharp()
  const image = sharp(taggedTiff(pixels, icc)).keepIccProfile()
  return (pixels.data instanceof Uint16Array ? image.toColourspace('rgb16') : image).png().toBuffer()
}

/** A smooth picture in which every place differs, 8 bits. */
export function gradient(width: number, height: number, channels: 3 | 4 = 3): Pixels {
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels)
    const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / height]
    data[i] = Math.round(255 * ([x, y, 1 - x, 0.25 + y / 2][i % channels] ?? 0))
  }
  return { width, height, channels, data }
}

export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)))
  return largest
}
