/** `convert --size full` as users run it: what comes out has the photo's own pixels, depth and metadata. */
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExifTool } from 'exiftool-vendored'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cliFile, root } from './built.ts'
import { runTerminal, type TerminalRun } from './run-terminal.ts'

const sample = join(root, 'samples/sunset.jpg')
/** Larger than the style's working size of 1024, and yet quickly translated. */
const [width, height] = [1300, 100]

let folder: string
const at = (...names: readonly string[]): string => join(folder, ...names)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-full-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const reader = new ExifTool({ maxProcs: 1, useMWG: false, geolocation: false })
const hasExifTool = await reader.version().then(
  () => true,
  () => false,
)
afterAll(() => reader.end())

const convert = (...args: readonly string[]): Promise<TerminalRun> =>
  runTerminal(folder, ['convert', '--model', 'summer-winter', ...args])

/** A piece of the sample, without metadata. */
const strip = (): Sharp => sharp(sample).extract({ left: 300, top: 700, width, height })

/** The same in 16 bits, with something in the lower ones. */
async function deepStrip(): Promise<Sharp> {
  const raw = await strip().raw().toBuffer()
  const deep = Uint16Array.from(raw, (value, i) => 250 * value + ((i * 7919) % 1000))
  return sharp(deep, { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
}

const samplesOf = (image: Sharp): Promise<Buffer> => image.removeAlpha().raw().toBuffer()

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length
}

describe('solstice convert --size full', () => {
  it('gives the result of the working size, in the size of the photo', async () => {
    for (const size of ['full', '1024']) {
      expect((await convert(sample, '--out', size, '--size', size, '--format', 'png')).code).toBe(0)
    }
    const full = at('full/sunset-winter.png')
    const working = at('1024/sunset-winter.png')
    expect(await sharp(full).metadata()).toMatchObject({ width: 2048, height: 1365, depth: 'uchar' })

    const reduced = (path: string, side: number) =>
      samplesOf(sharp(path).resize(side, Math.round((side * 2) / 3), { fit: 'fill' }))
    const [photo, carried, translated] = await Promise.all([sample, full, working].map((p) => reduced(p, 64)))
    // Colours and light are carried…
    expect(meanDifference(photo!, translated!)).toBeGreaterThan(15)
    expect(meanDifference(carried!, translated!)).toBeLessThan(2)
    // …and what the network paints finer than that, in part.
    const details = await Promise.all([sample, full, working].map((path) => reduced(path, 1024)))
    const missed = meanDifference(details[1]!, details[2]!)
    expect(missed).toBeLessThan(0.45 * meanDifference(details[0]!, details[2]!))
  })

  it('keeps size, depth, alpha and turning, and goes on behind a file that fails', async () => {
    await mkdir(at('in'))
    const deep = await deepStrip()
    await deep.clone().png().toFile(at('in/a.png'))
    await deep.clone().tiff({ compression: 'deflate' }).toFile(at('in/b.tif'))
    await strip().ensureAlpha(0.5).png().toFile(at('in/c.png'))
    await writeFile(at('in/d.jpg'), 'no picture')
    // Lies on its side in the file, and its first row is the picture's right.
    await strip().rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 98 }).toFile(at('in/e.jpg'))
    await strip().jpeg().toFile(at('in/f.jpg'))

    const run = await convert('in', '--out', 'out', '--size', 'full', '--json')
    expect(run.code).toBe(1)
    const report = z
      .object({
        converted: z.array(z.object({ width: z.number(), height: z.number() })),
        failed: z.array(z.object({ code: z.string() })),
      })
      .parse(JSON.parse(run.stdout))
    expect(report.failed).toEqual([{ code: 'not-a-picture' }])
    expect(report.converted).toEqual(Array.from({ length: 5 }, () => ({ width, height })))

    for (const name of ['a-winter.png', 'b-winter.tif']) {
      const { data, info } = await sharp(at('out', name))
        .toColourspace('rgb16')
        .raw({ depth: 'ushort' })
        .toBuffer({ resolveWithObject: true })
      expect(await sharp(at('out', name)).metadata()).toMatchObject({ width, height, depth: 'ushort' })
      const values = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
      expect(info.channels).toBe(3)
      // Of 8 bits there could be no more than 256.
      expect(new Set(values).size).toBeGreaterThan(5000)
    }
    const [clear, kept] = await Promise.all(
      ['in/c.png', 'out/c-winter.png'].map((path) => sharp(at(path)).extractChannel(3).raw().toBuffer()),
    )
    expect(kept).toEqual(clear)

    const upright = await sharp(at('out/e-winter.jpg')).metadata()
    expect([upright.width, upright.height, upright.orientation ?? 1]).toEqual([width, height, 1])
    const [turned, straight] = await Promise.all(
      ['e', 'f'].map((name) => samplesOf(sharp(at(`out/${name}-winter.jpg`)))),
    )
    expect(meanDifference(turned!, straight!)).toBeLessThan(3)
  })

  it('gives the photo back at strength 0', async () => {
    await strip().png().toFile(at('same.png'))
    const run = await convert('same.png', '--out', 'same', '--size', 'full', '--strength', '0')
    expect(run.code).toBe(0)
    expect(await samplesOf(sharp(at('same/same-winter.png')))).toEqual(await samplesOf(sharp(at('same.png'))))
  })

  it('translates a photo that fits into the working size as ever', async () => {
    await sharp(sample).resize(300).png().toFile(at('small.png'))
    await convert('small.png', '--out', 'small-full', '--size', 'full')
    await convert('small.png', '--out', 'small-usual')
    const [full, usual] = await Promise.all(
      ['small-full', 'small-usual'].map((name) => samplesOf(sharp(at(name, 'small-winter.png')))),
    )
    expect(full).toEqual(usual)
  })

  it.skipIf(!hasExifTool)('keeps camera, capture date, place and copyright', async () => {
    const exif = {
      IFD0: { Make: 'Nordlicht', Model: 'N 1', Copyright: 'Zoe' },
      IFD2: { DateTimeOriginal: '2024:07:06 05:04:03', FNumber: '28/10' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '46/1 30/1 0/1' },
    }
    await strip().withExif(exif).jpeg().toFile(at('tagged.jpg'))
    expect((await convert('tagged.jpg', '--out', 'tagged', '--size', 'full')).code).toBe(0)
    const tags = ['Make', 'Model', 'Copyright', 'DateTimeOriginal', 'FNumber', 'GPSLatitude', 'ImageSize']
    const tagsOf = async (path: string) => {
      const all = z.record(z.string(), z.unknown()).parse(await reader.readRaw(path, { readArgs: ['-n'] }))
      return Object.fromEntries(tags.map((tag) => [tag, all[tag]]))
    }
    const source = await tagsOf(at('tagged.jpg'))
    expect(source).toMatchObject({ Make: 'Nordlicht', FNumber: 2.8, GPSLatitude: 46.5 })
    expect(await tagsOf(at('tagged/tagged-winter.jpg'))).toEqual(source)
  })

  it('stops at Ctrl-C and leaves only whole files', async () => {
    await mkdir(at('many'))
    for (const name of ['0', '1', '2', '3', '4', '5', '6', '7'])
      await copyFile(sample, at(`many/${name}.jpg`))
    const child = spawn(
      process.execPath,
      [cliFile, 'convert', 'many', '--model', 'summer-winter', '--out', 'stopped', '--size', 'full'],
      {
        cwd: folder,
        env: { ...process.env, SOLSTICE_DATA: at('data') },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect(await ended).toBe(130)
    const written = await readdir(at('stopped'))
    expect(written.length).toBeGreaterThan(0)
    expect(written.length).toBeLessThan(8)
    for (const name of written) {
      expect(name).toMatch(/^\d-winter\.jpg$/)
      const result = sharp(at('stopped', name), { failOn: 'warning' }).raw()
      const { info } = await result.toBuffer({ resolveWithObject: true })
      expect([info.width, info.height]).toEqual([2048, 1365])
    }
  })

  it('takes no other word for a size', async () => {
    const run = await convert(sample, '--out', 'out', '--size', 'fill')
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('a whole number from 8 to 65535, full, or a share')
  })
})
