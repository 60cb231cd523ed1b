/** Puts a finished file where it belongs, in one step: the target is never half written, nor replaced by accident. */
import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCodeOf, writeFailure } from './failures.ts'

export interface PlaceHooks {
  /** Part of the temporary file's name, by which its owner finds it after a crash: letters, digits, `-`, `_`. */
  readonly mark?: string | undefined
  /** Called when the file is whole and on the disk, before it takes the target's name. */
  readonly beforePlaced?: ((temporary: string, target: string) => Promise<void>) | undefined
}

export interface PlaceOptions extends PlaceHooks {
  /** Replace what bears the target's name; otherwise that is a failure. */
  readonly overwrite: boolean
  /** Called with the temporary file's path before it takes the target's name, to add to the file. */
  readonly finish: (temporary: string) => Promise<void>
}

/** What a file system without hard links (exFAT, some network drives) answers to `link`. */
const noLinks: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
])

/** How the temporary files begin that were written with this mark. */
export const temporaryPrefix = (mark?: string): string =>
  mark === undefined ? '.solstice-' : `.solstice-${mark}-`

/**
 * Writes `content` to a hidden file in the target's folder, lets `finish` work on it, and gives it the target's name.
 * The temporary file is gone afterwards, whatever happens. Throws `Failure`: `disk-full`, `file-exists`, `cannot-write`.
 */
export async function placeFile(target: string, content: Uint8Array, options: PlaceOptions): Promise<void> {
  const temporary = join(dirname(target), `${temporaryPrefix(options.mark)}${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    await file.writeFile(content).finally(() => file.close())
    await options.finish(temporary)
    await flush(temporary)
    await options.beforePlaced?.(temporary, target)
    await (options.overwrite ? rename(temporary, target) : moveToFreeName(temporary, target))
  } catch (thrown) {
    throw writeFailure(thrown, target)
  } finally {
    await discard(temporary)
    // exiftool's own temporary file, should it have been stopped in its work.
    await discard(`${temporary}_exiftool_tmp`)
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync().finally(() => file.close())
}

/** `rename` would silently replace a file that appeared meanwhile; a hard link is refused by the system itself. */
async function moveToFreeName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (thrown) {
    if (!noLinks.has(errorCodeOf(thrown))) throw thrown
    await moveOverPlaceholder(temporary, target)
  }
}

/** Where there are no links: take the name with an empty file of our own, then replace that. */
async function moveOverPlaceholder(temporary: string, target: string): Promise<void> {
  const placeholder = await open(target, 'wx')
  await placeholder.close()
  try {
    await rename(temporary, target)
  } catch (thrown) {
    await discard(target)
    throw thrown
  }
}

/** What cannot be removed must not hide the reason why it should be. */
async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined)
}
