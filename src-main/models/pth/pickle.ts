/**
 * A small, closed pickle machine: the instructions that PyTorch's `torch.save` writes for a state dict, in protocol
 * 2 (and the few that newer protocols put in their place, so that a refusal can name what was asked for). It builds
 * plain data, never calls anything, and its work is bounded by the number of instructions.
 * The instructions are those of Python's `pickletools`.
 */
import { damaged, refused, shown } from './problems.ts'
import { globalOf, isKind, storageOf, tensorOf } from './torch-objects.ts'
import type { PickleDict, PickleList, PickleTuple, PickleValue, StorageRef } from './pickle-values.ts'

/** A generator of 32 blocks with running statistics takes about 20,000. */
const stepsMax = 200_000
/** A line of GLOBAL. */
const lineMax = 256

export interface Unpickled {
  readonly value: PickleValue
  /** Where the next byte after the pickle lies. */
  readonly end: number
  /** All storages that the pickle names, by key, in the order of their naming. */
  readonly storages: ReadonlyMap<string, StorageRef>
}

/** Reads one pickle from `start`. Throws Failure `checkpoint-damaged` or `checkpoint-refused`. */
export function unpickle(bytes: Uint8Array, start: number, file: string): Unpickled {
  return new PickleMachine(bytes, start, file).run()
}

class PickleMachine {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #file: string
  readonly #stack: PickleValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()
  readonly #storages = new Map<string, StorageRef>()
  #position: number
  #stepsLeft = stepsMax

  constructor(bytes: Uint8Array, start: number, file: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#position = start
    this.#file = file
  }

  run(): Unpickled {
    for (;;) {
      this.#spend(1)
      const instruction = this.#byte()
      if (instruction === 0x2e /* STOP */) {
        return { value: this.#pop(), end: this.#position, storages: this.#storages }
      }
      this.#step(instruction)
    }
  }

  #step(instruction: number): void {
    switch (instruction) {
      case 0x80 /* PROTO */:
        return void this.#byte()
      case 0x95 /* FRAME */:
        return void this.#take(8)
      case 0x28 /* MARK */:
        return void this.#marks.push(this.#stack.length)
      case 0x4e /* NONE */:
        return this.#push(null)
      case 0x88 /* NEWTRUE */:
        return this.#push(true)
      case 0x89 /* NEWFALSE */:
        return this.#push(false)
      case 0x4b /* BININT1 */:
        return this.#push(this.#byte())
      case 0x4d /* BININT2 */:
        return this.#push(this.#view.getUint16(this.#take(2), true))
      case 0x4a /* BININT */:
        return this.#push(this.#view.getInt32(this.#take(4), true))
      case 0x8a /* LONG1 */:
        return this.#push(this.#long(this.#byte()))
      case 0x47 /* BINFLOAT */:
        return this.#push(this.#view.getFloat64(this.#take(8), false))
      case 0x55: /* SHORT_BINSTRING, as Python 2 writes names */
      case 0x8c /* SHORT_BINUNICODE */:
        return this.#push(this.#text(this.#byte()))
      case 0x58 /* BINUNICODE */:
        return this.#push(this.#text(this.#uint32()))
      case 0x29 /* EMPTY_TUPLE */:
        return this.#push({ kind: 'tuple', items: [] })
      case 0x85: /* TUPLE1 */
      case 0x86: /* TUPLE2 */
      case 0x87 /* TUPLE3 */:
        return this.#push({ kind: 'tuple', items: this.#popMany(instruction - 0x84) })
      case 0x74 /* TUPLE */:
        return this.#push({ kind: 'tuple', items: this.#popToMark() })
      case 0x5d /* EMPTY_LIST */:
        return this.#push({ kind: 'list', items: [] })
      case 0x61 /* APPEND */:
        return this.#append(this.#popMany(1))
      case 0x65 /* APPENDS */:
        return this.#append(this.#popToMark())
      case 0x7d /* EMPTY_DICT */:
        return this.#push({ kind: 'dict', entries: new Map() })
      case 0x73 /* SETITEM */:
        return this.#setItems(this.#popMany(2))
      case 0x75 /* SETITEMS */:
        return this.#setItems(this.#popToMark())
      case 0x71 /* BINPUT */:
        return void this.#memo.set(this.#byte(), this.#top())
      case 0x72 /* LONG_BINPUT */:
        return void this.#memo.set(this.#uint32(), this.#top())
      case 0x94 /* MEMOIZE */:
        return void this.#memo.set(this.#memo.size, this.#top())
      case 0x68 /* BINGET */:
        return this.#push(this.#remembered(this.#byte()))
      case 0x6a /* LONG_BINGET */:
        return this.#push(this.#remembered(this.#uint32()))
      case 0x63 /* GLOBAL */:
        return this.#push(globalOf(this.#line(), this.#line(), this.#file))
      case 0x69 /* INST */:
        throw refused(this.#file, `asks for ${shown(this.#line())}.${shown(this.#line())}`)
      case 0x93 /* STACK_GLOBAL */:
        return this.#stackGlobal()
      case 0x51 /* BINPERSID */:
        return this.#persistent()
      case 0x52 /* REDUCE */:
        return this.#reduce()
      case 0x62 /* BUILD */:
        return this.#build()
      default:
        throw refused(
          this.#file,
          `uses the pickle instruction 0x${instruction.toString(16).padStart(2, '0')}`,
        )
    }
  }

  #stackGlobal(): void {
    const [module, name] = this.#popMany(2)
    if (typeof module !== 'string' || typeof name !== 'string') throw this.#damaged('names a class wrongly')
    this.#push(globalOf(module, name, this.#file))
  }

  #persistent(): void {
    const storage = storageOf(this.#pop(), this.#file)
    const before = this.#storages.get(storage.key)
    if (before !== undefined && (before.type !== storage.type || before.count !== storage.count)) {
      throw this.#damaged(`describes storage ${shown(storage.key)} in two ways`)
    }
    this.#storages.set(storage.key, storage)
    this.#push(storage)
  }

  #reduce(): void {
    const [callable, args] = this.#popMany(2)
    if (!isKind(callable, 'global') || !isKind(args, 'tuple'))
      throw this.#damaged('calls what cannot be called')
    if (callable.name === 'torch._utils._rebuild_tensor_v2') return this.#push(tensorOf(args, this.#file))
    if (callable.name === 'collections.OrderedDict') return this.#push(this.#orderedDict(args))
    throw refused(this.#file, `asks to call ${callable.name}`)
  }

  /** Without arguments, or, as Python 2 writes it, with one list of [key, value] lists. */
  #orderedDict({ items: [pairs, ...rest] }: PickleTuple): PickleDict {
    const dict: PickleDict = { kind: 'dict', entries: new Map() }
    if (pairs === undefined) return dict
    if (!isKind(pairs, 'list') || rest.length > 0) throw this.#damaged('makes a dict wrongly')
    // The list may be used again and again, so its length counts as work.
    this.#spend(pairs.items.length)
    for (const pair of pairs.items) {
      if (!isKind(pair, 'list') && !isKind(pair, 'tuple')) throw this.#damaged('makes a dict wrongly')
      this.#setItem(dict, pair.items[0], pair.items[1])
    }
    return dict
  }

  /** A state dict carries the versions of its modules as an attribute, which is of no use here. */
  #build(): void {
    const [target, state] = this.#popMany(2)
    if (!isKind(target, 'dict') || !isKind(state, 'dict'))
      throw refused(this.#file, 'asks to set the state of an object')
    this.#push(target)
  }

  #append(items: readonly PickleValue[]): void {
    const list: PickleValue = this.#top()
    if (!isKind(list, 'list')) throw this.#damaged('appends to what is not a list')
    this.#addAll(list, items)
  }

  #addAll(list: PickleList, items: readonly PickleValue[]): void {
    for (const item of items) list.items.push(item)
  }

  #setItems(items: readonly PickleValue[]): void {
    const dict = this.#top()
    if (!isKind(dict, 'dict')) throw this.#damaged('sets an item of what is not a dict')
    for (let i = 0; i < items.length; i += 2) this.#setItem(dict, items[i], items[i + 1])
  }

  #setItem(dict: PickleDict, key: PickleValue | undefined, value: PickleValue | undefined): void {
    if (typeof key !== 'string' || value === undefined) throw this.#damaged('has an entry without a name')
    dict.entries.set(key, value)
  }

  #push(value: PickleValue): void {
    this.#stack.push(value)
  }

  /** What lies below a mark is out of reach until the mark is taken away. */
  #popMany(count: number): PickleValue[] {
    if (this.#stack.length - count < (this.#marks.at(-1) ?? 0))
      throw this.#damaged('takes from an empty stack')
    return this.#stack.splice(this.#stack.length - count, count)
  }

  #popToMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw this.#damaged('misses a mark')
    return this.#stack.splice(mark)
  }

  #pop(): PickleValue {
    const [value] = this.#popMany(1)
    if (value === undefined) throw this.#damaged('takes from an empty stack')
    return value
  }

  #top(): PickleValue {
    const value = this.#pop()
    this.#push(value)
    return value
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index)
    if (value === undefined) throw this.#damaged(`uses memo ${index} before it is set`)
    return value
  }

  /** A little-endian integer of two's complement; sixteen bytes are more than any that PyTorch writes. */
  #long(length: number): number | bigint {
    if (length > 16) throw this.#damaged(`holds an integer of ${length} bytes`)
    const at = this.#take(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#view.getUint8(at + i))
    const signed = BigInt.asIntN(length * 8, value)
    const number = Number(signed)
    return Number.isSafeInteger(number) ? number : signed
  }

  #text(length: number): string {
    const at = this.#take(length)
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length))
  }

  #line(): string {
    const at = this.#position
    const end = this.#bytes.subarray(at, at + lineMax).indexOf(0x0a)
    if (end < 0) throw this.#damaged('holds a name without an end')
    this.#position = at + end + 1
    return new TextDecoder().decode(this.#bytes.subarray(at, at + end))
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1))
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  /** Steps over `length` bytes and tells where they begin. */
  #take(length: number): number {
    const at = this.#position
    if (at + length > this.#bytes.length) throw this.#damaged('ends in the middle of its pickle')
    this.#position = at + length
    return at
  }

  #spend(steps: number): void {
    this.#stepsLeft -= steps
    if (this.#stepsLeft < 0) throw refused(this.#file, `needs more than ${stepsMax} pickle instructions`)
  }

  #damaged(detail: string): Error {
    return damaged(this.#file, detail)
  }
}
