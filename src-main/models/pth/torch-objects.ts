/**
 * The few things that a pickled state dict builds: ordered dicts, storages, tensors. Each is checked as it is
 * built, and what is not listed here is refused by its name.
 */
import { damaged, refused, shown } from './problems.ts'
import { storageBytes } from './pickle-values.ts'
import type {
  GlobalName,
  PickleTuple,
  PickleValue,
  StorageRef,
  StorageType,
  TensorRef,
} from './pickle-values.ts'

const rankMax = 8

const knownGlobals: ReadonlySet<string> = new Set<GlobalName>([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  ...(Object.keys(storageBytes) as StorageType[]).map((type) => `torch.${type}` as const),
])

/** A name in the pickle as a value; names other than the known ones are refused. */
export function globalOf(module: string, name: string, file: string): PickleValue {
  const full = `${module}.${name}`
  if (!isKnown(full)) throw refused(file, `asks for ${shown(full)}`)
  return { kind: 'global', name: full }
}

function isKnown(name: string): name is GlobalName {
  return knownGlobals.has(name)
}

/** A persistent id: `('storage', type, key, device, count[, view])`; legacy streams add the view. */
export function storageOf(id: PickleValue, file: string): StorageRef {
  const [tag, type, key, device, count, view = null] = itemsOf(id)
  if (tag !== 'storage' || typeof key !== 'string' || typeof device !== 'string' || !isCount(count)) {
    throw damaged(file, 'names a storage wrongly')
  }
  const storageType = storageTypeOf(type)
  if (storageType === null) throw damaged(file, `gives storage ${shown(key)} no type`)
  if (!Number.isSafeInteger(count * storageBytes[storageType])) {
    throw damaged(file, `gives storage ${shown(key)} ${count} elements`)
  }
  const whole = { kind: 'storage', type: storageType, key, count } as const
  if (view === null) return { ...whole, begin: 0, end: count }
  const [, begin, length] = itemsOf(view)
  if (!isCount(begin) || !isCount(length) || begin + length > count) {
    throw damaged(file, `names a view of storage ${shown(key)} wrongly`)
  }
  return { ...whole, begin, end: begin + length }
}

/** The arguments of `_rebuild_tensor_v2`: storage, offset, size, stride, and two or three that do not matter here. */
export function tensorOf(args: PickleTuple, file: string): TensorRef {
  const [storage, offset, size, stride] = args.items
  if (!isStorage(storage) || !isCount(offset)) throw damaged(file, 'describes a tensor wrongly')
  const shape = countsOf(size)
  const strides = countsOf(stride)
  if (shape === null || strides === null || shape.length !== strides.length) {
    throw damaged(file, 'describes a tensor with a wrong shape')
  }
  const elements = shape.reduce((product, length) => product * length, 1)
  // The last element that the tensor reaches; an empty one reaches none.
  const last = shape.reduce((index, length, axis) => index + (length - 1) * (strides[axis] ?? 0), offset)
  const within = elements === 0 || last < storage.end - storage.begin
  if (!Number.isSafeInteger(elements) || !within) {
    throw damaged(file, `describes a tensor [${shape.join(', ')}] larger than its storage`)
  }
  return { kind: 'tensor', storage, offset, shape, strides }
}

function storageTypeOf(value: PickleValue | undefined): StorageType | null {
  if (!isKind(value, 'global')) return null
  const name = value.name.replace('torch.', '')
  return isStorageType(name) ? name : null
}

function isStorageType(name: string): name is StorageType {
  return Object.hasOwn(storageBytes, name)
}

function isStorage(value: PickleValue | undefined): value is StorageRef {
  return isKind(value, 'storage')
}

/** Narrows a value to one of the kinds that are objects. */
export function isKind<Kind extends Extract<PickleValue, { kind: string }>['kind']>(
  value: PickleValue | undefined,
  kind: Kind,
): value is Extract<PickleValue, { kind: Kind }> {
  return typeof value === 'object' && value !== null && value.kind === kind
}

function itemsOf(value: PickleValue): readonly PickleValue[] {
  return isKind(value, 'tuple') ? value.items : []
}

function countsOf(value: PickleValue | undefined): readonly number[] | null {
  if (!isKind(value, 'tuple') || value.items.length > rankMax) return null
  const counts = value.items.filter(isCount)
  return counts.length === value.items.length ? counts : null
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
