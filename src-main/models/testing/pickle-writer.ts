/** Test support: pickles, instruction by instruction, as PyTorch writes them and as an attacker would. */

export const bytes = (...values: readonly number[]): Buffer => Buffer.from(values)

export const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

export const int64 = (value: number | bigint): Buffer => {
  const buffer = Buffer.alloc(8)
  buffer.writeBigInt64LE(BigInt(value))
  return buffer
}

const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts)

export const op = {
  proto: bytes(0x80, 2),
  stop: bytes(0x2e),
  mark: bytes(0x28),
  none: bytes(0x4e),
  true: bytes(0x88),
  false: bytes(0x89),
  emptyTuple: bytes(0x29),
  tuple: bytes(0x74),
  emptyDict: bytes(0x7d),
  emptyList: bytes(0x5d),
  append: bytes(0x61),
  appends: bytes(0x65),
  setItem: bytes(0x73),
  setItems: bytes(0x75),
  persistent: bytes(0x51),
  reduce: bytes(0x52),
  build: bytes(0x62),
  stackGlobal: bytes(0x93),
  put: (index: number): Buffer => (index < 256 ? bytes(0x71, index) : join(bytes(0x72), uint32(index))),
  get: (index: number): Buffer => (index < 256 ? bytes(0x68, index) : join(bytes(0x6a), uint32(index))),
  text: (text: string): Buffer => join(bytes(0x58), uint32(Buffer.byteLength(text)), Buffer.from(text)),
  shortText: (text: string): Buffer => join(bytes(0x8c, Buffer.byteLength(text)), Buffer.from(text)),
  /** As Python 2 writes names. */
  python2Text: (text: string): Buffer => join(bytes(0x55, Buffer.byteLength(text)), Buffer.from(text)),
  global: (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`),
  /** BININT1 where it fits, else a LONG1 of eight bytes. */
  int: (value: number | bigint): Buffer =>
    value >= 0 && value < 256 ? bytes(0x4b, Number(value)) : join(bytes(0x8a, 8), int64(value)),
  tupleOf: (items: readonly Uint8Array[]): Buffer => join(op.mark, ...items, op.tuple),
}

export const orderedDict = join(op.global('collections', 'OrderedDict'), op.emptyTuple, op.reduce)

/** A pickle of one value. */
export const pickle = (...value: readonly Uint8Array[]): Buffer => join(op.proto, ...value, op.stop)

/** A list as a pickle value. */
export const list = (items: readonly Uint8Array[]): Buffer =>
  join(op.emptyList, op.mark, ...items, op.appends)

/** An ordered dict as Python 2 reduces it: with a list of [key, value] lists. */
export const python2Dict = (entries: readonly (readonly [string, Uint8Array])[]): Buffer =>
  join(
    op.global('collections', 'OrderedDict'),
    op.tupleOf([list(entries.map(([key, value]) => list([op.python2Text(key), value])))]),
    op.reduce,
  )

/** An ordered dict with entries. */
export const dictOf = (entries: readonly (readonly [string, Uint8Array])[]): Buffer =>
  join(orderedDict, op.mark, ...entries.flatMap(([key, value]) => [op.text(key), value]), op.setItems)

export interface TensorPickle {
  readonly storage: string
  readonly key: string
  readonly count: number | bigint
  readonly offset?: number | bigint
  readonly shape: readonly (number | bigint)[]
  readonly strides?: readonly (number | bigint)[]
  /** The last item of a legacy persistent id. */
  readonly view?: Uint8Array
}

/** A tensor as `torch.save` pickles it. */
export function tensorPickle({
  storage,
  key,
  count,
  offset = 0,
  shape,
  strides,
  view,
}: TensorPickle): Buffer {
  const id = [op.text('storage'), op.global('torch', storage), op.text(key), op.text('cpu'), op.int(count)]
  const steps = strides ?? contiguousStrides(shape.map(Number))
  return join(
    op.global('torch._utils', '_rebuild_tensor_v2'),
    op.tupleOf([
      join(op.tupleOf(view === undefined ? id : [...id, view]), op.persistent),
      op.int(offset),
      op.tupleOf(shape.map(op.int)),
      op.tupleOf(steps.map(op.int)),
      op.false,
      orderedDict,
    ]),
    op.reduce,
  )
}

export const contiguousStrides = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1))
