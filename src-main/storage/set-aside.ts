/** What cannot be understood is put out of the way, never deleted and never over what was set aside before. */
import { lstat, rename } from 'node:fs/promises'

/** More of one name would be no accident any more. */
const most = 1000

/**
 * Renames a file or folder to its name with `.damaged`, `.damaged-2` and so on behind it, whichever is free, and tells
 * the new path. Throws what the file system says.
 */
export async function setAside(path: string): Promise<string> {
  for (let number = 1; number <= most; number++) {
    const aside = number === 1 ? `${path}.damaged` : `${path}.damaged-${number}`
    if (await exists(aside)) continue
    await rename(path, aside)
    return aside
  }
  throw new Error('there is no free name to set it aside')
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
