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

interface Entry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

export interface SafetensorsFile {
  readonly tensors: Weights
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads a whole file. Header, offsets, shapes and types are checked against the file's size before memory is
 * taken; the memory taken is at most twice the file. Throws Failure `model-invalid`, or one of reading files.
 */
export async function readSafetensors(
  path: string,
  { maxBytes = fileMaxBytes }: { readonly maxBytes?: number } = {},
): Promise<SafetensorsFile> {
  const source = await openByteSource(path, 'model-invalid')
  try {
    if (source.size > maxBytes) throw invalid(source, `has ${source.size} bytes; ${maxBytes} are allowed`)
    return await parseSafetensors(source)
  } finally {
    await source.close()
  }
}

/** The same from an open source. */
export async function parseSafetensors(source: ByteSource): Promise<SafetensorsFile> {
  const head = await source.read(0, lengthBytes)
  const headerLength = new DataView(head.buffer).getBigUint64(0, true)
  if (headerLength > BigInt(Math.min(headerMaxBytes, source.size - lengthBytes))) {
    throw invalid(source, `claims a header of ${headerLength} bytes`)
  }
  const dataStart = lengthBytes + Number(headerLength)
  const header = parseHeader(source, await source.read(lengthBytes, Number(headerLength)))
  checkLayout(source, header.entries, source.size - dataStart)
  const tensors: [string, WeightTensor][] = []
  for (const entry of header.entries) {
    const bytes = await source.read(dataStart + entry.begin, entry.end - entry.begin)
    tensors.push([entry.name, tensorOf(entry, bytes)])
  }
  return { tensors: Object.fromEntries(tensors), metadata: header.metadata }
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
  const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype])
  if (end - begin !== bytes) {
    throw invalid(source, `gives ${shown} ${end - begin} bytes; its shape needs ${bytes}`)
  }
  return { name, dtype, shape, begin, end }
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(elementBytes, dtype)
}

/** The tensors must lie one after another, without overlap and without a hole, to the end of the file. */
function checkLayout(source: ByteSource, entries: readonly Entry[], dataBytes: number): void {
  let end = 0
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
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

/** The bytes of a safetensors file; the tensors begin at a multiple of eight. */
export function encodeSafetensors(
  tensors: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Buffer<ArrayBuffer> {
  const sorted = Object.entries(tensors).toSorted(([a], [b]) => (a < b ? -1 : 1))
  let end = 0
  const entries = sorted.map(([name, { dtype, shape, data }]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const
  })
  const hasMetadata = Object.keys(metadata).length > 0
  const json = JSON.stringify(
    Object.fromEntries([...(hasMetadata ? [[metadataKey, metadata] as const] : []), ...entries]),
  )
  const header = Buffer.from(json)
  const padded = Buffer.concat([header, Buffer.alloc(-header.length & 7, ' ')])
  const length = Buffer.alloc(lengthBytes)
  length.writeBigUInt64LE(BigInt(padded.length))
  const parts = sorted.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))
  return Buffer.concat([length, padded, ...parts])
}

function invalid(source: ByteSource, detail: string): Failure {
  return new Failure('model-invalid', source.name, detail)
}
