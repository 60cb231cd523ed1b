import { describe, expect, it } from 'vitest'
import { reduce } from './reduce.ts'
import type { Picture } from './scaling.ts'
import { randomFrom, scene } from './test-support.ts'
import { toneOf, type Tone } from './tone.ts'

const look = (picture: Picture): Tone => toneOf(picture, reduce(picture))

function painted(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly number[],
): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3)
    return colour(pixel % width, Math.floor(pixel / width))[at % 3] ?? 0
  })
  return { width, height, data }
}

describe('toneOf', () => {
  it('measures brightness and colourfulness as shares of the full range', () => {
    const plain = look(painted(64, 64, () => [255, 0, 0]))
    expect(plain.brightness).toBeCloseTo(0.2126, 4)
    expect(plain.colourfulness).toBeCloseTo(1, 6)
    // Pure red is as far as the red difference goes.
    expect(plain.chroma[4]).toBeCloseTo(0.5, 3)
  })

  it('tells sky from ground: the thirds from the top down', () => {
    const { luma } = look(painted(64, 66, (_, y) => Array<number>(3).fill(y < 22 ? 200 : y < 44 ? 100 : 50)))
    for (const [third, level] of [200, 100, 50].entries()) expect(luma[third]).toBeCloseTo(level / 255, 1)
  })

  it('calls grey what has no colour, noise and all, and nothing else', () => {
    const random = randomFrom(3)
    const scanned = painted(64, 64, (x) => [0, 1, 2].map(() => 3 * x + 6 * random()))
    expect(look(scanned).isGrey).toBe(true)
    expect(look(scene(5, { colour: 0 })).isGrey).toBe(true)
    expect(look(scene(5)).isGrey).toBe(false)
    const spotted = painted(64, 64, (x, y) => (x < 12 && y < 12 ? [200, 60, 60] : [90, 90, 90]))
    expect(look(spotted).isGrey).toBe(false)
  })

  it('tells fine texture from coarse', () => {
    const chequered = (size: number): Tone =>
      look(
        painted(128, 128, (x, y) =>
          Array<number>(3).fill((Math.floor(x / size) + Math.floor(y / size)) % 2 ? 160 : 90),
        ),
      )
    const [fine, coarse] = [chequered(1), chequered(16)]
    expect(fine.textures[0]).toBeGreaterThan(2 * coarse.textures[0]!)
    expect(fine.textures[1]).toBeLessThan(0.1 * coarse.textures[1]!)
  })
})
