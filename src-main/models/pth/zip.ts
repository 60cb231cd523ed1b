/** The zip container of a checkpoint: its directory, checked before anything is read, and its entries' bytes. */
import { crc32, inflateRaw } from 'node:zlib'
import { promisify } from 'node:util'
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { Failure } from '../../contract/errors.ts'
import type { ByteSource } from '../byte-source.ts'
import { memoryAllowed } from './memory.ts'
import { damaged, shown } from './problems.ts'

const inflate = promisify(inflateRaw)

/** A generator of 32 blocks has about 150 tensors. */
const entriesMax = 4096
const stored = 0
const deflated = 8

export interface ZipEntry {
  readonly name: string
  readonly method: typeof stored | typeof deflated
  readonly crc32: number
  /** Where the local header and the data begin and the data end. */
  readonly headerStart: number
  readonly dataStart: number
  readonly dataEnd: number
  /** Bytes when unpacked. */
  readonly size: number
}

/** The files of an archive by name. Throws Failure `checkpoint-damaged`. */
export async function readZipDirectory(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  try {
    return await listEntries(source)
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    // The library says what is wrong with the archive in plain errors.
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw damaged(source.name, shown(reason), { cause: thrown })
  }
}

/** The unpacked bytes of an entry, checked against its checksum. */
export async function readZipEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await source.read(entry.dataStart, entry.dataEnd - entry.dataStart)
  const bytes = entry.method === stored ? raw : await unpack(source, entry, raw)
  if (bytes.length !== entry.size)
    throw damaged(source.name, `${shown(entry.name)} has another size than it says`)
  if (crc32(bytes) !== entry.crc32)
    throw damaged(source.name, `${shown(entry.name)} does not match its checksum`)
  return bytes
}

async function listEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, { autoClose: false })
  const entries = new Map<string, ZipEntry>()
  let unpackedBytes = 0
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    if (entries.size >= entriesMax) throw damaged(source.name, `holds more than ${entriesMax} files`)
    if (entries.has(entry.fileName)) throw damaged(source.name, `holds ${shown(entry.fileName)} twice`)
    unpackedBytes += entry.uncompressedSize
    if (!(unpackedBytes <= memoryAllowed(source.size))) {
      throw damaged(source.name, `unpacks to ${unpackedBytes} bytes or more out of ${source.size}`)
    }
    entries.set(entry.fileName, await locate(source, zip, entry))
  }
  checkOverlaps(source, [...entries.values()])
  return entries
}

async function locate(source: ByteSource, zip: ZipFile, entry: Entry): Promise<ZipEntry> {
  const { fileName: name, compressionMethod: method, relativeOffsetOfLocalHeader: headerStart } = entry
  if (method !== stored && method !== deflated) {
    throw damaged(source.name, `packs ${shown(name)} by method ${method}`)
  }
  if (entry.isEncrypted()) throw damaged(source.name, `holds ${shown(name)} encrypted`)
  const { fileDataStart: dataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  const dataEnd = dataStart + entry.compressedSize
  return { name, method, crc32: entry.crc32, headerStart, dataStart, dataEnd, size: entry.uncompressedSize }
}

/** Entries that share bytes are the way to a zip bomb that a ratio does not show. */
function checkOverlaps(source: ByteSource, entries: readonly ZipEntry[]): void {
  let end = 0
  for (const entry of entries.toSorted((a, b) => a.headerStart - b.headerStart)) {
    if (entry.headerStart < end) throw damaged(source.name, `holds ${shown(entry.name)} over another file`)
    end = entry.dataEnd
  }
}

async function unpack(
  source: ByteSource,
  entry: ZipEntry,
  raw: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // One byte more than promised is enough to see that the promise is broken.
    return new Uint8Array(await inflate(raw, { maxOutputLength: entry.size + 1 }))
  } catch (cause) {
    throw damaged(source.name, `${shown(entry.name)} does not unpack`, { cause })
  }
}

/** Hands the library our checked reads: a position outside the file is an answer, not an exception. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#source.read(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset)
        callback(null)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }

  override _readStreamForRange(): never {
    throw new Error('Entries are read through readZipEntry')
  }

  /** The source belongs to whoever opened it. */
  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}
