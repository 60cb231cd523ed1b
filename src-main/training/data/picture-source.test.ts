import { rm } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { failureOf } from '../../photos/test-support.ts'
import { PictureCache } from './cache.ts'
import type { PictureFile } from './folder.ts'
import { PictureSource } from './picture-source.ts'
import type { Picture, ScaledPicture } from './scaling.ts'
import { temporaryFolder, write } from './test-support.ts'

const at = temporaryFolder()
const scaling = { kind: 'short-side', pixels: 32 } as const
const files: PictureFile[] = []

/** Tells which picture it is by its one colour. */
const numbered = (index: number): Picture => ({
  width: 32,
  height: 32,
  data: new Uint8Array(32 * 32 * 3).fill(index),
})
const numberOf = ({ data }: Picture): number => data[0]!

beforeAll(async () => {
  for (let i = 0; i < 20; i++) files.push(await write(numbered(i), at(`${i}.png`)))
})

/** Counts what is asked of it. */
class WatchedCache extends PictureCache {
  readonly asked: string[] = []

  override picture(file: PictureFile, ...rest: [typeof scaling, AbortSignal?]): Promise<ScaledPicture> {
    this.asked.push(file.path)
    return super.picture(file, ...rest)
  }
}

describe('PictureSource', () => {
  it('gives pictures in the order that was told, repeated ones too, and any out of turn', async () => {
    const source = new PictureSource({ files, scaling, cache: new PictureCache(at('order')), ahead: 3 })
    expect(source.length).toBe(20)
    const order = [4, 4, 0, 19, 7, 4, 1, 2, 3]
    source.expect(order.slice(0, 5))
    const given = [numberOf(await source.next()), numberOf(await source.next())]
    expect(numberOf(await source.read(11))).toBe(11)
    source.expect(order.slice(5))
    while (given.length < order.length) given.push(numberOf(await source.next()))
    expect(given).toEqual(order)
    await expect(source.next()).rejects.toThrow(RangeError)
    expect(() => source.expect([20])).toThrow(RangeError)
  })

  it('has so many ready and no more', async () => {
    const cache = new WatchedCache(at('ahead'))
    const source = new PictureSource({ files, scaling, cache, ahead: 4 })
    source.expect(files.map((_, index) => index))
    const first = await Promise.all(Array.from({ length: 4 }, () => source.next()))
    expect(first.map(numberOf)).toEqual([0, 1, 2, 3])
    // Four given, four more under way for those who have not asked yet.
    expect(cache.asked.length).toBeLessThanOrEqual(8)
    await source.close()
    expect(cache.asked.length).toBeLessThanOrEqual(8)
  })

  it('tells of a picture that fails only to who takes it, and goes on behind it', async () => {
    const gone = await write(numbered(99), at('gone.png'))
    await rm(gone.path)
    const cache = new PictureCache(at('failing'))
    const source = new PictureSource({ files: [files[5]!, gone, files[6]!], scaling, cache })
    source.expect([0, 1, 2])
    expect(numberOf(await source.next())).toBe(5)
    expect((await failureOf(source.next())).code).toBe('file-not-found')
    expect(numberOf(await source.next())).toBe(6)
  })

  it('lets go when it is closed', async () => {
    const source = new PictureSource({ files, scaling, cache: new PictureCache(at('closed')), ahead: 8 })
    source.expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await source.close()
    const last = await Promise.allSettled(Array.from({ length: 10 }, () => source.next()))
    expect(last.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
  })
})
