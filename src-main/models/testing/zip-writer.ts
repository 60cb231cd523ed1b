/** Test support: zip archives, honest and lying. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipPart {
  readonly name: string
  readonly data: Uint8Array
  readonly deflate?: boolean
  /** What the directory says in place of the truth. */
  readonly lie?: {
    readonly size?: number
    readonly packedSize?: number
    readonly crc?: number
    readonly headerStart?: number
    readonly flags?: number
    readonly method?: number
  }
}

export interface ZipLies {
  readonly entryCount?: number
  readonly directoryStart?: number
  /** Adds the records of zip64, with this start of the directory. */
  readonly zip64Start?: bigint
}

export function zip(parts: readonly ZipPart[], lies: ZipLies = {}): Buffer {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let position = 0
  for (const { name, data, deflate = false, lie = {} } of parts) {
    const packed = deflate ? deflateRawSync(data) : data
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(lie.flags ?? 0x800, 2)
    fields.writeUInt16LE(lie.method ?? (deflate ? 8 : 0), 4)
    fields.writeUInt32LE(lie.crc ?? crc32(data), 10)
    fields.writeUInt32LE(lie.packedSize ?? packed.length, 14)
    fields.writeUInt32LE(lie.size ?? data.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(lie.headerStart ?? position, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name))
    const file = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed])
    local.push(file)
    position += file.length
  }
  const listing = Buffer.concat(directory)
  return Buffer.concat([...local, listing, endOf(parts.length, position, listing.length, lies)])
}

function endOf(count: number, start: number, length: number, lies: ZipLies): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(lies.entryCount ?? count, 8)
  end.writeUInt16LE(lies.entryCount ?? count, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(lies.directoryStart ?? start, 16)
  if (lies.zip64Start === undefined) return end
  const record = Buffer.alloc(56)
  record.write('PK\x06\x06', 'latin1')
  record.writeBigUInt64LE(44n, 4)
  record.writeBigUInt64LE(BigInt(lies.entryCount ?? count), 24)
  record.writeBigUInt64LE(BigInt(lies.entryCount ?? count), 32)
  record.writeBigUInt64LE(BigInt(length), 40)
  record.writeBigUInt64LE(lies.zip64Start, 48)
  const locator = Buffer.alloc(20)
  locator.write('PK\x06\x07', 'latin1')
  locator.writeBigUInt64LE(BigInt(start + length), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([record, locator, end])
}
