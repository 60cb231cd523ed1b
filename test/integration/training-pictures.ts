/** Small training pictures that differ: soft blobs on a ground, those of B with red and blue exchanged and brighter. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { below, randomAt } from '../../src-main/engine/random.ts'

const side = 40
const blobs = 4

/** Writes `count` PNG files of 40 × 40 pixels; the same `seed` gives the same pictures. */
export async function writePictures(
  folder: string,
  kind: 'a' | 'b',
  count: number,
  seed = kind === 'a' ? 1 : 2,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (let index = 0; index < count; index++) {
    const pixels = picture(randomAt(seed, 'samples', index), kind)
    const file = join(folder, `${String(index).padStart(3, '0')}.png`)
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(file)
  }
  return folder
}

/** Reddish in A, bluish in B; the shapes are of the same kind. */
function picture(uniform: () => number, kind: 'a' | 'b'): Buffer {
  const spots = Array.from({ length: blobs }, () => ({
    x: below(side, uniform),
    y: below(side, uniform),
    radius: 4 + 8 * uniform(),
    light: uniform() < 1 / 2 ? -60 : 70,
  }))
  const ground = [150, 90, 50].map((value) => value + 30 * (uniform() - 1 / 2))
  const pixels = Buffer.alloc(3 * side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const light = spots.reduce((sum, spot) => {
        const distance = Math.hypot(x - spot.x, y - spot.y) / spot.radius
        return sum + spot.light * Math.exp(-distance * distance)
      }, 0)
      for (let channel = 0; channel < 3; channel++) {
        const from = kind === 'a' ? channel : 2 - channel
        const value = (ground[from] ?? 0) + light
        pixels[3 * (y * side + x) + channel] = Math.min(255, Math.max(0, Math.round(value)))
      }
    }
  }
  return pixels
}
