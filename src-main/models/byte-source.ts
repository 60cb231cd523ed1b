/** Bytes of a file that is not trusted: every read is checked against the file before memory is taken. */
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'

export interface ByteSource {
  /** The file's name, without its folder, for messages. */
  readonly name: string
  readonly size: number
  /** Exactly `length` bytes from `position`, in a buffer of their own; a Failure where the file has fewer. */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

export interface OpenByteSource extends ByteSource {
  close(): Promise<void>
}

/** Opens a regular file. `damaged` is the code for reads beyond its end. */
export async function openByteSource(path: string, damaged: ErrorCode): Promise<OpenByteSource> {
  const name = basename(path)
  const stats = await reading(name, stat(path))
  // Asked before opening: a pipe in the place of a file would hold us up.
  if (!stats.isFile()) throw new Failure('file-not-readable', name, 'is not a file')
  const handle = await reading(name, open(path, 'r'))
  const { size } = stats
  return {
    name,
    size,
    read: async (position, length) => {
      checkRange(name, size, position, length, damaged)
      const bytes = new Uint8Array(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await reading(
          name,
          handle.read(bytes, filled, length - filled, position + filled),
        )
        if (bytesRead === 0) throw new Failure(damaged, name, 'became shorter while it was read')
        filled += bytesRead
      }
      return bytes
    },
    close: () => handle.close(),
  }
}

/** A source over bytes in memory. */
export function bytesSource(name: string, bytes: Uint8Array, damaged: ErrorCode): ByteSource {
  return {
    name,
    size: bytes.length,
    read: async (position, length) => {
      checkRange(name, bytes.length, position, length, damaged)
      // Not `slice`, which shares memory where the bytes are a Buffer.
      return new Uint8Array(bytes.subarray(position, position + length))
    },
  }
}

/** Throws unless `length` bytes from `position` lie within `size`. */
export function checkRange(
  name: string,
  size: number,
  position: number,
  length: number,
  damaged: ErrorCode,
): void {
  const sound = Number.isSafeInteger(position) && Number.isSafeInteger(length) && position >= 0 && length >= 0
  if (sound && position + length <= size) return
  throw new Failure(damaged, name, `needs bytes ${position} to ${position + length} of ${size}`)
}

/** A failed file operation as a Failure; failures pass unchanged. */
export function readFailure(thrown: unknown, name: string): Failure {
  if (thrown instanceof Failure) return thrown
  const code = errorCodeOf(thrown)
  const missing = code === 'ENOENT' || code === 'ENOTDIR'
  return new Failure(missing ? 'file-not-found' : 'file-not-readable', name, code, { cause: thrown })
}

/** The operating system's code of a failed file operation, such as ENOENT. */
export function errorCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined
}

async function reading<Value>(name: string, operation: Promise<Value>): Promise<Value> {
  try {
    return await operation
  } catch (thrown) {
    throw readFailure(thrown, name)
  }
}
