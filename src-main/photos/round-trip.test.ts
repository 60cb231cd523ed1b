/** Photos of every profile, depth and turn, written in every format and read again as other programs read them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { displayP3 } from './colour-space.ts'
import type { OutputColour } from './colour-space.ts'
import { decodePhoto } from './decode.ts'
import { encodePhoto, encodeToBuffer } from './encode.ts'
import type { Encoding } from './encoding.ts'
import { srgbProfile } from './icc.ts'
import { loadSharp } from './sharp.ts'
import { taggedTiff } from './tagged-tiff.ts'
import {
  gradient,
  makeProfile,
  makeTableProfile,
  maxDifference,
  primaries,
  temporaryFolder,
} from './test-support.ts'

const at = temporaryFolder()

type Depth = 8 | 16

/** The name says what becomes of it when it is kept. */
const profiles: readonly (readonly [name: string, icc: Uint8Array | undefined])[] = [
  ['no profile', undefined],
  ['sRGB', await srgbProfile()],
  ['Adobe RGB', makeProfile(563 / 256, primaries.adobeRgb)],
  ['Display P3', displayP3().icc],
]

/** As good as each format can; JPEG alone must lose something. */
const best: readonly (readonly [encoding: Encoding, tolerance: number])[] = [
  [{ format: 'jpeg', quality: 100, chroma: '4:4:4', progressive: true }, 4],
  [{ format: 'png' }, 0],
  [{ format: 'webp', lossless: true }, 0],
  [{ format: 'avif', lossless: true }, 0],
  [{ format: 'tiff', compression: 'deflate' }, 0],
]

const upright = gradient(48, 24)
const inDepth = (picture: Pixels, depth: Depth): Pixels =>
  depth === 8
    ? picture
    : { ...picture, data: Uint16Array.from(picture.data, (v, i) => v * 257 - (i % 3) * (v > 0 ? 1 : 0)) }

/** EXIF 2.32, 4.6.4: where the upright pixel (0, 0) is stored: [from right, from bottom, sides swapped]. */
const turns = {
  1: [false, false, false],
  3: [true, true, false],
  5: [false, false, true],
  6: [false, true, true],
} as const
type Orientation = keyof typeof turns
const orientations: readonly Orientation[] = [1, 3, 5, 6]

function turned(picture: Pixels, orientation: Orientation): Pixels {
  const [fromRight, fromBottom, isSwapped] = turns[orientation]
  const { channels, data } = picture
  const [width, height] = isSwapped ? [picture.height, picture.width] : [picture.width, picture.height]
  const stored = data.slice()
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const [across, down] = isSwapped ? [y, x] : [x, y]
      const column = fromRight ? width - 1 - across : across
      const row = fromBottom ? height - 1 - down : down
      const from = (y * picture.width + x) * channels
      stored.set(data.subarray(from, from + channels), (row * width + column) * channels)
    }
  }
  return { width, height, channels, data: stored }
}

/** A TIFF with tag 274; its "rows per strip", which may be left out, makes room for it. */
function orientedTiff(picture: Pixels, icc: Uint8Array | undefined, orientation: Orientation): Buffer {
  const file = taggedTiff(picture, icc)
  const count = file.readUInt16LE(8)
  const placeOf = (tag: number): number =>
    10 + 12 * Array.from({ length: count }, (_, i) => file.readUInt16LE(10 + 12 * i)).indexOf(tag)
  const [samples, rows] = [placeOf(277), placeOf(278)]
  expect(rows).toBe(samples + 12)
  file.copy(file, rows, samples, samples + 12)
  file.writeUInt16LE(274, samples)
  file.writeUInt16LE(orientation, samples + 8)
  return file
}

/** What is stored in a file: its samples, taken as they are, and its profile. */
async function storedIn(
  path: string,
): Promise<{ picture: Pixels; icc: Uint8Array | undefined; depth: Depth }> {
  const sharp = await loadSharp()
  const { depth: kind, icc, orientation } = await sharp(path).metadata()
  expect(orientation ?? 1).toBe(1)
  const depth = kind === 'ushort' ? 16 : 8
  const image = sharp(path, { ignoreIcc: true })
  const { data, info } = await (depth === 16 ? image.toColourspace('rgb16') : image)
    .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3 && info.channels !== 4) throw new Error('not in colour')
  const samples =
    depth === 16 ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : Uint8Array.from(data)
  return {
    picture: { width: info.width, height: info.height, channels: info.channels, data: samples },
    icc,
    depth,
  }
}

const rounded = (data: Pixels['data']): number[] => Array.from(data, (value) => Math.round(value / 257))

describe.each(profiles)('%s, kept', (name, icc) => {
  for (const depth of [8, 16] as const) {
    for (const orientation of orientations) {
      it(`${depth} bits, orientation ${orientation}: the samples and the profile that the photo has`, async () => {
        const picture = inDepth(upright, depth)
        const source = at(`${name}-${depth}-${orientation}.tif`)
        writeFileSync(source, orientedTiff(turned(picture, orientation), icc, orientation))
        const decoded = await decodePhoto(source, { colour: 'keep' })
        expect(decoded.data).toEqual(picture.data)
        expect(decoded.space?.kind).toBe(name === 'Adobe RGB' || name === 'Display P3' ? 'own' : undefined)
        for (const [encoding, tolerance] of best) {
          const path = at(`out.${encoding.format}`)
          await encodePhoto(decoded, path, encoding, { overwrite: true })
          const stored = await storedIn(path)
          const isDeep = depth === 16 && (encoding.format === 'png' || encoding.format === 'tiff')
          expect(stored.icc).toEqual(Buffer.from(icc ?? (await srgbProfile())))
          expect(stored.depth).toBe(isDeep ? 16 : 8)
          expect([stored.picture.width, stored.picture.height]).toEqual([48, 24])
          const expected = depth === 16 && !isDeep ? rounded(picture.data) : picture.data
          expect(maxDifference(stored.picture.data, expected)).toBeLessThanOrEqual(tolerance)
        }
      })
    }
  }
})

describe('a colour space that is asked for', () => {
  const wide: Pixels = {
    width: 8,
    height: 8,
    channels: 3,
    data: Uint8Array.from(
      { length: 192 },
      (_, i) => (Math.floor(i / 3) < 32 ? [255, 0, 0] : [30, 240, 20])[i % 3]!,
    ),
  }

  it.each([8, 16] as const)('keeps colours outside sRGB, %i bits', async (depth) => {
    const source = at('wide.tif')
    for (const [name, icc] of profiles) {
      writeFileSync(source, taggedTiff(inDepth(wide, depth), icc))
      const isWide = name === 'Adobe RGB' || name === 'Display P3'
      for (const colour of ['keep', 'srgb', 'display-p3'] as const satisfies readonly OutputColour[]) {
        const photo = await decodePhoto(source, { colour })
        const kind = colour === 'display-p3' ? 'display-p3' : colour === 'keep' && isWide ? 'own' : undefined
        expect(photo.space?.kind).toBe(kind)
      }
    }
    // Display P3's own red: kept to the digit, and clipped to sRGB's red in sRGB.
    writeFileSync(source, taggedTiff(inDepth(wide, depth), displayP3().icc))
    const full = depth === 8 ? 255 : 65535
    const first = async (colour: OutputColour) =>
      [...(await decodePhoto(source, { colour })).data.subarray(0, 3)].map((value) =>
        Math.round((value / full) * 255),
      )
    expect(await first('keep')).toEqual([255, 0, 0])
    expect(await first('display-p3')).toEqual([255, 0, 0])
    expect(await first('srgb')).toEqual([255, 0, 0])
    const inSrgb = await decodePhoto(source, { colour: 'srgb' })
    const second = [...inSrgb.data.subarray(-3)].map((value) => Math.round((value / full) * 255))
    expect(second[0]).toBe(0)
    expect(second[1]).toBeGreaterThan(240)
  })

  it('is Display P3 for photos in Adobe RGB, as libvips shows both', async () => {
    const sharp = await loadSharp()
    const source = at('adobe.tif')
    const icc = makeProfile(563 / 256, primaries.adobeRgb)
    const soft: Pixels = { ...upright, data: upright.data.map((value) => 90 + value / 4) }
    writeFileSync(source, taggedTiff(soft, icc))
    const photo = await decodePhoto(source, { colour: 'display-p3' })
    await encodePhoto(photo, at('adobe-p3.png'), { format: 'png' })
    const shown = async (path: string) => sharp(path).raw().toBuffer()
    expect(maxDifference(await shown(at('adobe-p3.png')), await shown(source))).toBeLessThanOrEqual(2)
  })

  it('a grey picture with a profile for colours is sRGB', async () => {
    const sharp = await loadSharp()
    const data = Uint8Array.from({ length: 256 }, (_, i) => i)
    const grey = sharp(data, { raw: { width: 16, height: 16, channels: 1 } }).toColourspace('b-w')
    const jpeg = await grey.jpeg().toBuffer()
    // One segment APP2 (ICC.1:2022, annex B.4) behind the first two bytes.
    const segment = Buffer.concat([
      Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1'),
      displayP3().icc,
    ])
    segment.writeUInt16BE(segment.length - 2, 2)
    writeFileSync(at('odd.jpg'), Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]))
    expect(await sharp(at('odd.jpg')).metadata()).toMatchObject({ space: 'b-w', hasProfile: true })
    expect(await decodePhoto(at('odd.jpg'), { colour: 'keep' })).toEqual(await decodePhoto(at('odd.jpg'), {}))
  })

  it.each([8, 16] as const)(
    'a profile of tables becomes sRGB, or Display P3 without loss, %i bits',
    async (depth) => {
      const source = at('tables.tif')
      const colours: Pixels = {
        width: 2,
        height: 1,
        channels: 3,
        data: Uint8Array.of(200, 50, 30, 20, 240, 10),
      }
      writeFileSync(source, taggedTiff(inDepth(colours, depth), makeTableProfile(primaries.displayP3)))
      const scale = depth === 8 ? 1 : 257
      const seen = async (colour: OutputColour) => {
        const { data, space } = await decodePhoto(source, { colour })
        return { values: Array.from(data, (value) => value / scale), kind: space?.kind }
      }
      const kept = await seen('keep')
      expect(kept).toEqual({ ...(await seen('srgb')), kind: undefined })
      expect([kept.values[3], kept.values[5]]).toEqual([0, 0])
      const wideOnes = await seen('display-p3')
      expect(wideOnes.kind).toBe('display-p3')
      expect(maxDifference(wideOnes.values, colours.data)).toBeLessThanOrEqual(2)
    },
  )

  it('a broken profile is none, 16 bits', async () => {
    const broken = Buffer.from(makeProfile(2.2, primaries.adobeRgb).subarray(0, 132))
    broken.writeUInt32BE(132, 0)
    broken.writeUInt32BE(0, 128)
    const deep = inDepth(upright, 16)
    for (const colour of ['keep', 'srgb'] as const) {
      writeFileSync(at('broken.tif'), taggedTiff(deep, broken))
      expect(await decodePhoto(at('broken.tif'), { colour })).toEqual(deep)
    }
  })

  it('grey and CMYK become sRGB when kept, and come to Display P3 by way of it', async () => {
    const sharp = await loadSharp()
    const grey = sharp(
      Uint8Array.from({ length: 256 }, (_, i) => i),
      { raw: { width: 16, height: 16, channels: 1 } },
    )
    await grey.clone().png().toFile(at('grey.png'))
    await sharp(await encodeToBuffer(gradient(32, 32), { format: 'png' }))
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg()
      .toFile(at('cmyk.jpg'))
    for (const name of ['grey.png', 'cmyk.jpg']) {
      const kept = await decodePhoto(at(name), { colour: 'keep' })
      expect(kept.space).toBeUndefined()
      expect(kept).toEqual(await decodePhoto(at(name), {}))
      const wideOne = await decodePhoto(at(name), { colour: 'display-p3' })
      expect(wideOne.space).toBe(displayP3())
    }
    // Greys are the same numbers in both.
    const { data } = await decodePhoto(at('grey.png'), { colour: 'display-p3' })
    expect(maxDifference(data, (await decodePhoto(at('grey.png'), {})).data)).toBe(0)
  })
})

describe('alpha in a space of its own', () => {
  it.each([8, 16] as const)('stays, %i bits', async (depth) => {
    const picture = inDepth(gradient(16, 12, 4), depth)
    const source = at(`alpha-${depth}.tif`)
    writeFileSync(source, taggedTiff(picture, displayP3().icc))
    const kept = await decodePhoto(source, { colour: 'keep' })
    expect(kept).toMatchObject({ width: 16, height: 12, channels: 4 })
    expect(kept.data).toEqual(picture.data)
    const alpha = ({ data }: Pixels) => data.filter((_, i) => i % 4 === 3)
    writeFileSync(source, taggedTiff(picture, makeProfile(563 / 256, primaries.adobeRgb)))
    const converted = await decodePhoto(source, { colour: 'display-p3' })
    expect(alpha(converted)).toEqual(alpha(picture))
    for (const format of ['png', 'tiff'] as const) {
      const path = at(`alpha.${format}`)
      await encodePhoto(kept, path, { format }, { overwrite: true })
      expect((await storedIn(path)).picture).toEqual(picture)
    }
  })
})

/** TIFF 6.0, tag 259. */
function compressionTag(file: Buffer): number {
  const directory = file.readUInt32LE(4)
  const count = file.readUInt16LE(directory)
  const places = Array.from({ length: count }, (_, i) => directory + 2 + 12 * i)
  return file.readUInt16LE(places.find((place) => file.readUInt16LE(place) === 259)! + 8)
}

describe('what a format lets one choose', () => {
  it('depth: 16 bits of 8 are times 257, 8 of 16 are rounded', async () => {
    for (const format of ['png', 'tiff'] as const) {
      const path = at(`depth.${format}`)
      await encodePhoto(upright, path, { format, depth: '16' }, { overwrite: true })
      const wide = await storedIn(path)
      expect([wide.depth, [...wide.picture.data]]).toEqual([16, Array.from(upright.data, (v) => v * 257)])
      const deep = inDepth(upright, 16)
      await encodePhoto(deep, path, { format, depth: '8' }, { overwrite: true })
      const narrow = await storedIn(path)
      expect([narrow.depth, [...narrow.picture.data]]).toEqual([8, rounded(deep.data)])
    }
  })

  it('JPEG: progressive, and colours at full or half resolution', async () => {
    const sharp = await loadSharp()
    const look = async (encoding: Encoding) => {
      const { isProgressive, chromaSubsampling } = await sharp(
        await encodeToBuffer(upright, encoding),
      ).metadata()
      return [isProgressive, chromaSubsampling]
    }
    expect(await look({ format: 'jpeg', quality: 95, chroma: '4:2:0', progressive: true })).toEqual([
      true,
      '4:2:0',
    ])
    expect(await look({ format: 'jpeg', quality: 50, chroma: '4:4:4', progressive: false })).toEqual([
      false,
      '4:4:4',
    ])
    expect(await look({ format: 'jpeg', quality: 89 })).toEqual([false, '4:2:0'])
    expect(await look({ format: 'jpeg' })).toEqual([false, '4:4:4'])
  })

  it('TIFF: three ways to pack, nothing lost, and each as it is called', async () => {
    for (const [compression, number] of [
      ['deflate', 8],
      ['lzw', 5],
      ['none', 1],
    ] as const) {
      await encodePhoto(upright, at('packed.tif'), { format: 'tiff', compression }, { overwrite: true })
      expect(compressionTag(readFileSync(at('packed.tif')))).toBe(number)
      expect((await storedIn(at('packed.tif'))).picture).toEqual(upright)
    }
  })

  it('WebP and AVIF: lossless keeps what is under transparent places, too', async () => {
    const picture = gradient(24, 24, 4)
    for (const format of ['webp', 'avif'] as const) {
      const path = at(`lossless.${format}`)
      await encodePhoto(picture, path, { format, lossless: true }, { overwrite: true })
      expect((await storedIn(path)).picture).toEqual(picture)
      const [small, large] = await Promise.all(
        [30, 95].map(async (quality) => (await encodeToBuffer(picture, { format, quality })).length),
      )
      expect(small).toBeLessThan(large!)
    }
  })
})
