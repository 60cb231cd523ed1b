/** What the tests of this folder share: pictures that differ as photos do, made from a seed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { loadSharp } from '../../photos/sharp.ts'
import type { PictureFile } from './folder.ts'
import { lookOf, type Look } from './look.ts'
import { reduce } from './reduce.ts'
import type { Picture } from './scaling.ts'

/** A path in a folder that is gone after the tests of the calling file. */
export function temporaryFolder(): (...names: readonly string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'solstice-training-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (...names) => join(folder, ...names)
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Scene {
  readonly width?: number
  readonly height?: number
  /** Added to all values, levels of 255. */
  readonly light?: number
  /** 0 is black and white. */
  readonly colour?: number
}

/** Soft blobs of different size, colour and place: power at all low frequencies, as photos have. */
export function scene(seed: number, { width = 96, height = 96, light = 0, colour = 1 }: Scene = {}): Picture {
  const random = randomFrom(seed)
  const blobs = Array.from({ length: 14 }, () => ({
    x: random(),
    y: random(),
    size: 0.05 + 0.25 * random() ** 2,
    rgb: [random() - 0.5, random() - 0.5, random() - 0.5],
    grey: 2 * (random() - 0.5),
  }))
  const data = new Uint8Array(width * height * 3)
  for (let at = 0; at < data.length; at++) {
    const [pixel, channel] = [Math.floor(at / 3), at % 3]
    const [x, y] = [((pixel % width) + 0.5) / width, (Math.floor(pixel / width) + 0.5) / height]
    let value = 128 + light
    for (const blob of blobs) {
      const distance = ((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.size ** 2
      if (distance < 12) value += 110 * Math.exp(-distance) * (blob.grey + colour * (blob.rgb[channel] ?? 0))
    }
    data[at] = Math.min(255, Math.max(0, Math.round(value)))
  }
  return { width, height, data }
}

export const lookAt = (picture: Picture): Look => lookOf(picture, reduce(picture))

/** A picture as a file of the format that its name says. */
export async function write(picture: Picture, path: string): Promise<PictureFile> {
  const sharp = await loadSharp()
  const { width, height, data } = picture
  await mkdir(dirname(path), { recursive: true })
  const image = sharp(data, { raw: { width, height, channels: 3 } })
  await writeFile(
    path,
    await image.toFormat(path.endsWith('.jpg') ? 'jpeg' : 'png', { quality: 90 }).toBuffer(),
  )
  return fileAt(path)
}

export async function fileAt(path: string): Promise<PictureFile> {
  const { size, mtimeMs } = await stat(path)
  return { path, name: path, bytes: size, modified: mtimeMs }
}
