/** Whether a file that would not decode simply ends too soon. Asked only after a failure, so it may guess a little. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { PhotoFormat } from './formats.ts'

const tailBytes = 4096
/** More boxes than this at the top of a file are nonsense. */
const maxBoxes = 1000

export async function endsTooSoon(path: string, format: PhotoFormat): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return false
  try {
    const { size } = await file.stat()
    return await isCut(file, size, format)
  } catch {
    return false
  } finally {
    await file.close()
  }
}

async function isCut(file: FileHandle, size: number, format: PhotoFormat): Promise<boolean> {
  switch (format) {
    case 'jpeg':
      return !(await tail(file, size)).includes(Buffer.from([0xff, 0xd9]))
    case 'png':
      return !(await tail(file, size)).includes('IEND')
    case 'gif':
      return (await tail(file, size)).at(-1) !== 0x3b
    case 'webp':
      return size < 12 || (await read(file, 4, 4)).readUInt32LE(0) + 8 > size
    case 'avif':
    case 'heic':
      return boxesEndAfter(file, size)
    case 'tiff':
      return tiffDirectoryIsCut(file, size)
  }
}

/** ISO base media files are a row of boxes, each beginning with its length; the last one must end with the file. */
async function boxesEndAfter(file: FileHandle, size: number): Promise<boolean> {
  let at = 0
  for (let count = 0; at < size && count < maxBoxes; count++) {
    if (at + 8 > size) return true
    const header = await read(file, at, 16)
    const length = header.readUInt32BE(0)
    if (length === 0) return false
    at += length === 1 ? Number(header.readBigUInt64BE(8)) : length
  }
  return at > size
}

/** Bytes of each of TIFF's types, by number. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

/** Many programs write a TIFF's directory last, so a cut file points behind its own end. Layout: TIFF 6.0, BigTIFF. */
async function tiffDirectoryIsCut(file: FileHandle, size: number): Promise<boolean> {
  const header = await read(file, 0, 16)
  const isLittle = header[0] === 0x49
  const isBig = header[isLittle ? 2 : 3] === 0x2b
  const [wordBytes, countBytes, entryBytes] = isBig ? [8, 8, 20] : [4, 2, 12]
  const number = (buffer: Buffer, at: number, bytes: number): number => {
    if (bytes === 8) return Number(isLittle ? buffer.readBigUInt64LE(at) : buffer.readBigUInt64BE(at))
    return isLittle ? buffer.readUIntLE(at, bytes) : buffer.readUIntBE(at, bytes)
  }
  const directory = number(header, isBig ? 8 : 4, wordBytes)
  if (directory + countBytes > size) return true
  const count = number(await read(file, directory, countBytes), 0, countBytes)
  if (directory + countBytes + count * entryBytes > size) return true
  const entries = await read(file, directory + countBytes, count * entryBytes)
  return Array.from({ length: count }, (_, index) => index * entryBytes).some((at) => {
    const length = (typeBytes[number(entries, at + 2, 2)] ?? 0) * number(entries, at + 4, wordBytes)
    return length > wordBytes && number(entries, at + 4 + wordBytes, wordBytes) + length > size
  })
}

function tail(file: FileHandle, size: number): Promise<Buffer> {
  const length = Math.min(size, tailBytes)
  return read(file, size - length, length)
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  await file.read(buffer, 0, length, position)
  return buffer
}
