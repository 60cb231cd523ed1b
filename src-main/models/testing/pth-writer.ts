/** Test support: whole checkpoints in both containers, from tensors given as numbers. */
import type { Weights } from '../../engine/protocol.ts'
import { bytes, dictOf, int64, list, op, pickle, tensorPickle } from './pickle-writer.ts'
import type { TensorPickle } from './pickle-writer.ts'
import { zip } from './zip-writer.ts'
import type { ZipLies, ZipPart } from './zip-writer.ts'

/** A storage: its class in PyTorch and its bytes. */
export interface Storage {
  readonly type: string
  readonly data: Uint8Array
}

export interface CheckpointParts {
  readonly tensors: readonly (readonly [string, TensorPickle])[]
  readonly storages: Readonly<Record<string, Storage>>
}

const elementBytes: Readonly<Record<string, number>> = {
  FloatStorage: 4,
  HalfStorage: 2,
  DoubleStorage: 8,
  BFloat16Storage: 2,
  LongStorage: 8,
}

/** Every tensor contiguous in a storage of its own. */
export function partsOf(tensors: Weights): CheckpointParts {
  const entries = Object.entries(tensors).map(([name, tensor], index) => {
    const storage = tensor.dtype === 'F16' ? 'HalfStorage' : 'FloatStorage'
    const data = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
    const reference: TensorPickle = {
      storage,
      key: String(index),
      count: tensor.data.length,
      shape: tensor.shape,
    }
    return { name, reference, storage: { type: storage, data } }
  })
  return {
    tensors: entries.map(({ name, reference }) => [name, reference]),
    storages: Object.fromEntries(entries.map(({ storage }, index) => [String(index), storage])),
  }
}

/** The pickle of a state dict, with `_metadata` as an attribute like real ones. */
export function statePickle({ tensors }: Pick<CheckpointParts, 'tensors'>, legacy = false): Buffer {
  const entries = tensors.map(
    ([name, tensor]) => [name, tensorPickle(legacy ? { view: op.none, ...tensor } : tensor)] as const,
  )
  const version = Buffer.concat([op.emptyDict, op.text('version'), op.int(1), op.setItem])
  const attributes = Buffer.concat([op.emptyDict, op.text('_metadata'), dictOf([['', version]]), op.setItem])
  return pickle(dictOf(entries), attributes, op.build)
}

/** A zip container around any pickle. */
export function zipPth(
  statePickleBytes: Uint8Array,
  storages: CheckpointParts['storages'],
  {
    deflate = false,
    lies = {},
    more = [],
  }: { readonly deflate?: boolean; readonly lies?: ZipLies; readonly more?: readonly ZipPart[] } = {},
): Buffer {
  const files = Object.entries(storages).map(([key, { data }]) => ({
    name: `archive/data/${key}`,
    data,
    deflate,
  }))
  const version = { name: 'archive/version', data: Buffer.from('3\n') }
  return zip(
    [{ name: 'archive/data.pkl', data: statePickleBytes, deflate }, ...files, version, ...more],
    lies,
  )
}

const magic = pickle(bytes(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19))

export function systemInfo(littleEndian: boolean): Buffer {
  const little = [op.text('little_endian'), littleEndian ? op.true : op.false]
  return pickle(op.emptyDict, op.mark, op.text('protocol_version'), op.int(1001), ...little, op.setItems)
}

/** A legacy stream around any pickle. */
export function legacyPth(
  statePickleBytes: Uint8Array,
  storages: CheckpointParts['storages'],
  { system = systemInfo(true), count }: { readonly system?: Uint8Array; readonly count?: bigint } = {},
): Buffer {
  const keys = Object.keys(storages).map((key) => op.text(key))
  const data = Object.values(storages).flatMap((storage) => [
    int64(count ?? storage.data.length / (elementBytes[storage.type] ?? 1)),
    storage.data,
  ])
  return Buffer.concat([magic, pickle(op.int(1001)), system, statePickleBytes, pickle(list(keys)), ...data])
}

/** The tensors as a checkpoint file. */
export function pthOf(tensors: Weights, format: 'zip' | 'legacy'): Buffer {
  const parts = partsOf(tensors)
  return format === 'zip'
    ? zipPth(statePickle(parts), parts.storages)
    : legacyPth(statePickle(parts, true), parts.storages)
}
