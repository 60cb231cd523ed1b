/** Finds the photos among the files and folders that a user names. */
import { readdir, realpath, stat } from 'node:fs/promises'
import type { Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import { throwIfCancelled } from './failures.ts'
import { isPhotoName } from './formats.ts'

export interface CollectedPhoto {
  readonly path: string
  /** Relative to the named folder it was found in; for a file named itself, its base name. */
  readonly relative: string
}

export interface CollectOptions {
  /** Look into folders within the named folders too. */
  readonly recursive: boolean
  /** A folder that is passed over where it lies within a named one. */
  readonly except?: string
  readonly signal?: AbortSignal
}

const inReadingOrder = new Intl.Collator('en', { numeric: true })

/**
 * Files named by the user always come, whatever they are (so that opening them can say what is wrong), and so do names
 * that do not exist and folders that cannot be read; within folders only what looks like a photo, in the order of
 * names, files before folders. Links are followed, but into no folder twice on the same way down. Throws `cancelled`.
 */
export async function* collectPhotos(
  paths: readonly string[],
  options: CollectOptions,
): AsyncGenerator<CollectedPhoto, void, undefined> {
  for (const path of paths) {
    throwIfCancelled(options.signal, path)
    if (await isFolder(path)) yield* walk(path, '', [], options)
    else yield { path, relative: basename(path) }
  }
}

async function* walk(
  folder: string,
  relative: string,
  above: readonly string[],
  options: CollectOptions,
): AsyncGenerator<CollectedPhoto, void, undefined> {
  throwIfCancelled(options.signal, folder)
  const entries = await readFolder(folder)
  if (entries === null) {
    yield { path: folder, relative: relative === '' ? basename(folder) : relative }
    return
  }
  const real = await realpath(folder)
  if (above.includes(real)) return

  const folders: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const kind = await kindOf(entry, path)
    if (kind === 'file' && isPhotoName(entry.name)) yield { path, relative: join(relative, entry.name) }
    if (kind === 'folder' && !entry.name.startsWith('.')) folders.push(entry.name)
  }
  if (!options.recursive) return
  for (const name of folders) {
    const path = join(folder, name)
    if (path !== options.except) yield* walk(path, join(relative, name), [...above, real], options)
  }
}

async function readFolder(folder: string): Promise<readonly Dirent[] | null> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null)
  return entries?.sort((a, b) => inReadingOrder.compare(a.name, b.name) || (a.name < b.name ? -1 : 1)) ?? null
}

async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> {
  const kind = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry
  if (kind?.isFile() === true) return 'file'
  return kind?.isDirectory() === true ? 'folder' : 'other'
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isDirectory() === true
}
