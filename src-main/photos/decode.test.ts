import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodePhoto, fit } from './decode.ts'
import { encodeToBuffer } from './encode.ts'
import { inspectPhoto } from './inspect.ts'
import { loadSharp } from './sharp.ts'
import { gradient, maxDifference, pngWithProfile, temporaryFolder } from './test-support.ts'
import { thumbnail } from './thumbnail.ts'

const at = temporaryFolder()

describe('orientation', () => {
  // Where the pixel (0, 0) of the upright picture lies in the stored one, as [from right, from bottom, sides swapped];
  // EXIF 2.32, 4.6.4.
  const stored = {
    1: [false, false, false],
    2: [true, false, false],
    3: [true, true, false],
    4: [false, true, false],
    5: [false, false, true],
    6: [false, true, true],
    7: [true, true, true],
    8: [true, false, true],
  } as const
  const upright = gradient(48, 24)

  for (const [orientation, [fromRight, fromBottom, isSwapped]] of Object.entries(stored)) {
    for (const format of ['jpeg', 'tiff', 'png', 'webp'] as const) {
      it(`${orientation} in ${format}`, async () => {
        const sharp = await loadSharp()
        const [width, height] = isSwapped ? [24, 48] : [48, 24]
        const data = new Uint8Array(upright.data.length)
        for (let y = 0; y < 24; y++) {
          for (let x = 0; x < 48; x++) {
            const [across, down] = isSwapped ? [y, x] : [x, y]
            const column = fromRight ? width - 1 - across : across
            const row = fromBottom ? height - 1 - down : down
            data.set(
              upright.data.subarray((y * 48 + x) * 3, (y * 48 + x) * 3 + 3),
              (row * width + column) * 3,
            )
          }
        }
        const image = sharp(data, { raw: { width, height, channels: 3 } }).withMetadata({
          orientation: Number(orientation),
        })
        const path = at(`orientation-${orientation}.${format}`)
        if (format === 'tiff') await image.tiff({ compression: 'none' }).toFile(path)
        else if (format === 'webp') await image.webp({ lossless: true }).toFile(path)
        else if (format === 'jpeg')
          await image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toFile(path)
        else await image.png().toFile(path)
        expect((await sharp(path).metadata()).orientation ?? 1).toBe(Number(orientation))

        expect(await inspectPhoto(path)).toMatchObject({ width: 48, height: 24 })
        const whole = await decodePhoto(path, {})
        expect([whole.width, whole.height]).toEqual([48, 24])
        expect(maxDifference(whole.data, upright.data)).toBeLessThanOrEqual(format === 'jpeg' ? 4 : 0)
        const half = await decodePhoto(path, { longSide: 24 })
        expect([half.width, half.height]).toEqual([24, 12])
        const reference = await sharp(upright.data, { raw: { width: 48, height: 24, channels: 3 } })
          .resize(24, 12)
          .raw()
          .toBuffer()
        expect(maxDifference(half.data, reference)).toBeLessThanOrEqual(format === 'jpeg' ? 5 : 1)
      })
    }
  }
})

describe('sizes', () => {
  it('fit scales down, never up, and leaves at least a pixel', () => {
    expect(fit({ width: 4000, height: 3000 }, 1024)).toEqual({ width: 1024, height: 768 })
    expect(fit({ width: 3000, height: 4000 }, 1024)).toEqual({ width: 768, height: 1024 })
    expect(fit({ width: 100, height: 50 }, 1024)).toEqual({ width: 100, height: 50 })
    expect(fit({ width: 100, height: 50 })).toEqual({ width: 100, height: 50 })
    expect(fit({ width: 1, height: 9000 }, 300)).toEqual({ width: 1, height: 300 })
  })

  for (const [width, height] of [
    [1, 1],
    [1, 37],
    [37, 1],
    [1, 1000],
    [101, 67],
  ] as const) {
    it(`${width} × ${height}`, async () => {
      const picture = gradient(width, height)
      writeFileSync(at('odd.png'), await pngWithProfile(picture, undefined))
      expect(await decodePhoto(at('odd.png'), {})).toEqual(picture)
      const small = await decodePhoto(at('odd.png'), { longSide: 10 })
      const expected = fit(picture, 10)
      expect([small.width, small.height]).toEqual([expected.width, expected.height])
      expect(small.data.length).toBe(small.width * small.height * 3)
    })
  }

  it('reads a large JPEG small, close to what a full decoding gives', async () => {
    const sharp = await loadSharp()
    writeFileSync(
      at('large.jpg'),
      await encodeToBuffer(gradient(2000, 1500), { format: 'jpeg', quality: 95 }),
    )
    const small = await decodePhoto(at('large.jpg'), { longSide: 100 })
    const full = await sharp(await sharp(at('large.jpg')).png().toBuffer())
      .resize(100, 75)
      .raw()
      .toBuffer()
    expect(maxDifference(small.data, full)).toBeLessThanOrEqual(3)
  })
})

describe('kinds of picture', () => {
  it('keeps alpha, without dark edges when it shrinks', async () => {
    const picture = gradient(40, 30, 4)
    writeFileSync(at('alpha.png'), await pngWithProfile(picture, undefined))
    expect(await decodePhoto(at('alpha.png'), {})).toEqual(picture)

    const edge = { ...picture, data: new Uint8Array(picture.data.length) }
    for (let i = 0; i < edge.data.length; i += 4)
      edge.data.set((i / 4) % 40 < 19 ? [200, 100, 50, 255] : [0, 0, 0, 0], i)
    writeFileSync(at('edge.png'), await pngWithProfile(edge, undefined))
    const { data } = await decodePhoto(at('edge.png'), { longSide: 20 })
    for (let i = 0; i < data.length; i += 4) {
      if ((data[i + 3] ?? 0) > 100)
        expect(maxDifference(data.subarray(i, i + 3), [200, 100, 50])).toBeLessThanOrEqual(20)
    }
  })

  it('makes RGB of grey, with and without alpha, in 8 and 16 bits', async () => {
    const sharp = await loadSharp()
    const pixel = {
      create: { width: 4, height: 4, channels: 4, background: { r: 90, g: 90, b: 90, alpha: 0.5 } },
    } as const
    for (const [space, colours] of [
      ['b-w', 3],
      ['b-w', 4],
      ['grey16', 3],
      ['grey16', 4],
    ] as const) {
      const image = colours === 3 ? sharp(pixel).removeAlpha() : sharp(pixel)
      await image.toColourspace(space).png().toFile(at('grey.png'))
      const { data, channels } = await decodePhoto(at('grey.png'), {})
      expect(channels).toBe(colours)
      expect(data).toBeInstanceOf(space === 'b-w' ? Uint8Array : Uint16Array)
      expect(new Set(data.subarray(0, 3)).size).toBe(1)
      expect(Math.round((data[0] ?? 0) / (space === 'b-w' ? 1 : 257))).toBe(90)
    }
  })

  it('reads palettes and the first frame of an animation', async () => {
    const sharp = await loadSharp()
    const red = { create: { width: 8, height: 16, channels: 3, background: '#f00', pageHeight: 8 } } as const
    const blue = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#00f' } })
      .png()
      .toBuffer()
    const frames = sharp(red).composite([{ input: blue, top: 8, left: 0 }])
    await frames.gif({ delay: [100, 100], loop: 0 }).toFile(at('moving.gif'))
    expect((await sharp(at('moving.gif')).metadata()).pages).toBe(2)
    const { width, height, data } = await decodePhoto(at('moving.gif'), {})
    expect([width, height]).toEqual([8, 8])
    expect(Array.from(data.subarray(0, 3))).toEqual([255, 0, 0])

    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#0a0' } })
      .png({ palette: true })
      .toFile(at('palette.png'))
    expect(Array.from((await decodePhoto(at('palette.png'), {})).data.subarray(0, 3))).toEqual([0, 170, 0])
  })
})

it('thumbnail makes a small upright WebP', async () => {
  const sharp = await loadSharp()
  await sharp(gradient(800, 400).data, { raw: { width: 800, height: 400, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(at('thumb.jpg'))
  const metadata = await sharp(await thumbnail(at('thumb.jpg'), 160)).metadata()
  expect(metadata).toMatchObject({ format: 'webp', width: 80, height: 160 })
})
