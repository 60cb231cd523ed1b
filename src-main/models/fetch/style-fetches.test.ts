/** The window's fetches: their states, one after another, stopped and gone on with. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../../../test/integration/deferred.ts'
import type { Fetchable } from '../../contract/catalogue.ts'
import { failureOf } from '../../photos/test-support.ts'
import { ModelShelf } from '../shelf.ts'
import { StyleFetches } from './style-fetches.ts'
import { FileServer } from './testing/file-server.ts'
import { smallCheckpoint, writeCatalogue } from './testing/small-style.ts'

const whole = smallCheckpoint().length
const half = 60_000

let folder = ''
let server: FileServer
let models: ModelShelf
let fetches: StyleFetches
let told: Fetchable[] = []
let fetched = 0
/** Every fetch waits for it before it asks a server; so many have come there. */
let gate: Promise<unknown> = Promise.resolve()
let atGate = 0

async function open(): Promise<void> {
  fetches = new StyleFetches({
    catalogue: join(folder, 'catalogue.json'),
    downloads: join(folder, 'downloads'),
    models,
    proxyFor: async () => {
      atGate++
      await gate
      return null
    },
  })
  fetches.on('changed', (style) => told.push(style))
  fetches.on('fetched', () => (fetched += 1))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-fetches-'))
  server = await new FileServer(smallCheckpoint()).listen()
  models = new ModelShelf({ builtIn: join(folder, 'built-in'), own: join(folder, 'models') })
  await writeCatalogue(join(folder, 'catalogue.json'), server.address, [{}, {}])
  told = []
  fetched = 0
  gate = Promise.resolve()
  atGate = 0
  await open()
})
afterEach(async () => {
  await fetches.close()
  await server.close()
  await rm(folder, { recursive: true })
})

const states = async () => (await fetches.list()).map(({ state }) => state)
const become = (index: number, state: Fetchable['state']) =>
  vi.waitUntil(async () => (await states())[index] === state, { timeout: 20_000 })
const heldAtHalf = async () => {
  const part = join(folder, 'downloads', 'small0_style', 'small0_style.pth.part')
  await vi.waitUntil(async () => (await stat(part).catch(() => null))?.size === half, { timeout: 20_000 })
}

describe('fetches', () => {
  it('run one after another and tell their states', async () => {
    expect(await states()).toEqual(['available', 'available'])
    expect(fetches.isFetching).toBe(false)
    server.options = { holdAfter: half }
    await fetches.start('small0_style')
    await fetches.start('small1_style')
    await fetches.start('small0_style')
    await become(0, 'fetching')
    expect(await states()).toEqual(['fetching', 'waiting'])
    expect(fetches.isFetching).toBe(true)
    await heldAtHalf()
    server.options = {}
    server.cut()
    await become(1, 'here')
    expect(await states()).toEqual(['failed', 'here'])
    await fetches.start('small0_style')
    await become(0, 'here')
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, undefined, `bytes=${half}-`])
    const first = told.filter(({ task }) => task === 'small0_style')
    expect([...new Set(first.map(({ state }) => state))]).toEqual([
      'waiting',
      'fetching',
      'failed',
      'checking',
      'here',
    ])
    const failure = first.find(({ state }) => state === 'failed')
    expect(failure).toMatchObject({
      failure: { code: 'download-interrupted' },
      progress: { done: half, total: whole },
    })
    expect(fetched).toBe(2)
    expect((await models.list()).models.map(({ card }) => card.id)).toEqual(['small0-style', 'small1-style'])
  })

  it('that are cancelled wait, for another start of the program, too', async () => {
    server.options = { holdAfter: half }
    await fetches.start('small0_style')
    await fetches.start('small1_style')
    await heldAtHalf()
    fetches.cancel('small1_style')
    expect(await states()).toEqual(['fetching', 'available'])
    fetches.cancel('small0_style')
    await become(0, 'stopped')
    await fetches.close()
    await open()
    const [first] = await fetches.list()
    expect(first).toMatchObject({ state: 'stopped', progress: { done: half, total: whole } })
    server.options = {}
    await fetches.start('small0_style')
    await become(0, 'here')
    expect(server.asked.at(-1)?.range).toBe(`bytes=${half}-`)
  })

  it('that were cancelled while they waited can be asked for again', async () => {
    server.options = { holdAfter: half }
    await fetches.start('small0_style')
    await fetches.start('small1_style')
    fetches.cancel('small1_style')
    await fetches.start('small1_style')
    expect(await states()).toEqual(['fetching', 'waiting'])
    await heldAtHalf()
    server.options = {}
    fetches.cancel('small0_style')
    await become(1, 'here')
    expect(await states()).toEqual(['stopped', 'here'])
    expect(server.asked).toHaveLength(2)
  })

  it('go on when that is asked for before the cancelled one has stopped', async () => {
    const opened = deferred<null>()
    gate = opened.promise
    await fetches.start('small0_style')
    await vi.waitUntil(() => atGate === 1, { timeout: 20_000 })
    fetches.cancel('small0_style')
    await fetches.start('small0_style')
    expect(await states()).toEqual(['waiting', 'available'])
    opened.resolve(null)
    await become(0, 'here')
    const seen = told.filter(({ task }) => task === 'small0_style').map(({ state }) => state)
    expect([...new Set(seen)]).toEqual(['waiting', 'fetching', 'checking', 'here'])
    expect(fetched).toBe(1)
  })

  it('tell how far they are without looking at the disk each time', async () => {
    const has = vi.spyOn(models, 'has')
    server.options = { holdAfter: half }
    await fetches.start('small0_style')
    await heldAtHalf()
    await vi.waitUntil(() => told.some(({ progress }) => progress !== null), { timeout: 20_000 })
    // Once before it is fetched.
    expect(has).toHaveBeenCalledTimes(1)
    expect(told.length).toBeGreaterThan(2)
  })

  it('tell when a style has left the shelf again', async () => {
    await fetches.start('small0_style')
    await become(0, 'here')
    await models.remove('small0-style')
    expect(await states()).toEqual(['available', 'available'])
  })

  it('take a file that was fetched by hand, but not while they fetch it', async () => {
    const path = join(folder, 'by-hand.pth')
    await writeFile(path, smallCheckpoint())
    server.options = { holdAfter: half }
    await fetches.start('small0_style')
    expect((await failureOf(fetches.importFile('small0_style', path))).code).toBe('download-busy')
    fetches.cancel('small0_style')
    await vi.waitUntil(() => !fetches.isFetching, { timeout: 20_000 })
    await fetches.importFile('small0_style', path)
    expect(await states()).toEqual(['here', 'available'])
    expect(fetched).toBe(1)
  })

  it('know only the catalogue', async () => {
    expect((await failureOf(fetches.start('../../etc'))).code).toBe('model-not-found')
    expect((await failureOf(fetches.addressOf('nothing'))).code).toBe('model-not-found')
    expect(await fetches.addressOf('small0_style')).toBe(server.address)
    expect(server.asked).toEqual([])
  })
})
