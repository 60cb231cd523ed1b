/** The window's conversions with the real engine: kept, found again, cancelled, forgotten. */
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Category, Conversion } from '../../src-main/contract/schemas.ts'
import { Conversions } from '../../src-main/conversion/conversions.ts'
import { resultForFile } from '../../src-main/conversion/result-for-file.ts'
import { ResultStore } from '../../src-main/conversion/result-store.ts'
import { changeOfPhoto } from '../../src-main/conversion/translate-photo.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost } from '../../src-main/engine/host.ts'
import { writeUnderFreeName, type Size, type Translated } from '../../src-main/export/write-photo.ts'
import { dataFolder } from '../../src-main/library/data-folder.ts'
import { Library } from '../../src-main/library/library.ts'
import { ModelShelf } from '../../src-main/models/shelf.ts'
import { importStyle } from '../../src-main/models/styles.ts'
import { root, workerFile } from './built.ts'

const style = 'summer-winter'
let folder: string
const running: Services[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-conversions-'))
})
afterEach(async () => {
  for (const services of running.splice(0)) await services.close()
  await rm(folder, { recursive: true, force: true })
})

class Services {
  readonly data = dataFolder({ SOLSTICE_DATA: join(folder, 'data') })
  /** How often the engine was asked to translate or to go there and back. */
  engineStarts = 0
  readonly engine = new EngineHost({
    start: () => {
      this.engineStarts += 1
      return startChildProcess(workerFile)
    },
  })
  readonly library = new Library(this.data)
  readonly models = new ModelShelf({ builtIn: join(root, 'models'), own: this.data.models })
  readonly store = new ResultStore(this.data.results)
  readonly conversions = new Conversions(this)

  async open(): Promise<this> {
    running.push(this)
    await this.library.open()
    await this.conversions.open()
    return this
  }

  async close(): Promise<void> {
    this.engine.close()
    await this.conversions.close()
    await this.library.close()
  }

  /** Waits until a conversion satisfies `is`. */
  async until(id: string, is: (conversion: Conversion) => boolean): Promise<Conversion> {
    for (;;) {
      const found = this.conversions.list().find((conversion) => conversion.id === id)
      if (found !== undefined && is(found)) return found
      await once(this.conversions, 'changed')
    }
  }
}

async function photo(name: string, width = 48, height = 32): Promise<string> {
  const path = join(folder, name)
  await sharp({ create: { width, height, channels: 3, background: '#486' } }).toFile(path)
  return path
}

async function withPhotos(...paths: readonly string[]): Promise<{ services: Services; ids: string[] }> {
  const services = await new Services().open()
  await services.library.add(paths)
  return { services, ids: services.library.list().map(({ id }) => id) }
}

const ended = ({ state }: Conversion): boolean => ['done', 'failed', 'cancelled'].includes(state)

describe('Conversions', () => {
  it('computes once, keeps the result and its cycle, and finds both again without the engine', async () => {
    const { services, ids } = await withPhotos(await photo('a.png'))
    const [started] = await services.conversions.start(ids, style, 'AtoB')
    const done = await services.until(started!.id, ended)
    expect(done).toMatchObject({ state: 'done', width: 48, height: 32, cycle: { state: 'none' } })
    const [again] = await services.conversions.start(ids, style, 'AtoB')
    expect(again).toEqual(done)

    await services.conversions.startCycle(done.id)
    const { cycle } = await services.until(done.id, (conversion) => conversion.cycle.state === 'done')
    expect(cycle.result?.l1).toBeGreaterThan(0)
    await services.close()

    const later = await new Services().open()
    expect(later.conversions.list()).toEqual([{ ...done, cycle }])
    await later.conversions.startCycle(done.id)
    expect(later.engineStarts).toBe(0)
    for (const picture of ['before', 'after', 'reconstruction', 'difference'] as const) {
      const file = later.store.pictureFile(done.id, picture)
      expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 })
    }
    expect(await sharp(await later.store.thumbnail(done.id)).metadata()).toMatchObject({ format: 'webp' })
  })

  it('takes a changed file for a new photo', async () => {
    const path = await photo('a.png')
    const { services, ids } = await withPhotos(path)
    const [first] = await services.conversions.start(ids, style, 'AtoB')
    await services.until(first!.id, ended)
    await photo('a.png', 20, 20)
    await utimes(path, 1, 1)
    const [second] = await services.conversions.start(ids, style, 'AtoB')
    expect(second!.id).not.toBe(first!.id)
    expect(await services.until(second!.id, ended)).toMatchObject({ state: 'done', width: 20 })
  })

  it('says why one photo failed, converts the others, and tries again when asked', async () => {
    const bad = join(folder, 'bad.png')
    await writeFile(bad, 'no picture')
    const { services, ids } = await withPhotos(bad, await photo('good.png'))
    const [failing, good] = await services.conversions.start(ids, style, 'AtoB')
    const failed = await services.until(failing!.id, ended)
    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'not-a-picture', subject: 'bad.png' } })
    expect(await services.until(good!.id, ended)).toMatchObject({ state: 'done' })
    const [again] = await services.conversions.start([ids[0]!], style, 'AtoB')
    expect(again!.id).toBe(failing!.id)
    expect(['waiting', 'running']).toContain(again!.state)
    expect(again).not.toHaveProperty('failure')
    expect((await services.until(failing!.id, ended)).state).toBe('failed')
  })

  it('cancels what waits and what runs, and starts both anew', async () => {
    const paths = await Promise.all(['a', 'b', 'c', 'd'].map((name) => photo(`${name}.png`, 1024, 1024)))
    const { services, ids } = await withPhotos(...paths)
    const started = await services.conversions.start(ids, style, 'AtoB')
    const startedIds = started.map(({ id }) => id)
    await services.until(startedIds[0]!, ({ state }) => state === 'running')
    services.conversions.cancel(startedIds)
    for (const id of startedIds) expect((await services.until(id, ended)).state).toBe('cancelled')
    expect(await readdir(services.data.results).catch(() => [])).toEqual([])

    const [anew] = await services.conversions.start([ids[3]!], style, 'AtoB')
    expect(anew!.id).toBe(startedIds[3])
    expect((await services.until(anew!.id, ended)).state).toBe('done')
  })

  it('clears away half results of a killed program and results of forgotten photos, and nothing else', async () => {
    const { services, ids } = await withPhotos(await photo('a.png'), await photo('b.png'))
    const started = await services.conversions.start(ids, style, 'AtoB')
    for (const { id } of started) await services.until(id, ended)
    services.library.remove([ids[1]!])
    await services.close()
    await mkdir(join(services.data.results, `${started[0]!.id.replace(/^./, 'x')}.part`))
    await mkdir(join(services.data.results, 'my holiday'))

    const later = await new Services().open()
    expect(later.conversions.list().map(({ photoId }) => photoId)).toEqual([ids[0]])
    expect((await readdir(later.data.results)).toSorted()).toEqual([started[0]!.id, 'my holiday'].toSorted())
  })

  it('starts anew what is told to start while it is still being cancelled', async () => {
    const { services, ids } = await withPhotos(await photo('a.png', 1024, 1024))
    const [started] = await services.conversions.start(ids, style, 'AtoB')
    await services.until(started!.id, ({ state, progress }) => state === 'running' && progress !== null)
    services.conversions.cancel([started!.id])
    const [again] = await services.conversions.start(ids, style, 'AtoB')
    expect(again!.id).toBe(started!.id)
    expect((await services.until(again!.id, ended)).state).toBe('done')
  })

  it('goes on with what photos were going through when they are put back on the shelf', async () => {
    const { services, ids } = await withPhotos(await photo('a.png', 1024, 1024), await photo('b.png'))
    const started = await services.conversions.start(ids, style, 'AtoB')
    await services.until(started[0]!.id, ({ state }) => state === 'running')
    services.library.remove(ids)
    services.library.restore(ids)
    for (const { id } of started) await services.until(id, ({ state }) => state === 'done')
  })

  it('keeps one result a style of a photo that has changed', async () => {
    const path = await photo('a.png')
    const { services, ids } = await withPhotos(path)
    const [before] = await services.conversions.start(ids, style, 'AtoB')
    await services.until(before!.id, ended)
    await photo('a.png', 20, 20)
    await utimes(path, 1, 1)
    const [after] = await services.conversions.start(ids, style, 'AtoB')
    await services.until(after!.id, ended)
    expect(services.conversions.list().map(({ id }) => id)).toEqual([after!.id])
  })

  it('does not let a photo that is gone keep the others from being converted', async () => {
    const { services, ids } = await withPhotos(
      await photo('a.png'),
      await photo('b.png'),
      await photo('c.png'),
    )
    services.library.remove([ids[1]!])
    const started = await services.conversions.start(ids, style, 'AtoB')
    expect(started.map(({ photoId }) => photoId)).toEqual([ids[0], ids[2]])
  })

  /** A style whose pictures are shown larger than it works, and the result of a sample photo of 1,500 × 1,000 pixels. */
  async function smallStyle(category: Category) {
    const path = join(folder, 'sample.png')
    await sharp(join(root, 'samples/sunset.jpg')).resize(1500, 1000).toFile(path)
    const { services, ids } = await withPhotos(path)
    const names = { name: 'Small', category, a: 'Green', b: 'White' } as const
    const { modelId } = await importStyle(services.models, join(root, 'models', style), names)
    const card = join(services.data.models, modelId, 'model.json')
    const smaller = { ...(JSON.parse(await readFile(card, 'utf8')) as object), workingSize: 128 }
    await writeFile(card, JSON.stringify(smaller))
    const [started] = await services.conversions.start(ids, modelId, 'AtoB')
    const done = await services.until(started!.id, ended)
    expect(done).toMatchObject({ state: 'done', size: 128, width: 1024, height: 683 })
    const model = await services.models.open(modelId)
    const written = async (translated: Translated, name: string, size?: Size) => {
      const encoding = { format: 'png' } as const
      const options = { encoding, strength: 1, ...(size && { size }) }
      return samplesOf((await writeUnderFreeName(path, translated, folder, name, options)).path)
    }
    return { services, path, model, done, written }
  }
  const samplesOf = (file: string) => sharp(file).raw().toBuffer()

  // They were shown enlarged, and blurred; and what was saved had been carried twice.
  it.each(['own', 'painter'] as const)(
    'shows and saves what a style that works small does as a guided export has it: %s',
    async (category) => {
      const { services, path, model, done, written } = await smallStyle(category)
      const change = await changeOfPhoto(services.engine, path, model, 'AtoB')
      const shown = await samplesOf(services.store.pictureFile(done.id, 'after'))
      expect(shown).toEqual(await written({ change }, 'guided.png', { width: 1024, height: 683 }))
      expect(shown).not.toEqual(await samplesOf(services.store.pictureFile(done.id, 'before')))

      const record = services.conversions.finished(done.id)
      const { translated, colour } = await resultForFile(services, record, model, path)
      expect(colour).toBe('keep')
      expect(await written(translated, 'saved.png')).toEqual(await written({ change }, 'full.png'))

      // There and back at the size at which it paints.
      await services.conversions.startCycle(done.id)
      await services.until(done.id, ({ cycle }) => cycle.state === 'done')
      const back = await sharp(services.store.pictureFile(done.id, 'reconstruction')).metadata()
      expect([back.width, back.height]).toEqual([128, 85])
    },
  )

  it('carries the strokes of painters alone, and takes neither result for the other', async () => {
    const { services, path, model, done } = await smallStyle('own')
    const plain = await changeOfPhoto(services.engine, path, model, 'AtoB')
    const card = join(services.data.models, model.card.id, 'model.json')
    await writeFile(card, JSON.stringify({ ...model.card, category: 'painter' }))
    const painter = await services.models.open(model.card.id)
    const painted = await changeOfPhoto(services.engine, path, painter, 'AtoB')
    expect(painted.coefficients).not.toEqual(plain.coefficients)
    const [again] = await services.conversions.start([done.photoId], model.card.id, 'AtoB')
    expect(again!.id).not.toBe(done.id)
  })

  it('forgets the results of a style that is removed, and not those of another with the same weights', async () => {
    const { services, ids } = await withPhotos(await photo('a.png'))
    const names = { name: 'Mine', category: 'own', a: 'Green', b: 'White' } as const
    const own = await importStyle(services.models, join(root, 'models', style), names)
    const [mine] = await services.conversions.start(ids, own.modelId, 'AtoB')
    const [shipped] = await services.conversions.start(ids, style, 'AtoB')
    for (const { id } of [mine!, shipped!]) await services.until(id, ended)
    await services.models.remove(own.modelId)
    await services.conversions.forgetModel(own.modelId)
    expect(services.conversions.list().map(({ modelId }) => modelId)).toEqual([style])
  })
})
