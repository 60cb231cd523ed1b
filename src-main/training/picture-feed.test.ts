import { rm } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { epochSteps, paperSettings, type TrainingSettings } from '../contract/training.ts'
import type { Pixels } from '../engine/protocol.ts'
import { failureOf } from '../photos/test-support.ts'
import { PictureCache } from './data/cache.ts'
import { scene, temporaryFolder, write } from './data/test-support.ts'
import { PictureOrder } from './order.ts'
import { PictureFeed } from './picture-feed.ts'
import type { RunPictures } from './run-file.ts'

const at = temporaryFolder()
const settings: TrainingSettings = { ...paperSettings, load: 40, crop: 32, batch: 2, seed: 5 }
let pictures: RunPictures

/** A picture is told by its place: they are of one shade each, 10 apart; those of B odd. */
const shade = (side: 'a' | 'b', place: number): number => 10 * place + (side === 'a' ? 10 : 15)
const placeOf = ({ data }: Pixels): number => Math.floor((data[0]! - 10) / 10)
const sideOf = ({ data }: Pixels): 'a' | 'b' => (data[0]! % 10 === 0 ? 'a' : 'b')

beforeAll(async () => {
  const of = (side: 'a' | 'b', count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, place) => {
        const data = new Uint8Array(3 * 60 * 48).fill(shade(side, place))
        return write({ width: 60, height: 48, data }, at(side, `${place}.png`))
      }),
    )
  pictures = { a: await of('a', 9), b: await of('b', 7) }
})

let caches = 0
const feedOf = (changes: Partial<RunPictures> = {}, chosen = settings): PictureFeed =>
  new PictureFeed({
    pictures: { ...pictures, ...changes },
    settings: chosen,
    cache: new PictureCache(at(`cache ${++caches}`)),
  })

async function taken(feed: PictureFeed, steps: number) {
  const all: { readonly a: readonly number[]; readonly b: readonly number[] }[] = []
  for (let step = 0; step < steps; step++) {
    const { a, b } = await feed.next()
    expect([...a.map(sideOf), ...b.map(sideOf)]).toEqual(['a', 'a', 'b', 'b'])
    all.push({ a: a.map(placeOf), b: b.map(placeOf) })
  }
  return all
}

const order = new PictureOrder({ seed: 5, batch: 2, a: 9, b: 7, epochSteps: epochSteps(settings, 9) })
const ordered = (from: number, steps: number) =>
  Array.from({ length: steps }, (_, index) => order.at(from + index))

describe('PictureFeed', () => {
  it('gives the pictures of each step in their order, scaled, up to the last', async () => {
    const feed = feedOf()
    feed.from(1, 20)
    const { a } = await feed.next()
    // 60 × 48 by the short side to 40.
    expect(a[0]).toMatchObject({ width: 50, height: 40, channels: 3 })
    expect(a[0]!.data.buffer.byteLength).toBe(3 * 50 * 40)
    expect(await taken(feed, 19)).toEqual(ordered(2, 19))
    await expect(feed.next()).rejects.toThrow('no step is left')
    await feed.close()
  })

  it('goes on at any step as if it had come from the first', async () => {
    for (const from of [2, 6, 17]) {
      const feed = feedOf()
      feed.from(from, 20)
      expect(await taken(feed, 4)).toEqual(ordered(from, 4))
      await feed.close()
    }
  })

  it('takes the next one of the folder for a picture that is gone, the same each time', async () => {
    const gone = await write(scene(1), at('gone', 'x.png'))
    await rm(gone.path)
    const a = pictures.a.map((file, place) => (place === 3 || place === 8 ? gone : file))
    const replaced = ordered(1, 12).map((step) => ({
      ...step,
      a: step.a.map((place) => (place === 3 ? 4 : place === 8 ? 0 : place)),
    }))
    for (const from of [1, 5]) {
      const feed = feedOf({ a })
      feed.from(from, 12)
      expect(await taken(feed, 13 - from)).toEqual(replaced.slice(from - 1))
      await feed.close()
    }
    const feed = feedOf({ a })
    expect(placeOf({ ...(await feed.read('a', 3)), channels: 3 })).toBe(4)
    await feed.close()
  })

  it('takes the next one for a picture that has become smaller than the crop', async () => {
    const narrow = await write(scene(1, { width: 80, height: 20 }), at('gone', 'narrow.png'))
    const wide: TrainingSettings = { ...settings, scale: 'width' }
    const feed = feedOf({ b: [narrow, ...pictures.b.slice(1)] }, { ...wide, load: 50 })
    // 80 × 20 becomes 50 × 13, the others 50 × 40.
    feed.from(1, 30)
    for (const { b } of await taken(feed, 30)) expect(b).not.toContain(0)
    await feed.close()
  })

  it('gives up where a folder is gone', async () => {
    const gone = await Promise.all(
      pictures.b.map((_, index) => write(scene(index), at('gone', `${index}.png`))),
    )
    for (const { path } of gone) await rm(path)
    const feed = feedOf({ b: gone })
    feed.from(1, 10)
    expect((await failureOf(feed.next())).code).toBe('file-not-found')
    expect((await failureOf(feed.read('b', 2))).code).toBe('file-not-found')
    await feed.close()
  })
})
