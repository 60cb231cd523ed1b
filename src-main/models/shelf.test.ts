/** The shelf on real folders: listing, opening by id and by path, importing, removing, and what goes wrong. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { discriminatorParameters } from '../engine/networks/discriminator.ts'
import { generatorParameters } from '../engine/networks/generator.ts'
import { localised, trainedHere } from './card.ts'
import { parseCard } from './read-card.ts'
import { readSafetensors } from './safetensors.ts'
import { ModelShelf } from './shelf.ts'
import { halved } from './state-dict.ts'
import { pthOf } from './testing/pth-writer.ts'
import { randomWeights } from './testing/weights.ts'

const there = randomWeights(generatorParameters({ ngf: 2, blocks: 3 }), 1)
const back = randomWeights(generatorParameters({ ngf: 2, blocks: 3 }), 2)
const judge = randomWeights(discriminatorParameters({ ndf: 2 }), 3)

let root = ''
let shelf: ModelShelf
const at = (...parts: string[]) => join(root, ...parts)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'solstice-shelf-'))
  shelf = new ModelShelf({ builtIn: at('built-in'), own: at('user', 'models') })
  await mkdir(at('pair'))
  await writeFile(at('pair', 'latest_net_G_A.pth'), pthOf(there, 'zip'))
  await writeFile(at('pair', 'latest_net_G_B.pth'), pthOf(back, 'legacy'))
  await writeFile(at('pair', 'latest_net_D_A.pth'), pthOf(judge, 'zip'))
})
afterEach(() => rm(root, { recursive: true }))

const importPair = (id = 'pair', more = {}) =>
  shelf.import(at('pair'), { id, name: 'A pair', half: false, ...more })

describe('importing', () => {
  it('makes a model of a folder of checkpoints', async () => {
    const model = await importPair('pair', {
      category: 'season',
      a: 'Summer',
      b: { en: 'Winter', ru: 'Зима' },
      workingSize: 640,
    })
    expect(model.card).toMatchObject({
      id: 'pair',
      name: 'A pair',
      category: 'season',
      a: { label: 'Summer' },
      b: { label: { en: 'Winter', ru: 'Зима' } },
      workingSize: 640,
      architecture: { kind: 'resnet-generator', ngf: 2, blocks: 3 },
    })
    expect(model.builtIn).toBe(false)
    expect(model.directions).toEqual(['AtoB', 'BtoA'])
    expect(await model.weights('AtoB')).toEqual(there)
    expect(await model.weights('BtoA')).toEqual(back)
    expect(model.key('AtoB')).not.toBe(model.key('BtoA'))
  })

  it('keeps discriminators, by the domain that they judge', async () => {
    const { card } = await importPair()
    expect(Object.keys(card.discriminators ?? {})).toEqual(['B'])
    const file = card.discriminators?.B?.file ?? ''
    expect((await readSafetensors(at('user', 'models', 'pair', file))).tensors).toEqual(judge)
  })

  it('leaves out a discriminator of another kind, and refuses a hostile one', async () => {
    await writeFile(at('pair', 'latest_net_D_A.pth'), pthOf(there, 'zip'))
    expect((await importPair('without')).card.discriminators).toBeUndefined()
    await writeFile(at('pair', 'latest_net_D_A.pth'), Buffer.from('\x80\x02cos\nsystem\n.', 'latin1'))
    await expect(importPair('hostile')).rejects.toMatchObject({
      code: 'checkpoint-refused',
      detail: 'asks for os.system',
    })
  })

  it('keeps half precision unless told otherwise, and single where a value would overflow', async () => {
    const path = at('pair', 'latest_net_G_A.pth')
    const half = await shelf.import(path, { id: 'half', name: 'Half' })
    expect(await half.weights('AtoB')).toEqual(halved(there))
    const bias = { dtype: 'F32', shape: [2], data: Float32Array.of(1, 70_000) } as const
    await writeFile(path, pthOf({ ...there, 'model.1.bias': bias }, 'zip'))
    const whole = await shelf.import(path, { id: 'whole', name: 'Whole' })
    expect((await whole.weights('AtoB'))['model.1.bias']).toEqual(bias)
  })

  it('gives a single checkpoint one direction', async () => {
    const path = at('pair', 'latest_net_G_B.pth')
    expect((await shelf.import(path, { id: 'one', name: 'One' })).directions).toEqual(['AtoB'])
    const other = await shelf.import(path, { id: 'two', name: 'Two', direction: 'BtoA' })
    expect(other.directions).toEqual(['BtoA'])
    await expect(other.weights('AtoB')).rejects.toMatchObject({
      code: 'model-direction-missing',
      subject: 'two',
    })
    expect(() => other.key('AtoB')).toThrow(expect.objectContaining({ code: 'model-direction-missing' }))
  })

  it('copies a model folder after checking it', async () => {
    await importPair('first')
    const copy = await shelf.import(at('user', 'models', 'first'), { id: 'second', name: 'Renamed' })
    expect(copy.card).toMatchObject({ id: 'second', name: 'Renamed', a: { label: 'A' } })
    expect(await copy.weights('BtoA')).toEqual(back)
    expect(Object.keys(copy.card.discriminators ?? {})).toEqual(['B'])
    await expect(shelf.import(at('user', 'models', 'first'), {})).rejects.toMatchObject({
      code: 'model-exists',
    })
  })

  it('refuses what is wrong and leaves nothing behind', async () => {
    await importPair('taken')
    await expect(importPair('taken')).rejects.toMatchObject({ code: 'model-exists', subject: 'taken' })
    await expect(importPair('../escape')).rejects.toMatchObject({ code: 'bad-request' })
    await expect(shelf.import(at('pair'), { name: 'No id' })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(importPair('small', { workingSize: 1 })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(shelf.import(at('nothing'), { id: 'x', name: 'X' })).rejects.toMatchObject({
      code: 'file-not-found',
    })
    await mkdir(at('empty'))
    await expect(shelf.import(at('empty'), { id: 'x', name: 'X' })).rejects.toMatchObject({
      code: 'model-invalid',
    })
    await writeFile(
      at('pair', 'latest_net_G_B.pth'),
      pthOf(randomWeights(generatorParameters({ ngf: 3, blocks: 3 }), 1), 'zip'),
    )
    await expect(importPair('unlike')).rejects.toMatchObject({
      code: 'checkpoint-not-a-generator',
      subject: 'latest_net_G_B.pth',
    })
    const nan = { dtype: 'F32', shape: [2], data: Float32Array.of(1, NaN) } as const
    await writeFile(at('pair', 'latest_net_G_B.pth'), pthOf({ ...back, 'model.1.bias': nan }, 'zip'))
    await expect(importPair('nan')).rejects.toMatchObject({ code: 'checkpoint-damaged' })
    await expect(importPair('stopped', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await readdir(at('user', 'models'))).toEqual(['taken'])
    expect(await readdir(root)).toEqual(['empty', 'pair', 'user'])
  })

  it('lets one of two imports of the same id win', async () => {
    const results = await Promise.allSettled([importPair('race'), importPair('race')])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'model-exists' },
    })
    expect(await readdir(at('user', 'models'))).toEqual(['race'])
  })
})

describe('opening', () => {
  it('finds models by id and by path, installed or not', async () => {
    await importPair()
    expect((await shelf.open('pair')).card.name).toBe('A pair')
    expect((await shelf.open(at('user', 'models', 'pair'))).card.id).toBe('pair')
    const adHoc = await shelf.open(at('pair'))
    expect(adHoc.directions).toEqual(['AtoB', 'BtoA'])
    expect(await adHoc.weights('BtoA')).toEqual(back)
    const single = await shelf.open(at('pair', 'latest_net_G_B.pth'))
    expect(single.directions).toEqual(['AtoB'])
    expect(single.card).toMatchObject({ id: 'latest-net-g-b', name: 'latest_net_G_B.pth', category: 'own' })
    expect(await single.weights('AtoB')).toEqual(back)
    expect(single.key('AtoB')).toBe(adHoc.key('BtoA'))
  })

  it('says what is not there or not a model', async () => {
    await expect(shelf.open('nothing')).rejects.toMatchObject({ code: 'model-not-found', subject: 'nothing' })
    await expect(shelf.open('')).rejects.toMatchObject({ code: 'model-invalid' })
    await writeFile(at('photo.jpg'), '\xff\xd8\xff')
    await expect(shelf.open(at('photo.jpg'))).rejects.toMatchObject({
      code: 'checkpoint-damaged',
      subject: 'photo.jpg',
    })
    await expect(shelf.open(at('pair', 'latest_net_D_A.pth'))).rejects.toMatchObject({
      code: 'checkpoint-not-a-generator',
    })
  })

  it('notices weights that changed after they were described', async () => {
    const model = await importPair()
    const path = at('user', 'models', 'pair', 'AtoB.safetensors')
    const bytes = await readFile(path)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(path, bytes)
    await expect(model.weights('AtoB')).rejects.toMatchObject({ code: 'model-invalid', subject: 'pair' })
    const adHoc = await shelf.open(at('pair', 'latest_net_G_A.pth'))
    await writeFile(at('pair', 'latest_net_G_A.pth'), pthOf(back, 'zip'))
    await expect(adHoc.weights('AtoB')).rejects.toMatchObject({ code: 'model-invalid' })
  })

  it('notices weights of another architecture', async () => {
    await importPair()
    const card = at('user', 'models', 'pair', 'model.json')
    const text = (await readFile(card, 'utf8')).replace('"blocks": 3', '"blocks": 4')
    await writeFile(card, text)
    await expect((await shelf.open('pair')).weights('AtoB')).rejects.toMatchObject({ code: 'model-invalid' })
  })
})

describe('listing and removing', () => {
  it('lists shipped models first and tells the broken ones apart', async () => {
    await importPair('mine')
    await cp(at('user', 'models', 'mine'), at('built-in', 'mine'), { recursive: true })
    await importPair('another').catch(() => null)
    for (const folder of ['empty', 'moved', '.hidden']) await mkdir(at('user', 'models', folder))
    await cp(at('user', 'models', 'another'), at('user', 'models', 'moved'), { recursive: true })
    await rm(at('user', 'models', 'another', 'BtoA.safetensors'))
    const { models, broken } = await shelf.list()
    expect(models.map(({ card, builtIn }) => [card.id, builtIn])).toEqual([['mine', true]])
    expect(broken.map(({ folder, failure }) => [folder, failure.code, failure.detail])).toEqual([
      ['another', 'model-invalid', 'BtoA.safetensors is missing'],
      ['empty', 'file-not-found', 'ENOENT'],
      ['mine', 'model-exists', 'Solstice has one of its own'],
      ['moved', 'model-invalid', 'calls itself another'],
    ])
  })

  // The id of a style that ships now may have been the user's before.
  it('removes an own model that has the id of a shipped one, and then no more', async () => {
    await importPair('mine')
    await cp(at('user', 'models', 'mine'), at('built-in', 'mine'), { recursive: true })
    await shelf.remove('mine')
    const { models, broken } = await shelf.list()
    expect([models.map(({ builtIn }) => builtIn), broken]).toEqual([[true], []])
    await expect(shelf.remove('mine')).rejects.toMatchObject({ code: 'model-built-in' })
  })

  it('is empty where the folders are not there', async () => {
    expect(await shelf.list()).toEqual({ models: [], broken: [] })
  })

  it('removes own models only, sound or broken, and nothing else', async () => {
    await importPair('mine')
    await mkdir(at('built-in', 'shipped'), { recursive: true })
    await mkdir(at('user', 'models', 'broken'))
    await symlink(at('pair'), at('user', 'models', 'link'))
    await expect(shelf.remove('shipped')).rejects.toMatchObject({ code: 'model-built-in' })
    for (const id of ['nothing', '..', '../..', '.', '', 'mine/../mine', 'link', at('pair')]) {
      await expect(shelf.remove(id)).rejects.toMatchObject({ code: 'model-not-found', subject: id })
    }
    await shelf.remove('mine')
    await shelf.remove('broken')
    expect(await readdir(at('user', 'models'))).toEqual(['link'])
    expect(await readdir(at('pair'))).toHaveLength(3)
  })
})

describe('the shipped models', () => {
  const shipped = join(import.meta.dirname, '../../models')
  const stylesIn = async (folder: string): Promise<string[]> =>
    (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  const cardOf = async (style: string) => parseCard(await readFile(join(shipped, style, 'model.json')), style)

  it('are sound: every card, checksum, name and shape', async () => {
    const { models, broken } = await new ModelShelf({ builtIn: shipped, own: at('user') }).list()
    expect(broken).toEqual([])
    const ids = models.map(({ card }) => card.id)
    expect(ids).toEqual(['day-night', 'monet', 'summer-winter', 'vangogh'])
    const weights = models.flatMap(({ card }) => Object.values(card.files).map((file) => file?.sha256))
    expect(new Set(weights).size).toBe(2 * models.length)
    for (const model of models) {
      expect(model.directions).toEqual(['AtoB', 'BtoA'])
      for (const direction of model.directions)
        expect(Object.keys(await model.weights(direction))).not.toEqual([])
      // A style of one's own may begin with both of each.
      expect(Object.keys(await model.discriminators())).toEqual(['A', 'B'])
    }
  })

  it('are small enough for a download: at most 6 MB a direction', async () => {
    for (const style of await stylesIn(shipped)) {
      for (const direction of ['AtoB', 'BtoA'])
        expect((await stat(join(shipped, style, `${direction}.safetensors`))).size).toBeLessThan(6e6)
    }
  })

  it('say in both languages what they do, what they learned from, and what to expect', async () => {
    for (const style of await stylesIn(shipped)) {
      const { name, description = '', training } = await cardOf(style)
      for (const text of [name, description, training.data ?? '', training.notes ?? '']) {
        const { en, ru } = localised(text)
        expect(en, style).toMatch(/[a-z]/)
        expect(ru, style).toMatch(/[а-я]/)
      }
    }
  })

  it('were trained by Solstice, summer and winter for 30,000 steps and more', async () => {
    for (const style of await stylesIn(shipped))
      expect((await cardOf(style)).training.source).toMatch(new RegExp(`^${trainedHere} `))
    const { category, training } = await cardOf('summer-winter')
    expect(category).toBe('season')
    expect(training.steps).toBeGreaterThanOrEqual(30_000)
  })
})
