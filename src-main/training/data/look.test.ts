import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { isNearlySame } from './look.ts'
import type { Picture } from './scaling.ts'
import { lookAt, randomFrom, scene } from './test-support.ts'

const seed = fc.integer({ min: 0, max: 1e6 })
const runs = { numRuns: 40 }

async function changed({ width, height, data }: Picture, change: (image: Sharp) => Sharp): Promise<Picture> {
  const file = await change(sharp(data, { raw: { width, height, channels: 3 } })).toBuffer()
  const { data: pixels, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: new Uint8Array(pixels) }
}

describe('isNearlySame', () => {
  it.each<[string, (image: Sharp) => Sharp]>([
    ['strongly compressed', (image) => image.jpeg({ quality: 30 })],
    ['half as large', (image) => image.resize(48, 48).png()],
    ['larger, and not square any more', (image) => image.resize(250, 180, { fit: 'fill' }).png()],
    ['a little brighter', (image) => image.linear(1, 15).png()],
    ['a little darker', (image) => image.linear(0.9, 0).png()],
    ['softer', (image) => image.blur(1).png()],
  ])('finds a picture again when it is %s', async (_how, change) => {
    await fc.assert(
      fc.asyncProperty(seed, async (number) => {
        const picture = scene(number)
        expect(isNearlySame(lookAt(picture), lookAt(await changed(picture, change)))).toBe(true)
      }),
      runs,
    )
  })

  it('tells different pictures apart, and a picture from its mirror image', async () => {
    await fc.assert(
      fc.asyncProperty(seed, seed, async (one, other) => {
        fc.pre(one !== other)
        expect(isNearlySame(lookAt(scene(one)), lookAt(scene(other)))).toBe(false)
        const mirrored = await changed(scene(one), (image) => image.flop().png())
        expect(isNearlySame(lookAt(scene(one)), lookAt(mirrored))).toBe(false)
      }),
      runs,
    )
  })

  it('tells pictures of one colour by their colour, whatever their noise', () => {
    const noisy = (level: number, number: number): Picture => {
      const random = randomFrom(number)
      return { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).map(() => level + 3 * random()) }
    }
    const [plain, again, brighter] = [noisy(90, 1), noisy(90, 2), noisy(110, 3)]
    const withHashOf = (picture: Picture) => ({ ...lookAt(picture), hash: lookAt(plain).hash })
    expect(isNearlySame(lookAt(plain), withHashOf(again))).toBe(true)
    expect(isNearlySame(lookAt(plain), withHashOf(brighter))).toBe(false)
  })

  it('takes the same shapes in other colours for another picture', () => {
    const picture = scene(12)
    const turned = {
      ...picture,
      data: picture.data.map((_, at) => picture.data[at - (at % 3) + ((at + 1) % 3)]!),
    }
    expect(isNearlySame(lookAt(picture), lookAt(turned))).toBe(false)
  })
})
