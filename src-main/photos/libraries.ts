/** Which picture libraries work on this machine, for the program's self-examination. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { libheifPath } from './heic.ts'
import { exiftoolVersion } from './exiftool.ts'
import { loadSharp } from './sharp.ts'

export interface PhotoLibrary {
  readonly name: string
  /** Null where it does not work; `reason` says why. */
  readonly version: string | null
  readonly reason: string | null
}

export function photoLibraries(): Promise<readonly PhotoLibrary[]> {
  return Promise.all([
    examine('sharp', async () => (await loadSharp()).versions.sharp),
    examine('libvips', async () => (await loadSharp()).versions.vips),
    examine('libheif', libheifVersion),
    examine('exiftool', exiftoolVersion),
  ])
}

async function examine(name: string, version: () => Promise<string>): Promise<PhotoLibrary> {
  try {
    return { name, version: await version(), reason: null }
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return { name, version: null, reason: reason.split('\n')[0] ?? null }
  }
}

async function libheifVersion(): Promise<string> {
  const text = await readFile(join(dirname(libheifPath()), 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}
