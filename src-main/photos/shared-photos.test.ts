/** Every file of the project's collection of real and odd photos, where it is present beside the repository. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decodePhoto } from './decode.ts'
import { encodePhoto } from './encode.ts'
import { simpleEncoding } from './encoding.ts'
import { outputFormatFor } from './formats.ts'
import { inspectPhoto } from './inspect.ts'
import { closePhotos } from './exiftool.ts'
import { loadSharp } from './sharp.ts'
import { failureOf, maxDifference, temporaryFolder } from './test-support.ts'

const photos = resolve(import.meta.dirname, '../../../shared/photos')
const isPresent = existsSync(photos)
const names = isPresent ? readdirSync(photos).filter((name) => /\.(jpe?g|png|tiff?|heic)$/i.test(name)) : []
const at = temporaryFolder()
const photo = (name: string): string => join(photos, name)

const broken = new Map([
  ['corrupt-header.jpg', 'picture-damaged'],
  ['truncated.jpg', 'picture-truncated'],
])

afterAll(closePhotos)

describe.skipIf(!isPresent)('../shared/photos (skipped where it is not there)', () => {
  for (const name of names) {
    it(name, async () => {
      const code = broken.get(name)
      if (code !== undefined) {
        const failure = await failureOf(decodePhoto(photo(name), { longSide: 256 }))
        expect([failure.code, failure.subject]).toEqual([code, name])
        return
      }
      const info = await inspectPhoto(photo(name))
      const pixels = await decodePhoto(photo(name), { longSide: 256 })
      expect(Math.max(pixels.width, pixels.height)).toBe(Math.min(256, Math.max(info.width, info.height)))
      expect(pixels.data instanceof Uint16Array ? 16 : 8).toBe(info.depth)
      expect(pixels.channels).toBe(info.hasAlpha ? 4 : 3)
      const format = outputFormatFor(info.format)
      await encodePhoto(pixels, at(name), simpleEncoding(format), { metadataFrom: photo(name) })
      expect(await inspectPhoto(at(name))).toMatchObject({
        format,
        width: pixels.width,
        height: pixels.height,
      })
    })
  }

  // Whether a profile is kept, and whether its samples differ from sRGB's.
  const kept = new Map([
    ['iphone.heic', true],
    ['p3.png', true],
    ['orientation-6.jpg', true],
    ['tifftag-photoshop.tiff', true],
    ['iphone6plus.jpg', false],
  ])
  it('keep the profiles that they have, where those are of curves and primaries', async () => {
    for (const name of names.filter((each) => !broken.has(each))) {
      const { space } = await decodePhoto(photo(name), { longSide: 64, colour: 'keep' })
      expect([name, space && space.shaper !== null]).toEqual([name, kept.get(name)])
      expect(space?.kind).toBe(kept.has(name) ? 'own' : undefined)
    }
  })

  it('look the same in Display P3, as libvips shows them', async () => {
    const sharp = await loadSharp()
    for (const name of names.filter((each) => !broken.has(each) && !/\.heic$/.test(each))) {
      const options = { longSide: 64, colour: 'display-p3' } as const
      await encodePhoto(
        await decodePhoto(photo(name), options),
        at('p3.png'),
        { format: 'png', depth: '8' },
        { overwrite: true },
      )
      const shown = await sharp(at('p3.png')).toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer()
      const { data, channels } = await decodePhoto(photo(name), { longSide: 64 })
      const full = data instanceof Uint16Array ? 257 : 1
      let [sum, count] = [0, 0]
      for (let i = 0; i < data.length; i++) {
        if (channels === 4 && (data[i - (i % 4) + 3] ?? 0) < 255 * full) continue
        sum += Math.abs((shown[i] ?? 0) - (data[i] ?? 0) / full)
        count++
      }
      // Scaled in one space or in the other, edges differ by more than rounding.
      expect([name, sum <= 1.5 * count]).toEqual([name, true])
    }
  })

  it('the Display P3 sample: its red is beyond sRGB', async () => {
    const { data } = await decodePhoto(photo('p3.png'), {})
    const sharp = await loadSharp()
    const raw = await sharp(photo('p3.png'), { ignoreIcc: true }).raw().toBuffer()
    expect(maxDifference(data, raw)).toBeGreaterThan(0)
  })

  it.skipIf(!names.includes('iphone.heic'))('HEIC: a turn in the container is made once', async () => {
    const straight = await decodePhoto(photo('iphone.heic'), { longSide: 64 })
    const file = readFileSync(photo('iphone.heic'))
    const angle = file.indexOf('irot') + 4
    expect(file[angle]).toBe(0)
    file[angle] = 1 // a quarter turn to the left
    writeFileSync(at('turned.heic'), file)
    expect(await inspectPhoto(at('turned.heic'))).toMatchObject({ width: 4032, height: 3024 })
    const turned = await decodePhoto(at('turned.heic'), { longSide: 64 })
    expect([turned.width, turned.height]).toEqual([straight.height, straight.width])
    const sharp = await loadSharp()
    const { width, height, channels } = straight
    const back = sharp(straight.data, { raw: { width, height, channels } }).rotate(-90)
    // Colours are stored at half resolution, and which pixels share them changes with the turn.
    expect(maxDifference(turned.data, await back.raw().toBuffer())).toBeLessThanOrEqual(25)
  })

  it.skipIf(!names.includes('iphone.heic'))('HEIC: cut, lying about its size, cancelled', async () => {
    const file = readFileSync(photo('iphone.heic'))
    writeFileSync(at('cut.heic'), file.subarray(0, file.length / 2))
    expect((await failureOf(decodePhoto(at('cut.heic'), {}))).code).toBe('picture-truncated')

    const huge = Buffer.from(file)
    for (let place = huge.indexOf('ispe'); place >= 0; place = huge.indexOf('ispe', place + 4)) {
      huge.writeUInt32BE(40_000, place + 8)
      huge.writeUInt32BE(40_000, place + 12)
    }
    writeFileSync(at('huge.heic'), huge)
    expect((await failureOf(decodePhoto(at('huge.heic'), { longSide: 64 }))).code).toBe('picture-too-large')

    const controller = new AbortController()
    const decoding = failureOf(decodePhoto(photo('iphone.heic'), { signal: controller.signal }))
    setImmediate(() => controller.abort())
    expect((await decoding).code).toBe('cancelled')
  })
})
