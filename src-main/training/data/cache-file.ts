/**
 * A scaled picture as a file: sizes, a checksum, and bare RGB, because a training step has no time to decode. All
 * numbers are 32 bits, the low byte first.
 */
import { crc32 } from 'node:zlib'
import type { ScaledPicture } from './scaling.ts'

/** Changes whenever the layout or the scaling itself does: what an older program kept is then made anew. */
export const cacheVersion = 1

const magic = Buffer.from(`SOLPIC0${cacheVersion}`, 'latin1')
const sizesAt = magic.length
const checksumAt = sizesAt + 4 * 4
const pixelsAt = checksumAt + 4

export function encodeCached({ width, height, data, original }: ScaledPicture): Buffer {
  const file = Buffer.allocUnsafe(pixelsAt + data.length)
  magic.copy(file)
  const sizes = [width, height, original.width, original.height]
  sizes.forEach((size, index) => file.writeUInt32LE(size, sizesAt + 4 * index))
  file.set(data, pixelsAt)
  file.writeUInt32LE(checksum(file), checksumAt)
  return file
}

/** Null where the file is not whole, not ours, or not what was written. */
export function decodeCached(file: Buffer): ScaledPicture | null {
  if (file.length < pixelsAt || !file.subarray(0, sizesAt).equals(magic)) return null
  const size = (index: number): number => file.readUInt32LE(sizesAt + 4 * index)
  const [width, height] = [size(0), size(1)]
  if (file.length !== pixelsAt + width * height * 3) return null
  if (file.readUInt32LE(checksumAt) !== checksum(file)) return null
  return { width, height, data: file.subarray(pixelsAt), original: { width: size(2), height: size(3) } }
}

/** Of all but the checksum itself. */
function checksum(file: Buffer): number {
  return crc32(file.subarray(pixelsAt), crc32(file.subarray(0, checksumAt)))
}
