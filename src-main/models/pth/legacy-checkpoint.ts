/**
 * Checkpoints before PyTorch 1.6: five pickles in a row (magic number, protocol version, system info, the state
 * dict, the storages' keys), then each storage as a count of eight bytes and its elements, in the order of the keys.
 */
import type { ByteSource } from '../byte-source.ts'
import { pickleMaxBytes } from './container.ts'
import type { Container } from './container.ts'
import { unpickle } from './pickle.ts'
import { storageBytes } from './pickle-values.ts'
import type { PickleValue, StorageRef } from './pickle-values.ts'
import { damaged, refused, shown } from './problems.ts'
import { isKind } from './torch-objects.ts'

/** Both as `torch.serialization` has them. */
const magicNumber = 0x1950a86a20f9469cfc6cn
const protocolVersion = 1001
const countBytes = 8

/** Opens the stream and finds its storages. Throws Failure `checkpoint-damaged` or `checkpoint-refused`. */
export async function openLegacyCheckpoint(source: ByteSource): Promise<Container> {
  const head = await source.read(0, Math.min(source.size, pickleMaxBytes))
  const magic = unpickle(head, 0, source.name)
  if (magic.value !== magicNumber) throw damaged(source.name, 'is not a PyTorch checkpoint')
  const protocol = unpickle(head, magic.end, source.name)
  if (protocol.value !== protocolVersion) throw damaged(source.name, 'has an unknown protocol version')
  const system = unpickle(head, protocol.end, source.name)
  checkByteOrder(source, system.value)
  const state = unpickle(head, system.end, source.name)
  const keys = unpickle(head, state.end, source.name)
  const positions = await findStorages(source, keysOf(source, keys.value), state.storages, keys.end)
  return {
    format: 'legacy',
    root: state.value,
    readStorage: async ({ key, type, count }) => {
      const position = positions.get(key)
      if (position === undefined) throw damaged(source.name, `holds no storage ${shown(key)}`)
      return source.read(position, count * storageBytes[type])
    },
  }
}

function checkByteOrder(source: ByteSource, system: PickleValue): void {
  const little = isKind(system, 'dict') ? system.entries.get('little_endian') : undefined
  if (little === false) throw refused(source.name, 'stores numbers in big-endian order')
  if (little !== true) throw damaged(source.name, 'has no system info')
}

function keysOf(source: ByteSource, value: PickleValue): readonly string[] {
  const items = isKind(value, 'list') ? value.items : []
  const keys = items.filter((item) => typeof item === 'string')
  if (!isKind(value, 'list') || keys.length !== items.length)
    throw damaged(source.name, 'has no list of storages')
  if (new Set(keys).size !== keys.length) throw damaged(source.name, 'lists a storage twice')
  return keys
}

/** Where the elements of each storage begin. Reads the counts only. */
async function findStorages(
  source: ByteSource,
  keys: readonly string[],
  storages: ReadonlyMap<string, StorageRef>,
  start: number,
): Promise<ReadonlyMap<string, number>> {
  const positions = new Map<string, number>()
  let position = start
  for (const key of keys) {
    const storage = storages.get(key)
    if (storage === undefined) throw damaged(source.name, `lists storage ${shown(key)}, which no tensor uses`)
    const count = new DataView((await source.read(position, countBytes)).buffer).getBigInt64(0, true)
    if (count !== BigInt(storage.count)) {
      throw damaged(source.name, `holds ${count} elements of storage ${shown(key)}, not ${storage.count}`)
    }
    positions.set(key, position + countBytes)
    position += countBytes + storage.count * storageBytes[storage.type]
  }
  return positions
}
