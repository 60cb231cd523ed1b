/** What a pickle of tensors can be made of. Plain data: nothing here can be called. */

/** Types of storages that are read; the name of the class in PyTorch tells the type. */
export const storageBytes = {
  FloatStorage: 4,
  HalfStorage: 2,
  DoubleStorage: 8,
  BFloat16Storage: 2,
  LongStorage: 8,
} as const
export type StorageType = keyof typeof storageBytes

/** The known names, as `module.name` in the pickle. */
export type GlobalName =
  'collections.OrderedDict' | 'torch._utils._rebuild_tensor_v2' | `torch.${StorageType}`

export interface PickleGlobal {
  readonly kind: 'global'
  readonly name: GlobalName
}
export interface PickleTuple {
  readonly kind: 'tuple'
  readonly items: readonly PickleValue[]
}
export interface PickleList {
  readonly kind: 'list'
  readonly items: PickleValue[]
}
export interface PickleDict {
  readonly kind: 'dict'
  readonly entries: Map<string, PickleValue>
}

/** A storage kept outside the pickle, or a stretch of it. */
export interface StorageRef {
  readonly kind: 'storage'
  readonly type: StorageType
  readonly key: string
  /** Elements of the whole storage. */
  readonly count: number
  /** The stretch that tensors may use, in elements. */
  readonly begin: number
  readonly end: number
}

/** A strided view of a storage; offset and strides in elements. */
export interface TensorRef {
  readonly kind: 'tensor'
  readonly storage: StorageRef
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleGlobal
  | PickleTuple
  | PickleList
  | PickleDict
  | StorageRef
  | TensorRef
