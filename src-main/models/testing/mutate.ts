/** Test support: files broken at random, repeatably, and the check that reading them ends well. */
import { Failure } from '../../contract/errors.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import { bytesSource } from '../byte-source.ts'
import type { ByteSource } from '../byte-source.ts'
import { randomOf } from './weights.ts'

const telling = [0, 1, 0x7f, 0x80, 0xff]

/** One broken copy: bytes changed, cut off, doubled, moved, or taken from another file. */
export function mutate(original: Buffer, other: Buffer, seed: number): Buffer {
  const random = randomOf(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  let file = Buffer.from(original)
  for (let rounds = 1 + below(4); rounds > 0; rounds--) {
    const at = below(file.length)
    const length = 1 + below(64)
    switch (below(6)) {
      case 0:
        if (at < file.length) file[at] = (file[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        if (at < file.length) file[at] = telling[below(telling.length)] ?? 0
        break
      case 2:
        file = file.subarray(0, at)
        break
      case 3:
        file = Buffer.concat([file.subarray(0, at), file.subarray(at + length)])
        break
      case 4:
        file = Buffer.concat([file.subarray(0, at), file.subarray(at, at + length), file.subarray(at)])
        break
      default: {
        const from = below(other.length)
        file = Buffer.concat([
          file.subarray(0, at),
          other.subarray(from, from + length),
          file.subarray(at + length),
        ])
      }
    }
  }
  return file
}

export interface Outcome {
  readonly code: 'read' | ErrorCode
  /** Bytes that were asked of the file: what was taken into memory before anything was unpacked. */
  readonly bytesRead: number
}

/** Reads a file in memory; a Failure is an outcome, and anything else that is thrown goes on up. */
export async function outcomeOf(
  file: Buffer,
  damaged: ErrorCode,
  read: (source: ByteSource) => Promise<unknown>,
): Promise<Outcome> {
  let bytesRead = 0
  const source = bytesSource('fuzzed', file, damaged)
  const counting: ByteSource = {
    ...source,
    read: async (position, length) => {
      const bytes = await source.read(position, length)
      bytesRead += bytes.length
      return bytes
    },
  }
  try {
    await read(counting)
    return { code: 'read', bytesRead }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    return { code: thrown.code, bytesRead }
  }
}
