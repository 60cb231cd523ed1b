/** Official checkpoints (`.pth`): a state dict of tensors in a zip or in a legacy stream, read without running it. */
import { Failure } from '../../contract/errors.ts'
import type { Weights, WeightTensor } from '../../engine/protocol.ts'
import { openByteSource } from '../byte-source.ts'
import type { ByteSource } from '../byte-source.ts'
import type { Container } from './container.ts'
import { elementCount, gather } from './gather.ts'
import { openLegacyCheckpoint } from './legacy-checkpoint.ts'
import { memoryAllowed } from './memory.ts'
import type { TensorRef } from './pickle-values.ts'
import { damaged, shown } from './problems.ts'
import { isKind } from './torch-objects.ts'
import { openZipCheckpoint } from './zip-checkpoint.ts'

export interface Checkpoint {
  /** As named in the file; tensors of whole numbers are left out, doubles and bfloat16 are singles. */
  readonly tensors: Weights
  readonly format: 'zip' | 'legacy'
}

const nameMax = 256
const zipStart = 0x50 /* P of PK */
const pickleStart = 0x80 /* PROTO */

/**
 * Reads a checkpoint file. Throws Failure `checkpoint-damaged`, `checkpoint-refused` (its pickle asks for something
 * else than tensors), `checkpoint-not-a-generator` (it holds something else than tensors), or one of reading files.
 */
export async function readPth(path: string): Promise<Checkpoint> {
  const source = await openByteSource(path, 'checkpoint-damaged')
  try {
    return await parsePth(source)
  } finally {
    await source.close()
  }
}

/** The same from an open source, whose damages are `checkpoint-damaged`. */
export async function parsePth(source: ByteSource): Promise<Checkpoint> {
  const container = await openContainer(source)
  const state = stateDictOf(source, container)
  checkMemory(source, state)
  return { tensors: await readTensors(container, state), format: container.format }
}

async function openContainer(source: ByteSource): Promise<Container> {
  if (source.size === 0) throw damaged(source.name, 'is empty')
  const [first] = await source.read(0, 1)
  if (first === zipStart) return openZipCheckpoint(source)
  if (first === pickleStart) return openLegacyCheckpoint(source)
  throw damaged(source.name, 'is not a PyTorch checkpoint')
}

function stateDictOf(source: ByteSource, { root }: Container): ReadonlyMap<string, TensorRef> {
  if (!isKind(root, 'dict')) throw notAGenerator(source, 'is not a state dict')
  const state = new Map<string, TensorRef>()
  for (const [name, value] of root.entries) {
    if (!isKind(value, 'tensor')) throw notAGenerator(source, `${shown(name)} is not a tensor`)
    if (name.length > nameMax) throw notAGenerator(source, `${shown(name)} is too long a name`)
    state.set(name, value)
  }
  return state
}

/** Tensors may share a storage or repeat its elements, so a small file could ask for a lot of memory. */
function checkMemory(source: ByteSource, state: ReadonlyMap<string, TensorRef>): void {
  const bytes = [...state.values()].reduce((sum, tensor) => sum + 4 * elementCount(tensor), 0)
  if (bytes <= memoryAllowed(source.size)) return
  throw damaged(source.name, `describes ${bytes} bytes of tensors in ${source.size} bytes`)
}

/** Storage by storage, so that no more than one of them is in memory beside the tensors. */
async function readTensors(container: Container, state: ReadonlyMap<string, TensorRef>): Promise<Weights> {
  const byStorage = new Map<string, [string, TensorRef][]>()
  for (const entry of state) {
    const { key } = entry[1].storage
    const others = byStorage.get(key)
    if (others === undefined) byStorage.set(key, [entry])
    else others.push(entry)
  }
  const tensors = new Map<string, WeightTensor>()
  for (const entries of byStorage.values()) {
    const storage = entries[0]?.[1].storage
    if (storage === undefined || storage.type === 'LongStorage') continue
    const bytes = await container.readStorage(storage)
    for (const [name, tensor] of entries) tensors.set(name, gather(tensor, storage.type, bytes))
  }
  // In the order of the file again.
  return Object.fromEntries(
    [...state.keys()].flatMap((name) => {
      const tensor = tensors.get(name)
      return tensor === undefined ? [] : [[name, tensor]]
    }),
  )
}

function notAGenerator(source: ByteSource, detail: string): Failure {
  return new Failure('checkpoint-not-a-generator', source.name, detail)
}
