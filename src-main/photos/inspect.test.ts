/** Files that are no pictures, or broken, or lie about themselves: one failure each, never a crash. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../contract/errors.ts'
import { decodePhoto } from './decode.ts'
import { encodeToBuffer } from './encode.ts'
import { inspectPhoto } from './inspect.ts'
import { loadSharp } from './sharp.ts'
import { failureOf, gradient, temporaryFolder } from './test-support.ts'

const at = temporaryFolder()

const formats = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const
type Written = (typeof formats)[number]
const pictures = new Map<Written, Buffer>()
const pictureOf = (format: Written): Buffer => pictures.get(format) ?? Buffer.alloc(0)

beforeAll(async () => {
  const sharp = await loadSharp()
  const noisy = gradient(96, 64)
  noisy.data.forEach((sample, index) => (noisy.data[index] = sample ^ ((index * 2654435761) >>> 29)))
  for (const format of formats) {
    if (format === 'gif') {
      const raw = { width: noisy.width, height: noisy.height, channels: noisy.channels }
      pictures.set(format, await sharp(noisy.data, { raw }).gif().toBuffer())
    } else pictures.set(format, await encodeToBuffer(noisy, { format }))
  }
})

function written(name: string, content: Uint8Array | string): string {
  writeFileSync(at(name), content)
  return at(name)
}

describe('inspectPhoto', () => {
  for (const format of formats) {
    it(`tells what a ${format} file is, whatever its name`, async () => {
      const path = written(`${format}.dat`, pictureOf(format))
      const bytes = pictureOf(format).length
      const depth = 8
      expect(await inspectPhoto(path)).toEqual({
        format,
        width: 96,
        height: 64,
        depth,
        hasAlpha: false,
        bytes,
      })
    })
  }

  it('says what is wrong with what is no picture', async () => {
    mkdirSync(at('folder.jpg'))
    const cases = [
      [at('missing.jpg'), 'file-not-found'],
      [at('folder.jpg'), 'not-a-picture'],
      [at('folder.jpg', 'inside.jpg'), 'file-not-found'],
      [written('empty.jpg', ''), 'file-empty'],
      [written('text.jpg', 'This is a letter, not a photograph.'), 'not-a-picture'],
      [
        written('drawing.jpg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        'format-not-supported',
      ],
      [
        written('bitmap.jpg', Buffer.from('BM\x36\0\0\0\0\0\0\0\x36\0\0\0', 'latin1')),
        'format-not-supported',
      ],
      [written('photo.nef', pictureOf('tiff')), 'format-not-supported'],
    ] as const
    for (const [path, code] of cases) {
      const failure = await failureOf(inspectPhoto(path))
      expect([failure.code, failure.subject]).toEqual([code, path.split(/[\\/]/).at(-1)])
      expect((await failureOf(decodePhoto(path, {}))).code).toBe(code)
    }
  })

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [at('pipe.jpg')])
    expect((await failureOf(inspectPhoto(at('pipe.jpg')))).code).toBe('not-a-picture')
  })

  it('stops when told', async () => {
    const path = written('stop.jpg', pictureOf('jpeg'))
    expect((await failureOf(inspectPhoto(path, AbortSignal.abort()))).code).toBe('cancelled')
    expect((await failureOf(decodePhoto(path, { signal: AbortSignal.abort() }))).code).toBe('cancelled')
  })
})

describe('pictures that claim to be enormous', () => {
  const claims: readonly (readonly [Written, (file: Buffer) => void])[] = [
    ['jpeg', (file) => putSides(file, file.indexOf(Buffer.from([0xff, 0xc0])) + 5, 2, 40_000)],
    ['png', (file) => putSides(file, 16, 4, 40_000)],
    [
      'gif',
      (file) =>
        [6, 8, gifFrame(file) + 5, gifFrame(file) + 7].forEach((place) => file.writeUInt16LE(40_000, place)),
    ],
    ['tiff', (file) => putTiffSides(file, 40_000)],
    ['avif', (file) => putSides(file, file.indexOf('ispe') + 8, 4, 40_000)],
  ]
  for (const [format, change] of claims) {
    it(`refuses a ${format} file of 40,000 × 40,000 before taking memory`, async () => {
      const file = Buffer.from(pictureOf(format))
      change(file)
      if (format === 'png') repairPngHeader(file)
      const path = written(`huge.${format}`, file)
      const before = process.memoryUsage.rss()
      for (const attempt of [inspectPhoto, (each: string) => decodePhoto(each, { longSide: 64 })]) {
        const failure = await failureOf(attempt(path))
        expect(failure.code).toBe('picture-too-large')
        expect(failure.subject).toBe(`huge.${format}`)
      }
      expect(process.memoryUsage.rss() - before).toBeLessThan(200e6)
    })
  }

  it('names the size it refused', async () => {
    const file = Buffer.from(pictureOf('png'))
    putSides(file, 16, 4, 40_000)
    repairPngHeader(file)
    expect((await failureOf(inspectPhoto(written('named.png', file)))).detail).toMatch(/40,000 × 40,000/)
  })

  it('allows less where a picture must be unpacked whole', async () => {
    const file = Buffer.from(pictureOf('png'))
    putSides(file, 16, 4, 20_000)
    repairPngHeader(file)
    expect(await inspectPhoto(written('rows.png', file))).toMatchObject({ width: 20_000 })
    file[28] = 1 // interlaced
    repairPngHeader(file)
    expect((await failureOf(inspectPhoto(written('whole.png', file)))).code).toBe('picture-too-large')
  })
})

/** Where a GIF's first image descriptor begins: behind the screen, its palette and the extensions. */
function gifFrame(file: Buffer): number {
  let at = 13 + ((file[10] ?? 0) & 0x80 ? 3 * 2 ** (((file[10] ?? 0) & 7) + 1) : 0)
  while (file[at] === 0x21) {
    at += 2
    while (file[at] !== 0) at += (file[at] ?? 0) + 1
    at += 1
  }
  return at
}

function putSides(file: Buffer, place: number, bytes: 2 | 4, side: number): void {
  file.writeUIntBE(side, place, bytes)
  file.writeUIntBE(side, place + bytes, bytes)
}

function putTiffSides(file: Buffer, side: number): void {
  const directory = file.readUInt32LE(4)
  const count = file.readUInt16LE(directory)
  for (let at = directory + 2; at < directory + 2 + 12 * count; at += 12) {
    if (![256, 257].includes(file.readUInt16LE(at))) continue
    file.writeUInt16LE(4, at + 2)
    file.writeUInt32LE(side, at + 8)
  }
}

/** A PNG header's check sum. */
function repairPngHeader(file: Buffer): void {
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29)
}

describe('pictures that are cut', () => {
  for (const format of formats) {
    for (const share of [0.5, 0.7, 0.9]) {
      it(`a ${format} file cut at ${share * 100} %`, async () => {
        const whole = pictureOf(format)
        const path = written(`cut-${share}.${format}`, whole.subarray(0, Math.floor(whole.length * share)))
        const failure = await failureOf(decodePhoto(path, {}))
        expect(failure.code).toBe('picture-truncated')
        expect(failure.detail ?? '').not.toContain(at())
      })
    }
  }
})

describe('pictures with flipped bytes', () => {
  for (const format of formats) {
    it(`${format}: a picture or one failure, nothing else`, async () => {
      const whole = pictureOf(format)
      const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }))
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
          const file = Buffer.from(whole)
          for (const [place, value] of changes) file[place] = value
          const path = written(`flipped.${format}`, file)
          const result = await decodePhoto(path, { longSide: 32 }).catch((thrown: unknown) =>
            Failure.from(thrown),
          )
          if (result instanceof Failure) {
            expect(result.code).toMatch(/^(picture|format|not-a|out-of)/)
            expect(result.subject).toBe(`flipped.${format}`)
          } else expect(result.data.length).toBe(result.width * result.height * result.channels)
        }),
        { numRuns: 60 },
      )
    })
  }
})
