/**
 * The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes without a gap.
 * The format is described at https://github.com/huggingface/safetensors#format.
 */
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Failure } from '../contract/errors.ts'
import type { Weights, WeightTensor } from '../engine/protocol.ts'
import { openByteSource } from './byte-source.ts'
import type { ByteSource } from './byte-source.ts'

const headerMaxBytes = 8 * 1024 * 1024
const fileMaxBytes = 8 * 1024 ** 3
const lengthBytes = 8
const rankMax = 8
const metadataKey = '__metadata__'

const entrySchema = z.object({
  dtype: z.string().max(20),
  shape: z.array(z.number().int().nonnegative()).max(rankMax),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})
const metadataSchema = z.record(z.string(), z.string())

/** Bytes of an element. BF16 is widened to F32 when it is read. */
const elementBytes = { F32: 4, F16: 2, BF16: 2 } as const
type Dtype = keyof typeof elementBytes

/** A tensor as the header describes it. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
}

interface Entry extends TensorEntry {
  readonly begin: number
  readonly end: number
}

export interface SafetensorsFile {
  readonly tensors: Weights
  readonly metadata: Readonly<Record<string, string>>
}

/** A file whose header was read and checked; its tensors are read when they are asked for. */
export interface SafetensorsReader {
  /** In the order in which the tensors lie in the file. */
  readonly entries: readonly TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
  /** Throws an Error for a name that the file does not have. */
  read(names: readonly string[]): Promise<Weights>
}

export interface OpenSafetensors extends SafetensorsReader {
  close(): Promise<void>
}

interface ReadOptions {
  readonly maxBytes?: number
}

/**
 * Reads a whole file. Header, offsets, shapes and types are checked against the file's size before memory is
 * taken; the memory taken is at most twice the file. Throws Failure `model-invalid`, or one of reading files.
 */
export async function readSafetensors(path: string, options: ReadOptions = {}): Promise<SafetensorsFile> {
  const file = await openSafetensors(path, options)
  try {
    return await readAll(file)
  } finally {
    await file.close()
  }
}

/** The same, with the tensors left in the file until they are wanted. */
export async function openSafetensors(
  path: string,
  { maxBytes = fileMaxBytes }: ReadOptions = {},
): Promise<OpenSafetensors> {
  const source = await openByteSource(path, 'model-invalid')
  try {
    if (source.size > maxBytes) throw invalid(source, `has ${source.size} bytes; ${maxBytes} are allowed`)
    return { ...(await readHeader(source)), close: () => source.close() }
  } catch (thrown) {
    await source.close()
    throw thrown
  }
}

/** A whole file from an open source. */
export async function parseSafetensors(source: ByteSource): Promise<SafetensorsFile> {
  return readAll(await readHeader(source))
}

async function readAll(reader: SafetensorsReader): Promise<SafetensorsFile> {
  return { tensors: await reader.read(reader.entries.map(({ name }) => name)), metadata: reader.metadata }
}

async function readHeader(source: ByteSource): Promise<SafetensorsReader> {
  const head = await source.read(0, lengthBytes)
  const headerLength = new DataView(head.buffer).getBigUint64(0, true)
  if (headerLength > BigInt(Math.min(headerMaxBytes, source.size - lengthBytes))) {
    throw invalid(source, `claims a header of ${headerLength} bytes`)
  }
  const dataStart = lengthBytes + Number(headerLength)
  const { entries, metadata } = parseHeader(source, await source.read(lengthBytes, Number(headerLength)))
  const inOrder = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)
  checkLayout(source, inOrder, source.size - dataStart)
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  return {
    entries: inOrder,
    metadata,
    read: async (names) => {
      const tensors: [string, WeightTensor][] = []
      for (const name of names) {
        const entry = byName.get(name)
        if (entry === undefined) throw new Error(`${source.name} has no tensor ${name}`)
        const bytes = await source.read(dataStart + entry.begin, entry.end - entry.begin)
        tensors.push([name, tensorOf(entry, bytes)])
      }
      return Object.fromEntries(tensors)
    },
  }
}

function parseHeader(source: ByteSource, bytes: Uint8Array) {
  const names = parseJson(source, bytes)
  if (typeof names !== 'object' || names === null || Array.isArray(names)) {
    throw invalid(source, 'has a header that is not an object')
  }
  const fields = Object.entries(names)
  const metadata = metadataSchema.safeParse(fields.find(([name]) => name === metadataKey)?.[1] ?? {})
  if (!metadata.success) throw invalid(source, `has ${metadataKey} that is not text`)
  const entries = fields
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => parseEntry(source, name, value))
  return { entries, metadata: metadata.data }
}

function parseJson(source: ByteSource, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Failure('model-invalid', source.name, 'has a header that is not JSON', { cause })
  }
}

function parseEntry(source: ByteSource, name: string, value: unknown): Entry {
  const shown = name.slice(0, 100)
  const entry = entrySchema.safeParse(value)
  if (!entry.success) throw invalid(source, `describes ${shown} wrongly`)
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = entry.data
  if (!isDtype(dtype)) throw invalid(source, `holds ${shown} as ${dtype}; F32, F16 and BF16 are read`)
  // A product beyond the safe integers has lost digits, but is far from any file's size all the same.
  const bytes = sizeOf({ name, dtype, shape })
  if (end - begin !== bytes) {
    throw invalid(source, `gives ${shown} ${end - begin} bytes; its shape needs ${bytes}`)
  }
  return { name, dtype, shape, begin, end }
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(elementBytes, dtype)
}

/** The tensors must lie one after another, without overlap and without a hole, to the end of the file. */
function checkLayout(source: ByteSource, inOrder: readonly Entry[], dataBytes: number): void {
  let end = 0
  for (const entry of inOrder) {
    if (entry.begin !== end)
      throw invalid(source, `puts ${entry.name.slice(0, 100)} at ${entry.begin}, not ${end}`)
    end = entry.end
  }
  if (end !== dataBytes) throw invalid(source, `describes ${end} bytes of tensors and holds ${dataBytes}`)
}

function tensorOf({ dtype, shape }: Entry, bytes: Uint8Array<ArrayBuffer>): WeightTensor {
  if (dtype === 'F32') return { dtype, shape, data: new Float32Array(bytes.buffer) }
  const halves = new Uint16Array(bytes.buffer)
  if (dtype === 'F16') return { dtype, shape, data: halves }
  // A bfloat16 is the upper half of a single.
  const singles = Uint32Array.from(halves, (half) => half << 16)
  return { dtype: 'F32', shape, data: new Float32Array(singles.buffer) }
}

/** Writes tensors in the order of their names, through a temporary file and a rename. */
export async function writeSafetensors(
  path: string,
  tensors: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata))
}

/** The bytes of a safetensors file, its tensors in the order of their names. */
export function encodeSafetensors(
  tensors: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Buffer<ArrayBuffer> {
  const sorted = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const entries = sorted.map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
  return Buffer.concat([encodeHeader(entries, metadata), ...sorted.map(([, { data }]) => bytesOf(data))])
}

/**
 * The bytes of a file whose tensors need not be in memory together: `read` is asked for some of them at a time, in the
 * order of `entries`, of at most `partBytes` where a single one is not larger. Throws an Error if what it gives is not
 * what the entries say.
 */
export async function* encodeInParts(
  entries: readonly TensorEntry[],
  read: (names: readonly string[]) => Promise<Weights>,
  partBytes: number,
): AsyncGenerator<Uint8Array> {
  yield encodeHeader(entries, {})
  for (const part of inParts(entries, partBytes)) {
    const tensors = await read(part.map(({ name }) => name))
    for (const entry of part) yield bytesOf(announced(entry, tensors).data)
  }
}

/** Entries in their order, in groups of at most `partBytes`; a tensor that is larger is a group of its own. */
export function inParts<Entry extends TensorEntry>(entries: readonly Entry[], partBytes: number): Entry[][] {
  const parts: Entry[][] = []
  let filled = Infinity
  for (const entry of entries) {
    const bytes = sizeOf(entry)
    if (filled + bytes > partBytes) {
      parts.push([])
      filled = 0
    }
    parts.at(-1)?.push(entry)
    filled += bytes
  }
  return parts
}

/** All that comes before the tensors, which begin at a multiple of eight and follow in the order of `entries`. */
function encodeHeader(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): Buffer<ArrayBuffer> {
  // Nothing is written where there is nothing to say, but no tensor may have the name.
  const hasMetadata = Object.keys(metadata).length > 0
  const fields = new Map<string, unknown>([[metadataKey, hasMetadata ? metadata : undefined]])
  let end = 0
  for (const entry of entries) {
    const { name, dtype, shape } = entry
    if (fields.has(name)) throw new Error(`The name ${name} is taken`)
    const begin = end
    end += sizeOf(entry)
    fields.set(name, { dtype, shape, data_offsets: [begin, end] })
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(fields)))
  const length = Buffer.alloc(lengthBytes)
  const padding = Buffer.alloc(-json.length & 7, ' ')
  length.writeBigUInt64LE(BigInt(json.length + padding.length))
  return Buffer.concat([length, json, padding])
}

function announced({ name, dtype, shape }: TensorEntry, tensors: Weights): WeightTensor {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined
  const length = shape.reduce((product, size) => product * size, 1)
  if (tensor?.dtype === dtype && tensor.shape.join() === shape.join() && tensor.data.length === length)
    return tensor
  throw new Error(`${name} is not the ${dtype} of [${shape.join(', ')}] that was announced`)
}

function sizeOf({ dtype, shape }: TensorEntry): number {
  return shape.reduce((product, size) => product * size, elementBytes[dtype])
}

function bytesOf(data: WeightTensor['data']): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

function invalid(source: ByteSource, detail: string): Failure {
  return new Failure('model-invalid', source.name, detail)
}
