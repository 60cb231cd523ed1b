/** A style from a server onto the shelf; and what is not the generator that was promised. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../photos/test-support.ts'
import { lockFolder } from '../../storage/lock.ts'
import { readCatalogue, type CatalogueStyle } from '../catalogue.ts'
import { ModelShelf } from '../shelf.ts'
import { fetchStyle, importStyleFile, keptBytes, type FetchOptions } from './fetch-style.ts'
import { FileServer } from './testing/file-server.ts'
import {
  checkpointOf,
  smallCheckpoint,
  writeCatalogue,
  type CatalogueChanges,
} from './testing/small-style.ts'

let folder = ''
let server: FileServer
let models: ModelShelf
const at = (...names: string[]) => join(folder, ...names)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-fetch-'))
  server = await new FileServer(smallCheckpoint()).listen()
  models = new ModelShelf({ builtIn: at('built-in'), own: at('models') })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function styleOf(change: CatalogueChanges = {}): Promise<CatalogueStyle> {
  const [style] = await readCatalogue(await writeCatalogue(at('catalogue.json'), server.address, [change]))
  return style!
}

const sha256Of = (file: Uint8Array): string => createHash('sha256').update(file).digest('hex')
const places = (downloads = at('downloads')) => ({ downloads, models, proxyFor: async () => null })
const fetchIt = async (change: CatalogueChanges = {}, options: FetchOptions = {}) =>
  fetchStyle(await styleOf(change), places(), options)

describe('fetching a style', () => {
  it('puts it on the shelf with the card of the catalogue, and leaves nothing beside it', async () => {
    const checking: string[] = []
    const model = await fetchIt({}, { onChecking: () => checking.push('checking') })
    expect(model.card).toMatchObject({
      id: 'small0-style',
      name: { en: 'Small 0' },
      category: 'painter',
      a: { label: { en: 'Photo' } },
      b: { label: { en: 'Small 0' } },
      architecture: { ngf: 8, blocks: 2 },
      licence: 'For research.',
      author: 'Nobody',
      workingSize: 256,
      training: { source: server.address, sourceSha256: sha256Of(smallCheckpoint()) },
    })
    expect(model.directions).toEqual(['AtoB'])
    expect(Object.keys(await model.weights('AtoB'))).toHaveLength(20)
    expect(checking).toEqual(['checking'])
    expect(await readdir(at('downloads', 'small0_style'))).toEqual([])
  })

  it('does not fetch what is on the shelf', async () => {
    await fetchIt()
    expect((await failureOf(fetchIt())).code).toBe('model-exists')
    expect(server.asked).toHaveLength(1)
  })

  it('is done by one at a time', async () => {
    await failureOf(fetchIt({ bytes: 1 }))
    const lock = await lockFolder(at('downloads', 'small0_style'), 'download-busy')
    const failure = await failureOf(fetchIt())
    expect([failure.code, failure.subject]).toEqual(['download-busy', 'small0_style'])
    expect((await failureOf(importStyleFile(await styleOf(), at('x.pth'), places()))).code).toBe(
      'download-busy',
    )
    await lock.release()
    await fetchIt()
  })

  it('goes on with a whole file that was not imported yet', async () => {
    const stop = new AbortController()
    const failure = await failureOf(fetchIt({}, { signal: stop.signal, onChecking: () => stop.abort() }))
    expect(failure.code).toBe('cancelled')
    expect(await keptBytes(await styleOf(), at('downloads'))).toBe(smallCheckpoint().length)
    await fetchIt()
    expect(server.asked).toHaveLength(1)
  })
})

describe('what is not the generator that was promised', () => {
  it.each([
    [
      'another size',
      () => checkpointOf({ ngf: 4, blocks: 2 }),
      'is of ngf 4 with 2 blocks, not of ngf 8 with 2 blocks',
    ],
    [
      'other blocks',
      () => checkpointOf({ ngf: 8, blocks: 1 }),
      'is of ngf 8 with 1 blocks, not of ngf 8 with 2 blocks',
    ],
    ['a web page', () => Buffer.from('<!doctype html><title>Moved</title>'), 'is not a PyTorch checkpoint'],
    ['the first half of it', () => smallCheckpoint().subarray(0, 100_000), undefined],
    ['a program', () => Buffer.from('\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.', 'latin1'), undefined],
    ['nothing', () => Buffer.alloc(0), 'is empty'],
  ])('is refused and forgotten: %s', async (_, file, detail) => {
    server.file = file()
    const failure = await failureOf(fetchIt({ bytes: 400_000, exactBytes: false }))
    expect([failure.code, failure.subject]).toEqual(['download-unfit', 'small0_style.pth'])
    if (detail !== undefined) expect(failure.detail).toBe(detail)
    expect((await models.list()).models).toEqual([])
    expect(await readdir(at('downloads', 'small0_style'))).toEqual([])
  })
})

describe('a file of which the catalogue states the SHA-256', () => {
  const stated = sha256Of(smallCheckpoint())

  it('is taken when it has that one', async () => {
    const { card } = await fetchIt({ sha256: stated })
    expect(card.training.sourceSha256).toBe(stated)
  })

  it('is refused and forgotten when it was changed on its way, though it is a generator of that shape', async () => {
    server.file = smallCheckpoint(2)
    const failure = await failureOf(fetchIt({ sha256: stated }))
    expect([failure.code, failure.subject]).toEqual(['download-unfit', 'small0_style.pth'])
    expect(failure.detail).toBe(`its SHA-256 is ${sha256Of(server.file)}, not ${stated}`)
    expect((await models.list()).models).toEqual([])
    expect(await readdir(at('downloads', 'small0_style'))).toEqual([])
  })

  it('is refused when it was fetched by hand and is another', async () => {
    await writeFile(at('by-hand.pth'), smallCheckpoint(2))
    const style = await styleOf({ sha256: stated })
    const failure = await failureOf(importStyleFile(style, at('by-hand.pth'), places()))
    expect([failure.code, failure.subject]).toEqual(['checkpoint-not-a-generator', 'by-hand.pth'])
  })
})

describe('a file fetched by hand', () => {
  it('becomes the same style, and what waited goes', async () => {
    const style = await styleOf()
    server.options = { holdAfter: 60_000 }
    const failure = await failureOf(fetchStyle(style, { ...places(), idleMs: 50 }))
    expect(failure.code).toBe('download-interrupted')
    expect(await keptBytes(style, at('downloads'))).toBe(60_000)
    await writeFile(at('by-hand.pth'), smallCheckpoint())
    const model = await importStyleFile(style, at('by-hand.pth'), places())
    expect(model.card).toMatchObject({ id: 'small0-style', licence: 'For research.' })
    expect(await keptBytes(style, at('downloads'))).toBe(0)
    expect(await stat(at('by-hand.pth'))).toBeTruthy()
  })

  it('of another shape is refused by its own name', async () => {
    await writeFile(at('by-hand.pth'), checkpointOf({ ngf: 4, blocks: 2 }))
    const failure = await failureOf(importStyleFile(await styleOf(), at('by-hand.pth'), places()))
    expect([failure.code, failure.subject]).toEqual(['checkpoint-not-a-generator', 'by-hand.pth'])
  })
})

/** A disk of 128 kB; null where none can be had. */
function mountedDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const disk = mkdtempSync(join(tmpdir(), 'solstice-fetch-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk], { stdio: 'ignore' })
    return disk
  } catch {
    rmdirSync(disk)
    return null
  }
}

const disk = mountedDisk()
afterAll(() => {
  if (disk === null) return
  execFileSync('umount', [disk])
  rmdirSync(disk)
})

describe.skipIf(disk === null)('a full disk (skipped where no tmpfs can be mounted: needs root)', () => {
  it('is told, and when there is room fetching goes on', async () => {
    const style = await styleOf()
    const failure = await failureOf(fetchStyle(style, places(disk!)))
    expect([failure.code, failure.subject]).toEqual(['disk-full', 'small0_style.pth'])
    const kept = await keptBytes(style, disk!)
    expect(kept).toBeGreaterThan(0)
    execFileSync('mount', ['-o', 'remount,size=2m', disk!])
    await fetchStyle(style, places(disk!))
    expect(server.asked.at(-1)?.range).toBe(`bytes=${kept}-`)
  })
})
