/** What goes wrong with files and pictures, told as `Failure`s that name the file and give a short reason. */
import { basename } from 'node:path'
import { Failure, type ErrorCode } from '../contract/errors.ts'

/** Stops here when the caller has lost interest. */
export function throwIfCancelled(signal: AbortSignal | undefined, path: string): void {
  if (signal?.aborted === true) throw new Failure('cancelled', basename(path))
}

/** A file system error while reading. */
export function readFailure(thrown: unknown, path: string): Failure {
  const name = basename(path)
  const code = errorCodeOf(thrown)
  if (thrown instanceof Failure) return thrown
  if (code === undefined) return Failure.from(thrown, name)
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
  return new Failure(isMissing ? 'file-not-found' : 'file-not-readable', name, reasons.get(code) ?? code, {
    cause: thrown,
  })
}

/** A file system error while writing. */
export function writeFailure(thrown: unknown, path: string): Failure {
  const name = basename(path)
  const code = errorCodeOf(thrown)
  if (thrown instanceof Failure) return thrown
  if (code === undefined) return Failure.from(thrown, name)
  return new Failure(writeCodes.get(code) ?? 'cannot-write', name, reasons.get(code) ?? code, {
    cause: thrown,
  })
}

const writeCodes: ReadonlyMap<string, ErrorCode> = new Map([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EEXIST', 'file-exists'],
])

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['ENOTDIR', 'a part of its path is not a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['EEXIST', 'a file of this name exists already'],
  ['EISDIR', 'a folder of this name exists already'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENOSPC', 'no space left'],
  ['EDQUOT', 'the quota is used up'],
  ['ELOOP', 'its links lead in a circle'],
  ['EMFILE', 'too many files are open'],
  ['EIO', 'the disk reports an error'],
])

/** `ENOENT` and its like; undefined for errors that do not come from the operating system. */
export function errorCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' && /^E[A-Z0-9]+$/.test(thrown.code) ? thrown.code : undefined
}

/**
 * An error of the picture library as a failure. `cutShort`: whether the file itself shows that its end is missing,
 * which some decoders report as mere damage.
 */
export function decodeFailure(thrown: unknown, path: string, cutShort: boolean): Failure {
  if (thrown instanceof Failure) return thrown
  const name = basename(path)
  const detail = readableDetail(thrown, path)
  const options = { cause: thrown }
  if (/out of memory|unable to allocate|allocation failed/i.test(detail))
    return new Failure('out-of-memory', name, detail, options)
  if (/pixel limit|too large|image size|exceeds/i.test(detail))
    return new Failure('picture-too-large', name, detail, options)
  if (
    cutShort ||
    /premature end|unexpected end|read error|truncat|end of (file|stream|data)|not enough data/i.test(detail)
  )
    return new Failure('picture-truncated', name, detail, options)
  return new Failure('picture-damaged', name, detail, options)
}

/** libvips repeats itself and names paths; the first line that says something is enough. */
function readableDetail(thrown: unknown, path: string): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const lines = message.split('\n').map((line) =>
    line
      .replaceAll(path, basename(path))
      .replace(/^Input (file|buffer) has corrupt header: /, '')
      .replace(/^(?:Vips\w+|\w+load\w*|\w+2vips): /, '')
      .trim(),
  )
  const telling = lines.filter((line) => line !== '' && !/bad seek|unable to call/i.test(line))
  return (telling[0] ?? lines[0] ?? '').slice(0, 300)
}
