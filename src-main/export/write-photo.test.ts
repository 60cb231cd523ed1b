/** What a style made of a photo, written: sizes, colours, names that are taken; a stop leaves nothing behind. */
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { ExportSize, OnConflict } from '../contract/export.ts'
import type { LocalChange, Pixels } from '../engine/protocol.ts'
import { displayP3 } from '../photos/colour-space.ts'
import { decodePhoto } from '../photos/decode.ts'
import { encodePhoto } from '../photos/encode.ts'
import { closePhotos, exiftoolVersion } from '../photos/exiftool.ts'
import { outputSize, writeByRule, writeTo, writeUnderFreeName, type WriteOptions } from './write-photo.ts'

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
        encoding: { format: 'png' },
        strength,
      })
      expect(written).toMatchObject({ width: 12, height: 8 })
      expect(await firstPixel(written.path)).toEqual([red, 64, 64])
    }
    expect((await readdir(folder)).toSorted()).toEqual(['out-2.png', 'out-3.png', 'out.png', 'photo.png'])
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const options = { encoding: { format: 'png' }, strength: 1, signal: AbortSignal.abort() } as const
    await expect(
      writeUnderFreeName(source, { change: redder }, folder, 'out.png', options),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(folder)).toEqual(['photo.png'])
  })

  it('never goes over the photo itself', async () => {
    const before = await readFile(source)
    await expect(
      writeTo(source, { change: redder }, source, { encoding: { format: 'png' }, strength: 1 }),
    ).rejects.toMatchObject({ code: 'same-as-source' })
    expect(await readFile(source)).toEqual(before)
  })
})

const png: WriteOptions = { encoding: { format: 'png' }, strength: 1 }

const hasExifTool = await exiftoolVersion().then(
  () => true,
  () => false,
)

it.skipIf(!hasExifTool)(
  'the note says which style it was, and how strong (needs Perl, not on Windows)',
  async () => {
    const note = { version: '1.2.3', style: 'Schnee', direction: 'AtoB', strength: 0.5, detail: 'native' }
    const none = { camera: false, place: false, captions: false, copyright: false }
    const options = { ...png, note, metadata: none }
    const written = await writeUnderFreeName(source, { change: redder }, folder, 'noted.png', options)
    expect(written.metadataKept).toBe(true)
    const xmp = (await sharp(written.path).metadata()).xmp?.toString()
    expect(xmp).toContain('Solstice 1.2.3')
    expect(xmp).toContain('style Schnee, direction AtoB, strength 50%, detail native')
  },
)

describe('a size that is asked for', () => {
  const sizes = fc.oneof(
    fc.constant<ExportSize>({ kind: 'full' }),
    fc.record({ kind: fc.constant('side' as const), pixels: fc.integer({ min: 8, max: 65_535 }) }),
    fc.record({
      kind: fc.constant('percent' as const),
      percent: fc.double({ min: 1, max: 100, noNaN: true }),
    }),
  )
  const side = fc.integer({ min: 1, max: 40_000 })

  it('is never larger than the photo, never nothing, and keeps its shape', () => {
    fc.assert(
      fc.property(side, side, sizes, (width, height, wanted) => {
        const size = outputSize({ width, height }, wanted)
        expect(size.width).toBeGreaterThanOrEqual(1)
        expect(size.height).toBeGreaterThanOrEqual(1)
        expect(size.width).toBeLessThanOrEqual(width)
        expect(size.height).toBeLessThanOrEqual(height)
        const factor = Math.max(size.width, size.height) / Math.max(width, height)
        expect(Math.abs(size.width - Math.max(1, width * factor))).toBeLessThanOrEqual(0.5 + 1e-6)
        expect(Math.abs(size.height - Math.max(1, height * factor))).toBeLessThanOrEqual(0.5 + 1e-6)
      }),
    )
  })

  it('is the one that was asked for', () => {
    const photo = { width: 6000, height: 4000 }
    expect(outputSize(photo, { kind: 'full' })).toEqual(photo)
    expect(outputSize(photo, { kind: 'side', pixels: 1500 })).toEqual({ width: 1500, height: 1000 })
    expect(outputSize(photo, { kind: 'side', pixels: 9000 })).toEqual(photo)
    expect(outputSize(photo, { kind: 'percent', percent: 33.3 })).toEqual({ width: 1998, height: 1332 })
    expect(outputSize({ width: 3, height: 900 }, { kind: 'percent', percent: 1 })).toEqual({
      width: 1,
      height: 9,
    })
  })

  it('is the written file’s, with the change on it', async () => {
    const options = { ...png, size: { width: 6, height: 4 } }
    const written = await writeUnderFreeName(source, { change: redder }, folder, 'small.png', options)
    expect(written).toMatchObject({ width: 6, height: 4, colour: 'srgb' })
    expect(await sharp(written.path).metadata()).toMatchObject({ width: 6, height: 4 })
    expect(await firstPixel(written.path)).toEqual([64 + 51, 64, 64])
  })

  it('of 16 bits shows the change in finer steps than the photo has', async () => {
    const options: WriteOptions = { encoding: { format: 'png', depth: '16' }, strength: 0.01 }
    const { path } = await writeUnderFreeName(source, { change: redder }, folder, 'deep.png', options)
    const { data } = await decodePhoto(path, {})
    expect([...data.subarray(0, 3)]).toEqual([Math.round(64 * 257 + 0.002 * 65535), 64 * 257, 64 * 257])
  })
})

describe('colours outside sRGB', () => {
  /** The reddest and greenest that Display P3 has, and grey. */
  const wide: Pixels = {
    width: 3,
    height: 1,
    channels: 3,
    data: Uint8Array.of(255, 0, 0, 0, 255, 0, 128, 128, 128),
  }
  const samplesOf = async (path: string): Promise<number[]> => [
    ...(await sharp(path, { ignoreIcc: true }).raw().toBuffer()),
  ]
  let photo: string
  beforeEach(async () => {
    photo = join(folder, 'wide.png')
    await encodePhoto({ ...wide, space: displayP3() }, photo, { format: 'png' })
  })

  it('stay, whatever a style made of the photo, and how much of it is taken', async () => {
    const before = await decodePhoto(photo, {})
    const darker = { ...before, data: before.data.map((value) => Math.max(0, value - 20)) }
    for (const colour of ['keep', 'display-p3'] as const) {
      const none = { ...png, colour, strength: 0 }
      const untouched = await writeUnderFreeName(photo, { before, after: darker }, folder, 'none.png', none)
      expect(untouched.colour).toBe(colour === 'keep' ? 'own' : 'display-p3')
      expect(await samplesOf(untouched.path)).toEqual([...wide.data])
      const half = await writeUnderFreeName(photo, { before, after: darker }, folder, 'half.png', {
        ...png,
        colour,
        strength: 0.5,
      })
      const [red = 0, , , , green = 0, , ...grey] = await samplesOf(half.path)
      expect(red).toBeGreaterThan(235)
      expect(red).toBeLessThan(250)
      expect(green).toBeGreaterThan(235)
      expect(green).toBeLessThan(250)
      expect(grey).toEqual([118, 118, 118])
      expect((await sharp(half.path).metadata()).icc).toEqual(Buffer.from(displayP3().icc))
      // A change that is carried to it does no harm either.
      const { path } = await writeUnderFreeName(photo, { change: redder }, folder, 'red.png', none)
      expect(await samplesOf(path)).toEqual([...wide.data])
    }
  })

  it('become sRGB where that is asked for, or nothing is', async () => {
    for (const options of [png, { ...png, colour: 'srgb' as const }]) {
      const written = await writeUnderFreeName(photo, { change: redder }, folder, 's.png', {
        ...options,
        strength: 0,
      })
      expect(written.colour).toBe('srgb')
      expect(await samplesOf(written.path)).toEqual([...(await decodePhoto(photo, {})).data])
    }
  })
})

describe('a name that is taken', () => {
  const write = (name: string, onConflict: OnConflict, options: Partial<WriteOptions> = {}) =>
    writeByRule(source, { change: redder }, folder, name, { ...png, ...options, onConflict })

  it('unique: gets a number; skip: is passed over; overwrite: is replaced', async () => {
    const old = join(folder, 'out.png')
    await writeFile(old, 'precious')
    expect((await write('out.png', 'unique'))?.path).toBe(join(folder, 'out-2.png'))
    expect(await write('out.png', 'skip')).toBeNull()
    expect(await readFile(old, 'utf8')).toBe('precious')
    expect((await write('out.png', 'overwrite'))?.path).toBe(old)
    expect(await firstPixel(old)).toEqual([64 + 51, 64, 64])
  })

  it('skip: also where it was taken meanwhile', async () => {
    const taken = join(folder, 'late.png')
    const place = { beforePlaced: () => writeFile(taken, 'precious') }
    expect(await write('late.png', 'skip', { place })).toBeNull()
    expect(await readFile(taken, 'utf8')).toBe('precious')
    expect((await readdir(folder)).toSorted()).toEqual(['late.png', 'photo.png'])
  })

  it('makes the folders that a name has', async () => {
    for (const onConflict of ['unique', 'skip', 'overwrite'] as const) {
      const written = await write(`${onConflict}/deep/out.png`, onConflict)
      expect(written?.path).toBe(join(folder, onConflict, 'deep', 'out.png'))
      expect(await firstPixel(join(folder, onConflict, 'deep', 'out.png'))).toEqual([64 + 51, 64, 64])
    }
  })

  it('overwrite: never the photo itself, under whatever name it goes', async () => {
    const before = await readFile(source)
    await link(source, join(folder, 'twin.png'))
    await symlink(source, join(folder, 'link.png'))
    await mkdir(join(folder, 'below'))
    for (const name of ['photo.png', 'below/../photo.png', 'twin.png', 'link.png']) {
      await expect(write(name, 'overwrite')).rejects.toMatchObject({ code: 'same-as-source' })
    }
    expect(await readFile(source)).toEqual(before)
  })

  it('is told of before the file takes it, when the file is whole', async () => {
    const told: unknown[] = []
    const place = {
      mark: 'batch7',
      beforePlaced: async (temporary: string, target: string, outcome: unknown) => {
        told.push(target, outcome, await firstPixel(temporary))
        expect(temporary).toContain('batch7')
      },
    }
    await write('told.png', 'unique', { place })
    expect(told).toEqual([join(folder, 'told.png'), { metadataKept: true }, [64 + 51, 64, 64]])
    const refused = { beforePlaced: () => Promise.reject(new Error('the journal is full')) }
    await expect(write('refused.png', 'unique', { place: refused })).rejects.toThrow('the journal is full')
    expect((await readdir(folder)).toSorted()).toEqual(['photo.png', 'told.png'])
  })
})
