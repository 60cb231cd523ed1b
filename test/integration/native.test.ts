/** A photo at its own size through the engine's process: tile after tile, with the style that ships. */
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import {
  networkOf,
  translateNative,
  translateNativeInPlace,
} from '../../src-main/conversion/translate-photo.ts'
import { Failure } from '../../src-main/contract/errors.ts'
import type { Progress } from '../../src-main/contract/schemas.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost, inMemory } from '../../src-main/engine/host.ts'
import type { Pixels } from '../../src-main/engine/protocol.ts'
import { compare } from '../../src-main/engine/translate/metrics.ts'
import { toTensor } from '../../src-main/engine/translate/pixels.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { blend } from '../../src-main/photos/blend.ts'
import { root, workerFile } from './built.ts'

const host = new EngineHost({ start: () => startChildProcess(workerFile) })
afterAll(() => host.close())
const model = await openModelFolder(join(root, 'models/summer-winter'), true)
const network = networkOf(model, 'AtoB')

/** A piece of a sample at its own pixels. */
async function piece(width: number, height: number, deep = false): Promise<Pixels> {
  const cut = sharp(join(root, 'samples/picosdeeuropa.jpg')).extract({ left: 500, top: 600, width, height })
  const data = new Uint8Array(await cut.raw().toBuffer())
  return { width, height, channels: 3, data: deep ? Uint16Array.from(data, (value) => 257 * value) : data }
}

function distance(a: Pixels, b: Pixels): { mean: number; largest: number } {
  let [sum, largest] = [0, 0]
  a.data.forEach((value, i) => {
    const size = Math.abs(value - (b.data[i] ?? 0)) / (a.data instanceof Uint16Array ? 257 : 1)
    sum += size
    largest = Math.max(largest, size)
  })
  return { mean: sum / a.data.length, largest }
}

const translated = async (photo: Pixels, tile?: number, draft = false): Promise<Pixels> =>
  (await translateNative(host, { name: 'a.jpg', pixels: photo }, model, 'AtoB', { tile, draft })).after

describe('a photo at its own size', () => {
  it('shows no seam: other tiles, with other borders, give the same picture', async () => {
    const photo = await piece(900, 520, true)
    const [small, large] = [await translated(photo, 200), await translated(photo, 336)]
    // Both have the statistics of the same crops. A seam would be where one has a border and the other none.
    expect(distance(small, large).largest).toBeLessThan(1.5)
    // It is near to the single pass, whose statistics are those of the whole photo.
    const single = await translated(photo, 1024)
    expect(distance(single, photo).mean).toBeGreaterThan(10)
    expect(distance(small, single).mean).toBeLessThan(5)
  })

  it('is nearly the same as a draft, in 8 bits: within 38 dB', async () => {
    for (const deep of [false, true]) {
      const photo = await piece(900, 520, deep)
      const draft = await translated(photo, 200, true)
      const full = await translated(photo, 200)
      expect(compare(toTensor(draft), toTensor(full)).psnr).toBeGreaterThan(38)
      // It is really computed in another way.
      expect(distance(draft, full).mean).toBeGreaterThan(0.01)
    }
  })

  it('is the single pass where it fits', async () => {
    const photo = await piece(150, 101)
    expect(await translated(photo)).toEqual((await host.translate(network, photo)).pixels)
  })

  it('takes the place of the photo, mixed with it as wanted', async () => {
    const photo = await piece(500, 430)
    const before = structuredClone(photo)
    const after = await translated(photo, 200)
    expect(photo).toEqual(before)
    for (const strength of [0, 0.4, 1]) {
      const pixels = structuredClone(before)
      const source = { name: 'a.jpg', pixels }
      const { tiles } = await translateNativeInPlace(host, source, model, 'AtoB', { tile: 200, strength })
      expect(tiles).toBeGreaterThan(4)
      expect(pixels).toEqual(blend(before, after, strength))
    }
  })

  it('tells how far it is and how long it will take', async () => {
    const told: Progress[] = []
    const photo = await piece(600, 400)
    await translateNative(host, { name: 'a.jpg', pixels: photo }, model, 'AtoB', {
      tile: 160,
      onProgress: (progress) => told.push(progress),
    })
    const shares = told.map(({ done, total }) => done / total)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBeCloseTo(1, 6)
    expect(told.at(-1)!.etaSeconds).toBeCloseTo(0, 6)
    expect(told.filter(({ etaSeconds }) => etaSeconds !== null).length).toBeGreaterThan(10)
  })

  it('is cancelled between two tiles, and the engine goes on with what it has loaded', async () => {
    await host.warmUp()
    const { pid } = host
    const stop = new AbortController()
    const photo = await piece(600, 400)
    const written: number[] = []
    const into = structuredClone(photo)
    const picture = inMemory(photo, into)
    const work = host.native(
      network,
      {
        ...picture,
        write: (rect, pixels) => {
          written.push(rect.top)
          picture.write(rect, pixels)
          stop.abort()
        },
      },
      { tile: 160, signal: stop.signal, subject: 'a.jpg' },
    )
    await expect(work).rejects.toMatchObject({ code: 'cancelled', subject: 'a.jpg' })
    expect(written.length).toBeLessThan(5)
    expect((await host.translate(network, await piece(16, 16))).pixels.width).toBe(16)
    expect(host.pid).toBe(pid)
  })

  it('ends with what the reader or the writer of the photo throws', async () => {
    const photo = await piece(400, 300)
    const picture = inMemory(photo, structuredClone(photo))
    const fail = (code: 'file-not-readable' | 'disk-full') => (): never => {
      throw new Failure(code, 'a.jpg')
    }
    const read = host.native(network, { ...picture, read: fail('file-not-readable') }, { tile: 160 })
    await expect(read).rejects.toMatchObject({ code: 'file-not-readable', subject: 'a.jpg' })
    const write = host.native(network, { ...picture, write: fail('disk-full') }, { tile: 160 })
    await expect(write).rejects.toMatchObject({ code: 'disk-full', subject: 'a.jpg' })
    expect((await host.translate(network, await piece(16, 16))).pixels.width).toBe(16)
  })
})
