import fc from 'fast-check'
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { failureOf, maxDifference } from '../../photos/test-support.ts'
import { scaledSize, scalePhoto } from './scaling.ts'
import { scene, temporaryFolder, write } from './test-support.ts'

const at = temporaryFolder()

describe('scaledSize', () => {
  const side = fc.integer({ min: 1, max: 20_000 })

  it('gives the named side exactly and keeps the aspect to half a pixel', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 32, max: 2048 }), (width, height, pixels) => {
        const byShort = scaledSize({ width, height }, { kind: 'short-side', pixels })
        expect(Math.min(byShort.width, byShort.height)).toBe(pixels)
        const byWidth = scaledSize({ width, height }, { kind: 'width', pixels })
        expect(byWidth.width).toBe(pixels)
        expect(Math.abs(byWidth.height - (height * pixels) / width)).toBeLessThanOrEqual(
          byWidth.height === 1 ? 1 : 0.5,
        )
      }),
    )
  })
})

describe('scalePhoto', () => {
  it('enlarges by Catmull-Rom, which is what PIL calls bicubic', async () => {
    const edge = Buffer.from([...Array<number>(4).fill(50), ...Array<number>(4).fill(200)])
    const path = at('edge.png')
    await sharp(Buffer.concat(Array<Buffer>(8).fill(edge)), { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toFile(path)
    const { width, data, original } = await scalePhoto(path, { kind: 'width', pixels: 16 })
    expect(original).toEqual({ width: 8, height: 8 })
    const row = Array.from({ length: 16 }, (_, x) => data[(8 * width + x) * 3]!)
    // The kernel with a = -½ at distances ¼, ¾, 1¼ and 1¾ weighs 111, 29, -9 and -3 of 128.
    // a = -½: half-way between samples it weighs them -1, 9, 9, -1 of 16; on a sample, that one alone.
    const expected = [...Array<number>(6).fill(50), 50 - 150 / 16, 50, 125, 200, 200 + 150 / 16]
    expect(maxDifference(row, [...expected, ...Array<number>(5).fill(200)])).toBeLessThanOrEqual(1)
  })

  it('makes RGB of 8 bits of whatever there is: grey, 16 bits, alpha on white', async () => {
    await sharp({ create: { width: 20, height: 10, channels: 3, background: '#666' } })
      .toColourspace('grey16')
      .png()
      .toFile(at('grey16.png'))
    await sharp({
      create: { width: 20, height: 10, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toFile(at('alpha.png'))
    const grey = await scalePhoto(at('grey16.png'), { kind: 'short-side', pixels: 32 })
    expect([grey.width, grey.height, grey.data.length]).toEqual([64, 32, 64 * 32 * 3])
    expect(new Set(grey.data)).toEqual(new Set([0x66]))
    const alpha = await scalePhoto(at('alpha.png'), { kind: 'short-side', pixels: 10 })
    expect(maxDifference(alpha.data, new Uint8Array(alpha.data.length).fill(127))).toBeLessThanOrEqual(1)
  })

  it('scales a large photo by way of a smaller one as well as directly', async () => {
    const path = at('large.png')
    await write(scene(5, { width: 1600, height: 1200 }), path)
    const scaled = await scalePhoto(path, { kind: 'short-side', pixels: 96 })
    const direct = await sharp(path).resize(128, 96, { kernel: 'cubic' }).raw().toBuffer()
    expect(maxDifference(scaled.data, direct)).toBeLessThanOrEqual(2)
  })

  it('turns a photo upright before it asks which side is the short one', async () => {
    await sharp({ create: { width: 40, height: 20, channels: 3, background: '#c83' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(at('turned.jpg'))
    const { width, height, original } = await scalePhoto(at('turned.jpg'), { kind: 'width', pixels: 32 })
    expect([width, height, original]).toEqual([32, 64, { width: 20, height: 40 }])
  })

  it('refuses what is no picture, and a strip that would become endless', async () => {
    await writeFile(at('none.jpg'), 'no picture')
    await sharp({ create: { width: 1, height: 9000, channels: 3, background: '#c83' } }).toFile(
      at('strip.png'),
    )
    const scaling = { kind: 'short-side', pixels: 286 } as const
    expect((await failureOf(scalePhoto(at('none.jpg'), scaling))).code).toBe('not-a-picture')
    expect((await failureOf(scalePhoto(at('strip.png'), scaling))).code).toBe('picture-too-large')
  })
})
