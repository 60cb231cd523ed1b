/**
 * Pixels with a colour profile of our choice, in the form the picture library takes: an uncompressed TIFF in memory.
 * Given bare pixels it has no place for a profile. Layout: TIFF 6.0, one strip; alpha not premultiplied.
 */
import { endianness } from 'node:os'
import type { Pixels } from '../engine/protocol.ts'

const shortType = 3
const longType = 4
const undefinedType = 7
const headerBytes = 8
const entryBytes = 12

/** Throws `RangeError` where the picture would pass TIFF's 4 GiB. */
export function taggedTiff(pixels: Pixels, icc: Uint8Array | undefined): Buffer {
  const isLittle = endianness() === 'LE'
  const { width, height, channels, data } = pixels
  const bits = data.BYTES_PER_ELEMENT * 8
  const entryCount = 10 + (channels === 4 ? 1 : 0) + (icc === undefined ? 0 : 1)
  const bitsAt = headerBytes + 2 + entryBytes * entryCount + 4
  const iccAt = bitsAt + 2 * channels
  const stripAt = Math.ceil((iccAt + (icc?.length ?? 0)) / 8) * 8
  const length = stripAt + data.byteLength
  if (length > 0xffff_ffff) throw new RangeError('the picture is too large for a TIFF')

  const file = Buffer.allocUnsafe(length)
  const put16 = (value: number, at: number) =>
    isLittle ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at)
  const put32 = (value: number, at: number) =>
    isLittle ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at)
  file.fill(0, 0, stripAt)
  file.write(isLittle ? 'II' : 'MM', 0, 'latin1')
  put16(42, 2)
  put32(headerBytes, 4)
  put16(entryCount, headerBytes)
  let at = headerBytes + 2
  const entry = (tag: number, type: number, count: number, value: number): void => {
    put16(tag, at)
    put16(type, at + 2)
    put32(count, at + 4)
    if (type === shortType && count === 1) put16(value, at + 8)
    else put32(value, at + 8)
    at += entryBytes
  }
  entry(256, longType, 1, width)
  entry(257, longType, 1, height)
  entry(258, shortType, channels, bitsAt) // bits a sample, one for each
  entry(259, shortType, 1, 1) // not compressed
  entry(262, shortType, 1, 2) // RGB
  entry(273, longType, 1, stripAt)
  entry(277, shortType, 1, channels)
  entry(278, longType, 1, height) // rows in the strip
  entry(279, longType, 1, data.byteLength)
  entry(284, shortType, 1, 1) // samples side by side
  if (channels === 4) entry(338, shortType, 1, 2) // the fourth is alpha, not premultiplied
  if (icc !== undefined) entry(34675, undefinedType, icc.length, iccAt)

  for (let channel = 0; channel < channels; channel++) put16(bits, bitsAt + 2 * channel)
  if (icc !== undefined) file.set(icc, iccAt)
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), stripAt)
  return file
}
