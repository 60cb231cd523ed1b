/**
 * A data folder with many photos on the shelf, made once by the library itself and kept in the system's temporary folder.
 * The photos are pieces of the samples, a few dozen different ones, each file again and again under other names.
 */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { defaultSettings } from '../../src-main/contract/defaults.ts'
import { dataFolder } from '../../src-main/library/data-folder.ts'
import { Library } from '../../src-main/library/library.ts'
import { loadSharp } from '../../src-main/photos/sharp.ts'
import { JsonFile } from '../../src-main/storage/json-file.ts'

const piecesPerSample = 16
const photosPerFolder = 500
const madeSchema = z.object({ photos: z.number() })

/** Returns the data folder. `samples` is the folder of the sample photos. */
export async function shelfOf(photos: number, samples: string): Promise<string> {
  const home = join(tmpdir(), `solstice-bench-shelf-${photos}`)
  const data = join(home, 'data')
  const made = new JsonFile(join(home, 'made.json'), madeSchema)
  if ((await made.read())?.photos === photos) return data
  await rm(home, { recursive: true, force: true })
  process.stderr.write(`Putting ${photos} photos on a shelf in ${home}; this is done once.\n`)
  await writePhotos(join(home, 'photos'), photos, samples)
  await fillShelf(data, join(home, 'photos'), photos)
  await writeFile(join(data, 'settings.json'), JSON.stringify({ ...defaultSettings, locale: 'en' }))
  made.write(() => ({ photos }))
  await made.flush()
  return data
}

/** The shelf in a folder of its own, to be used and thrown away; its thumbnails are those of the kept one. */
export async function copyOfShelf(data: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'solstice-bench-used-'))
  for (const name of ['library.json', 'settings.json', 'runtimes.json']) {
    if (existsSync(join(data, name))) await copyFile(join(data, name), join(copy, name))
  }
  await symlink(join(data, 'thumbnails'), join(copy, 'thumbnails'))
  return copy
}

async function writePhotos(folder: string, count: number, samples: string): Promise<void> {
  const sharp = await loadSharp()
  const pieces: string[] = []
  await mkdir(join(folder, 'pieces'), { recursive: true })
  for (const sample of ['sunset', 'seeding', 'picosdeeuropa']) {
    for (let index = 0; index < piecesPerSample; index++) {
      const path = join(folder, 'pieces', `${sample}-${index}.jpg`)
      const piece = { left: 40 * (index % 4), top: 60 * Math.floor(index / 4), width: 1200, height: 800 }
      await sharp(join(samples, `${sample}.jpg`))
        .extract(piece)
        .resize(720, 480)
        .jpeg()
        .toFile(path)
      pieces.push(path)
    }
  }
  for (let index = 0; index < count; index++) {
    const day = join(folder, 'shelf', `day-${Math.floor(index / photosPerFolder)}`)
    if (index % photosPerFolder === 0) await mkdir(day, { recursive: true })
    const name = `photo-${String(index).padStart(5, '0')}.jpg`
    await copyFile(pieces[index % pieces.length] ?? '', join(day, name))
  }
}

async function fillShelf(data: string, photos: string, count: number): Promise<void> {
  const library = new Library(dataFolder({ SOLSTICE_DATA: data }))
  await library.open()
  const allRead = new Promise<void>((resolve) => {
    let read = 0
    library.on('changed', ({ state }) => {
      if (state !== 'reading' && ++read === count) resolve()
    })
  })
  await library.add([join(photos, 'shelf')])
  await allRead
  await library.close()
}
