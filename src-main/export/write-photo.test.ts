/** A change carried to a photo's own pixels, from file to file; a stop leaves nothing behind. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LocalChange } from '../engine/protocol.ts'
import { closePhotos } from '../photos/metadata.ts'
import { writeTo, writeUnderFreeName } from './write-photo.ts'

let folder: string
let source: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-write-'))
  source = join(folder, 'photo.png')
  await sharp({ create: { width: 12, height: 8, channels: 3, background: '#404040' } })
    .png()
    .toFile(source)
})
afterEach(() => rm(folder, { recursive: true, force: true }))
afterAll(closePhotos)

/** R up by a fifth of the range, everywhere: its constant is the fourth of each twelve. */
const redder: LocalChange = {
  width: 3,
  height: 2,
  coefficients: Float32Array.from({ length: 3 * 2 * 12 }, (_, i) => (i % 12 === 3 ? 0.2 : 0)),
}

const firstPixel = async (path: string): Promise<number[]> => [
  ...(await sharp(path).raw().toBuffer()).subarray(0, 3),
]

describe('a change written to a photo', () => {
  it('is made on all of its pixels, as much as the strength says', async () => {
    for (const [strength, red] of [
      [1, 64 + 51],
      [0.5, 64 + 26],
      [0, 64],
    ] as const) {
      const written = await writeUnderFreeName(source, { change: redder }, folder, 'out.png', {
        format: 'png',
        strength,
      })
      expect(written).toMatchObject({ width: 12, height: 8 })
      expect(await firstPixel(written.path)).toEqual([red, 64, 64])
    }
    expect((await readdir(folder)).toSorted()).toEqual(['out-2.png', 'out-3.png', 'out.png', 'photo.png'])
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const options = { format: 'png', strength: 1, signal: AbortSignal.abort() } as const
    await expect(
      writeUnderFreeName(source, { change: redder }, folder, 'out.png', options),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(folder)).toEqual(['photo.png'])
  })

  it('never goes over the photo itself', async () => {
    const before = await readFile(source)
    await expect(
      writeTo(source, { change: redder }, source, { format: 'png', strength: 1 }),
    ).rejects.toMatchObject({ code: 'same-as-source' })
    expect(await readFile(source)).toEqual(before)
  })
})
