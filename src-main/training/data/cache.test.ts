import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../photos/test-support.ts'
import { PictureCache } from './cache.ts'
import { fileAt, scene, temporaryFolder, write } from './test-support.ts'

const at = temporaryFolder()
const scaling = { kind: 'short-side', pixels: 32 } as const
/** A kept picture of 32 × 32. */
const keptBytes = 28 + 32 * 32 * 3

/** An hour passes for all that is kept, so that no two moments of use are too near to be told apart. */
async function passAnHour(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const { mtimeMs } = await stat(join(folder, name))
    const then = new Date(mtimeMs - 3_600_000)
    await utimes(join(folder, name), then, then)
  }
}

describe('PictureCache', () => {
  it('gives the same picture from the disk as it made, even when its file is gone', async () => {
    const folder = at('kept')
    const file = await write(scene(1, { width: 60, height: 40 }), at('one.png'))
    const made = await new PictureCache(folder).picture(file, scaling)
    expect([made.width, made.height, made.original]).toEqual([48, 32, { width: 60, height: 40 }])
    await rm(file.path)
    const kept = await new PictureCache(folder).picture(file, scaling)
    expect([...kept.data]).toEqual([...made.data])
    expect(kept.original).toEqual(made.original)
  })

  it('knows a picture by path, size, time and scaling', async () => {
    const folder = at('keys')
    const cache = new PictureCache(folder)
    const file = await write(scene(1), at('keys.png'))
    const first = await cache.picture(file, scaling)
    await write(scene(2), file.path)
    await utimes(file.path, new Date(), new Date(Date.now() + 5000))
    const changed = await cache.picture(await fileAt(file.path), scaling)
    expect(changed.data).not.toEqual(first.data)
    expect((await cache.picture(file, { kind: 'width', pixels: 40 })).width).toBe(40)
    expect(await readdir(folder)).toHaveLength(3)
  })

  it.each<[string, (content: Buffer) => Buffer]>([
    ['cut', (content) => content.subarray(0, content.length - 1)],
    ['emptied', () => Buffer.alloc(0)],
    [
      'changed in one bit',
      (content) => content.fill(content.at(-7)! ^ 4, content.length - 7, content.length - 6),
    ],
    ['given other sizes', (content) => content.fill(0xff, 8, 16)],
    ['given another size of its source', (content) => content.fill(9, 16, 17)],
    ['replaced by something else', () => Buffer.from('SOLPIC99 and so on, long enough to be read')],
  ])('makes a kept picture anew that was %s', async (_how, damage) => {
    const folder = at('damaged', _how)
    const file = await write(scene(3), at('damaged.png'))
    const made = await new PictureCache(folder).picture(file, scaling)
    const [name] = await readdir(folder)
    const path = join(folder, name!)
    const whole = await readFile(path)
    await writeFile(path, damage(Buffer.from(whole)))
    const again = await new PictureCache(folder).picture(file, scaling)
    expect([...again.data]).toEqual([...made.data])
    expect(await readFile(path)).toEqual(whole)
  })

  it('stays within its limit; what was used last stays', async () => {
    const folder = at('bounded')
    const files = []
    for (let i = 0; i < 12; i++) files.push(await write(scene(i), at(`bounded-${i}.png`)))
    const [favourite, ...others] = files
    for (const file of others) {
      const cache = new PictureCache(folder, { limit: 5 * keptBytes })
      await cache.picture(favourite!, scaling)
      await cache.picture(file, scaling)
      await cache.flush()
      const sizes = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))))
      expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(5 * keptBytes)
      await passAnHour(folder)
    }
    await rm(favourite!.path)
    expect((await new PictureCache(folder).picture(favourite!, scaling)).width).toBe(32)
    await rm(others[0]!.path)
    const gone = await failureOf(new PictureCache(folder).picture(others[0]!, scaling))
    expect(gone.code).toBe('file-not-found')
  })

  it('keeps count within one run, too', async () => {
    const folder = at('one-run')
    const cache = new PictureCache(folder, { limit: 3 * keptBytes })
    for (let i = 0; i < 8; i++) await cache.picture(await write(scene(i), at(`run-${i}.png`)), scaling)
    await cache.flush()
    expect((await readdir(folder)).length).toBeLessThanOrEqual(3)
    expect((await readdir(folder)).length).toBeGreaterThan(0)
  })

  it('gives pictures where it cannot keep them', async () => {
    await writeFile(at('a-file'), 'where the folder should be')
    const cache = new PictureCache(at('a-file', 'cache'))
    expect((await cache.picture(await write(scene(1), at('unkept.png')), scaling)).width).toBe(32)
  })

  it('does the work once for two who want the same', async () => {
    const folder = at('shared')
    const cache = new PictureCache(folder)
    const file = await write(scene(1), at('shared.png'))
    const [one, two] = await Promise.all([cache.picture(file, scaling), cache.picture(file, scaling)])
    expect(one.data).toEqual(two.data)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('passes on why a picture cannot be read, and listens when it is cancelled', async () => {
    await mkdir(at('bad'))
    await writeFile(at('bad', 'none.jpg'), 'no picture')
    const cache = new PictureCache(at('bad', 'cache'))
    const file = await fileAt(at('bad', 'none.jpg'))
    expect((await failureOf(cache.picture(file, scaling))).code).toBe('not-a-picture')
    expect((await failureOf(cache.picture(file, scaling, AbortSignal.abort()))).code).toBe('cancelled')
  })
})
