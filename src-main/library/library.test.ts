import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Photo } from '../contract/schemas.ts'
import { dataFolder } from './data-folder.ts'
import { Library } from './library.ts'

let folder: string
let opened: Library[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-library-'))
  opened = []
  await mkdir(join(folder, 'photos', 'deep'), { recursive: true })
})
afterEach(async () => {
  for (const library of opened) await library.close()
  await rm(folder, { recursive: true, force: true })
})

async function openLibrary(): Promise<Library> {
  const library = new Library(dataFolder({ SOLSTICE_DATA: join(folder, 'data') }))
  opened.push(library)
  await library.open()
  return library
}

async function photo(name: string, width = 64, height = 48): Promise<string> {
  const path = join(folder, 'photos', name)
  await sharp({ create: { width, height, channels: 3, background: '#c83' } }).toFile(path)
  return path
}

/** Waits until no photo is being read any more. */
async function settled(library: Library): Promise<Photo[]> {
  while (library.list().some(({ state }) => state === 'reading')) await once(library, 'changed')
  return library.list()
}

describe('Library', () => {
  it('finds photos in folders, reads them, and finds them again after a restart', async () => {
    await photo('a.jpg', 60, 40)
    await photo('deep/b.png', 30, 90)
    await writeFile(join(folder, 'photos', 'notes.txt'), 'not a photo')
    const library = await openLibrary()
    expect(await library.add([join(folder, 'photos')])).toBe(2)
    const photos = await settled(library)
    expect(
      photos.map(({ name, folder: its, width, height, state }) => [name, its, width, height, state]),
    ).toEqual([
      ['a.jpg', 'photos', 60, 40, 'ready'],
      ['b.png', 'deep', 30, 90, 'ready'],
    ])
    await library.close()
    expect((await openLibrary()).list()).toEqual(photos)
  })

  it('takes a photo once, however often it is dropped', async () => {
    const path = await photo('a.jpg')
    const library = await openLibrary()
    expect(await library.add([path, path])).toBe(1)
    expect(await library.add([join(folder, 'photos')])).toBe(0)
    expect(library.list()).toHaveLength(1)
  })

  it('says why a photo is broken, keeps the others, and reads it again when asked', async () => {
    const good = await photo('good.jpg')
    const bad = join(folder, 'photos', 'bad.jpg')
    await writeFile(bad, 'this is no picture at all')
    const library = await openLibrary()
    await library.add([bad, good])
    const [broken, ready] = await settled(library)
    expect(broken).toMatchObject({ state: 'broken', failure: { code: 'not-a-picture', subject: 'bad.jpg' } })
    expect(ready).toMatchObject({ state: 'ready' })

    await writeFile(bad, await readFile(good))
    library.retry([broken!.id])
    const [mended] = await settled(library)
    expect(mended).toMatchObject({ state: 'ready', width: 64 })
    expect(mended).not.toHaveProperty('failure')
  })

  it('takes photos off the shelf and puts them back in their places without touching the files', async () => {
    const path = await photo('a.jpg')
    const before = await readFile(path)
    const library = await openLibrary()
    await library.add([path, await photo('b.jpg'), await photo('c.jpg')])
    const shelved = await settled(library)
    const [a, b] = shelved.map(({ id }) => id) as [string, string]
    library.remove([a, b])
    expect(library.list()).toEqual(shelved.slice(2))
    expect(() => library.pathOf(a)).toThrow()
    library.restore([b, a])
    expect(library.list()).toEqual(shelved)
    expect(await readFile(path)).toEqual(before)
  })

  it('makes the thumbnail anew when the file has changed and is read again', async () => {
    const path = await photo('a.jpg', 64, 48)
    const library = await openLibrary()
    await library.add([path])
    const [{ id }] = (await settled(library)) as [Photo]
    expect(await sharp(await library.thumbnail(id)).metadata()).toMatchObject({ width: 64, height: 48 })
    await photo('a.jpg', 20, 40)
    await utimes(path, 1, 1)
    library.retry([id])
    await settled(library)
    expect(await sharp(await library.thumbnail(id)).metadata()).toMatchObject({ width: 20, height: 40 })
  })

  it('keeps the other photos when one entry of the list makes no sense', async () => {
    const library = await openLibrary()
    await library.add([await photo('a.jpg'), await photo('b.jpg')])
    const photos = await settled(library)
    await library.close()
    const { library: file } = dataFolder({ SOLSTICE_DATA: join(folder, 'data') })
    const shelf = JSON.parse(await readFile(file, 'utf8')) as { photos: Record<string, unknown>[] }
    shelf.photos[0]!['failure'] = { code: 'from-a-later-version' }
    shelf.photos.push({ id: 'what?' })
    await writeFile(file, JSON.stringify(shelf))
    const later = await openLibrary()
    expect(later.list()).toEqual(photos)
    expect(later.isWhole).toBe(false)
  })

  it('sees at the next start, and when it is dropped again, that a photo has changed', async () => {
    const path = await photo('a.jpg', 64, 48)
    const library = await openLibrary()
    await library.add([path])
    await settled(library)
    await library.close()
    await photo('a.jpg', 20, 40)
    await utimes(path, 1, 1)
    const later = await openLibrary()
    await later.lookForChanges()
    while (later.list()[0]!.width !== 20) await once(later, 'changed')
    await photo('a.jpg', 30, 40)
    await utimes(path, 2, 2)
    expect(await later.add([path])).toBe(0)
    while (later.list()[0]!.width !== 30) await once(later, 'changed')
  })

  it('reads at the next start what was not read to the end', async () => {
    const path = await photo('a.jpg', 64, 48)
    const library = await openLibrary()
    await library.add([path])
    const photos = await settled(library)
    await library.close()
    const file = join(folder, 'data', 'library.json')
    const shelf = JSON.parse(await readFile(file, 'utf8')) as { photos: Record<string, unknown>[] }
    Object.assign(shelf.photos[0]!, { fingerprint: null, width: 0, height: 0, bytes: 0 })
    await writeFile(file, JSON.stringify(shelf))
    const later = await openLibrary()
    expect(later.list()[0]).toMatchObject({ state: 'reading' })
    expect(await settled(later)).toEqual(photos)
  })

  it('knows a photo again that is taken off the shelf and dropped anew', async () => {
    const path = await photo('a.jpg')
    const library = await openLibrary()
    await library.add([path])
    const [{ id }] = (await settled(library)) as [Photo]
    library.remove([id])
    expect(await library.add([path])).toBe(1)
    expect((await settled(library))[0]).toMatchObject({ id, state: 'ready' })
  })
})
