import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { decodePhoto } from './decode.ts'
import { encodePhoto, encodeToBuffer } from './encode.ts'
import { simpleEncoding } from './encoding.ts'
import { errorCodeOf, writeFailure } from './failures.ts'
import type { OutputFormat } from './formats.ts'
import { srgbProfile } from './icc.ts'
import { placeFile } from './place.ts'
import { loadSharp } from './sharp.ts'
import { failureOf, gradient, maxDifference, temporaryFolder } from './test-support.ts'

const at = temporaryFolder()
const formats: readonly OutputFormat[] = ['jpeg', 'png', 'webp', 'tiff', 'avif']

function deepNoise(width: number, height: number, channels: 3 | 4): Pixels {
  const data = Uint16Array.from(
    { length: width * height * channels },
    (_, index) => (index * 40503 + 977) % 65536,
  )
  return { width, height, channels, data }
}

/** How far a format may be from what it was given at best quality; transparent places are not looked at. */
const tolerance: Readonly<Record<OutputFormat, number>> = { jpeg: 4, png: 0, webp: 14, tiff: 0, avif: 8 }

describe('encodePhoto', () => {
  for (const format of formats) {
    it(`${format}: the same picture comes back, tagged sRGB`, async () => {
      const sharp = await loadSharp()
      const picture = gradient(60, 40)
      const path = at(`plain.${format}`)
      expect(await encodePhoto(picture, path, simpleEncoding(format, 100))).toEqual({ metadataKept: true })
      const decoded = await decodePhoto(path, {})
      expect([decoded.width, decoded.height, decoded.channels]).toEqual([60, 40, 3])
      expect(maxDifference(decoded.data, picture.data)).toBeLessThanOrEqual(tolerance[format])
      expect(decoded.data).toBeInstanceOf(Uint8Array)
      const { icc, format: written } = await sharp(path).metadata()
      expect(icc).toEqual(await srgbProfile())
      expect(written).toBe(format === 'avif' ? 'heif' : format)
    })

    it(`${format}: a picture one pixel wide`, async () => {
      await encodePhoto(gradient(1, 33), at(`narrow.${format}`), { format })
      expect(await decodePhoto(at(`narrow.${format}`), {})).toMatchObject({ width: 1, height: 33 })
    })
  }

  for (const format of ['png', 'tiff'] as const) {
    for (const channels of [3, 4] as const) {
      it(`${format}: 16 bits and ${channels} channels without loss`, async () => {
        const picture = deepNoise(31, 17, channels)
        await encodePhoto(picture, at(`deep.${format}`), { format }, { overwrite: true })
        expect(await decodePhoto(at(`deep.${format}`), {})).toEqual(picture)
      })
    }
  }

  for (const format of ['png', 'tiff', 'webp', 'avif'] as const) {
    it(`${format}: alpha is kept`, async () => {
      const picture = gradient(32, 32, 4)
      await encodePhoto(picture, at(`alpha.${format}`), simpleEncoding(format, 100))
      const decoded = await decodePhoto(at(`alpha.${format}`), {})
      const alphaOf = ({ data }: Pixels) => data.filter((_, index) => index % 4 === 3)
      expect(decoded.channels).toBe(4)
      expect(maxDifference(alphaOf(decoded), alphaOf(picture))).toBeLessThanOrEqual(format === 'avif' ? 3 : 0)
    })
  }

  it('jpeg: what is transparent becomes white', async () => {
    const data = new Uint8Array(16 * 16 * 4)
    for (let i = 0; i < data.length; i += 4) data.set([0, 0, 200, i < 512 ? 0 : 128], i)
    await encodePhoto({ width: 16, height: 16, channels: 4, data }, at('flat.jpg'), {
      format: 'jpeg',
      quality: 100,
    })
    const decoded = await decodePhoto(at('flat.jpg'), {})
    expect(decoded.channels).toBe(3)
    expect(Array.from(decoded.data.subarray(0, 3))).toEqual([255, 255, 255])
    expect(maxDifference(decoded.data.subarray(-3), [127, 127, 227])).toBeLessThanOrEqual(2)
  })

  it('rounds 16 bits to the nearest of 8', async () => {
    const sharp = await loadSharp()
    const flat = { width: 20, height: 20, channels: 3, data: new Uint16Array(1200).fill(40000) } as const
    const { data } = await sharp(await encodeToBuffer(flat, { format: 'jpeg', quality: 100 }))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data[0]).toBe(Math.round(40000 / 257))
  })

  it('refuses what a format cannot hold', async () => {
    const long = { width: 20_000, height: 1, channels: 3, data: new Uint8Array(60_000) } as const
    for (const format of ['webp', 'avif'] as const) {
      const failure = await failureOf(encodePhoto(long, at('long'), { format }))
      expect([failure.code, failure.subject]).toEqual(['picture-too-large', 'long'])
    }
    await encodePhoto(long, at('long.jpg'), { format: 'jpeg' })
  })
})

describe('writing whole or not at all', () => {
  const folderOf = (name: string): string => {
    mkdirSync(at(name))
    return at(name)
  }
  const picture = gradient(8, 8)

  it('never replaces a file unless told to', async () => {
    const folder = folderOf('taken')
    const path = at('taken', 'photo.png')
    writeFileSync(path, 'precious')
    const failure = await failureOf(encodePhoto(picture, path, { format: 'png' }))
    expect([failure.code, failure.subject]).toEqual(['file-exists', 'photo.png'])
    expect(readFileSync(path, 'utf8')).toBe('precious')
    expect(readdirSync(folder)).toEqual(['photo.png'])
    await encodePhoto(picture, path, { format: 'png' }, { overwrite: true })
    expect(await decodePhoto(path, {})).toEqual(picture)
    expect(readdirSync(folder)).toEqual(['photo.png'])
  })

  it('lets one of many win where all write the same name', async () => {
    const folder = folderOf('race')
    const attempts = Array.from({ length: 8 }, () =>
      encodePhoto(picture, at('race', 'a.png'), { format: 'png' }),
    )
    const results = await Promise.allSettled(attempts)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['a.png'])
  })

  it('leaves the old file and nothing else when it is cancelled or fails on the way', async () => {
    const folder = folderOf('cancelled')
    const path = at('cancelled', 'photo.jpg')
    writeFileSync(path, 'precious')
    const early = encodePhoto(
      picture,
      path,
      { format: 'jpeg' },
      { overwrite: true, signal: AbortSignal.abort() },
    )
    expect((await failureOf(early)).code).toBe('cancelled')
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
    const late = placeFile(path, Buffer.from('half'), { overwrite: true, finish: () => Promise.reject(full) })
    expect((await failureOf(late)).toData()).toMatchObject({ code: 'disk-full', subject: 'photo.jpg' })
    expect(readFileSync(path, 'utf8')).toBe('precious')
    expect(readdirSync(folder)).toEqual(['photo.jpg'])
  })

  it('says why it cannot write', async () => {
    writeFileSync(at('file'), '')
    mkdirSync(at('a-folder.png'))
    for (const path of [at('nowhere', 'a.png'), at('file', 'a.png'), at('a-folder.png')]) {
      const failure = await failureOf(encodePhoto(picture, path, { format: 'png' }, { overwrite: true }))
      expect(failure.code).toBe('cannot-write')
      expect(failure.detail).not.toMatch(/^E[A-Z]/)
    }
    expect(readdirSync(at('a-folder.png'))).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('a full disk is told as such (Linux: /dev/full)', () => {
    const thrown = (() => {
      try {
        writeFileSync('/dev/full', 'x')
      } catch (caught) {
        return caught
      }
    })()
    expect(errorCodeOf(thrown)).toBe('ENOSPC')
    expect(writeFailure(thrown, '/pictures/a.jpg').toData()).toEqual({
      code: 'disk-full',
      subject: 'a.jpg',
      detail: 'no space left',
    })
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a folder without permission (not as root)',
    async () => {
      mkdirSync(at('locked'))
      chmodSync(at('locked'), 0o500)
      const failure = await failureOf(encodePhoto(picture, at('locked', 'a.png'), { format: 'png' }))
      expect(failure.toData()).toEqual({
        code: 'cannot-write',
        subject: 'a.png',
        detail: 'permission denied',
      })
    },
  )
})
