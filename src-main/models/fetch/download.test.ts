/** Downloading from a real server on this machine that behaves as servers do. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '../../contract/errors.ts'
import type { Progress } from '../../contract/schemas.ts'
import { failureOf } from '../../photos/test-support.ts'
import { download, type DownloadContext, type Wanted } from './download.ts'
import { PartFile } from './part-file.ts'
import { FileServer, type FileServerOptions } from './testing/file-server.ts'

const size = 300_000
const half = 150_000
const bytes = (seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (at * 31 + seed) % 251)
const file = bytes(1)
const partName = 'small.pth.part'

let folder = ''
let server: FileServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-download-'))
  server = await new FileServer(file).listen()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const context = (more: Partial<DownloadContext> = {}): DownloadContext => ({
  subject: 'small.pth',
  proxyFor: async () => null,
  idleMs: 30_000,
  ...more,
})

const partFile = (): PartFile => new PartFile(folder, 'small.pth', server.address)

async function fetchFile(wanted: Partial<Wanted> = {}, more: Partial<DownloadContext> = {}): Promise<void> {
  const all = { address: server.address, bytes: size, exactBytes: true, ...wanted }
  await download(all, new PartFile(folder, 'small.pth', all.address), context(more))
}

const failed = async (...args: Parameters<typeof fetchFile>) => failureOf(fetchFile(...args))
const partSize = async (): Promise<number> =>
  (await stat(join(folder, partName)).catch(() => ({ size: 0 }))).size
const expectWhole = async (expected = file): Promise<void> => {
  expect(Buffer.compare(await readFile(join(folder, 'small.pth')), expected)).toBe(0)
  expect(await partSize()).toBe(0)
}

/** Gets half of the file, then the connection breaks. */
async function getHalf(options: FileServerOptions = {}): Promise<void> {
  server.options = { ...options, holdAfter: half }
  const failing = failed()
  await vi.waitUntil(async () => (await partSize()) === half, { timeout: 20_000 })
  server.cut()
  expect((await failing).code).toBe('download-interrupted')
  expect(await partSize()).toBe(half)
  server.options = options
}

describe('a download', () => {
  it('brings the file whole, and tells how far it is in bytes', async () => {
    const told: Progress[] = []
    await fetchFile({}, { onProgress: (progress) => told.push(progress) })
    await expectWhole()
    expect(told[0]).toEqual({ done: 0, total: size, etaSeconds: null })
    expect(told.at(-1)).toEqual({ done: size, total: size, etaSeconds: 0 })
    const steps = told.map(({ done }) => done)
    expect(steps).toEqual(steps.toSorted((one, other) => one - other))
  })

  it('does not ask again for what has come whole', async () => {
    await fetchFile()
    await fetchFile()
    expect(server.asked).toHaveLength(1)
  })

  it('takes a server that does not say how long the file is', async () => {
    server.options = { length: false }
    await fetchFile()
    await expectWhole()
  })

  it('follows redirects, and no more than a few', async () => {
    server.options = {
      instead: ({ url }, response) => {
        if (url !== '/old') return false
        response.writeHead(302, { location: '/models/small.pth' }).end()
        return true
      },
    }
    await fetchFile({ address: `${server.origin}/old` })
    await expectWhole()
    server.options = {
      instead: (_, response) => {
        response.writeHead(301, { location: '/round' }).end()
        return true
      },
    }
    const failure = await failed({ address: `${server.origin}/round` })
    expect([failure.code, failure.detail]).toEqual(['server-unreachable', 'redirects more than 5 times'])
  })

  it.each(['file:///etc/passwd', 'ftp://host/file', 'http://'])('does not follow to %s', async (location) => {
    server.options = {
      instead: (_, response) => {
        response.writeHead(302, { location }).end()
        return true
      },
    }
    expect((await failed()).detail).toBe('redirects to no address')
  })
})

describe('after a broken connection', () => {
  it.each(['both', 'etag', 'date'] as const)('goes on where it stopped (%s)', async (validators) => {
    await getHalf({ validators })
    const told: number[] = []
    await fetchFile({}, { onProgress: ({ done }) => told.push(done) })
    await expectWhole()
    expect(server.asked.at(-1)?.range).toBe(`bytes=${half}-`)
    expect(told[0]).toBe(half)
  })

  it('goes on from any byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: size - 1 }), async (at) => {
        await partFile().discard()
        server.options = { holdAfter: at }
        const failing = failed()
        await vi.waitUntil(async () => (await partSize()) === at, { timeout: 20_000, interval: 5 })
        server.cut()
        await failing
        server.options = {}
        await fetchFile()
        await expectWhole()
      }),
      { numRuns: 10 },
    )
  })

  it('begins anew where the server has no ranges', async () => {
    await getHalf({ ranges: false })
    await fetchFile()
    await expectWhole()
    expect(server.asked.at(-1)?.range).toBe(`bytes=${half}-`)
  })

  it('begins anew where nothing tells the file from another', async () => {
    await getHalf({ validators: 'none' })
    await fetchFile()
    await expectWhole()
    expect(server.asked.at(-1)?.range).toBeUndefined()
  })

  it('begins anew when the file has changed', async () => {
    await getHalf()
    server.file = bytes(2)
    await fetchFile()
    await expectWhole(bytes(2))
  })

  it('begins anew when the server gives a range of a changed file all the same', async () => {
    await getHalf()
    const changed = bytes(2)
    server.options = {
      instead: ({ headers }, response) => {
        if (headers.range === undefined) return false
        const place = `bytes ${half}-${size - 1}/${size}`
        response.writeHead(206, { etag: '"another"', 'content-range': place }).end(changed.subarray(half))
        return true
      },
    }
    server.file = changed
    await fetchFile()
    await expectWhole(changed)
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${half}-`, undefined])
  })

  it('begins anew when the range that comes is another one', async () => {
    await getHalf()
    server.options = {
      instead: ({ headers }, response) => {
        if (headers.range === undefined) return false
        response.writeHead(206, { 'content-range': `bytes 10-${size - 1}/${size}` }).end(file.subarray(10))
        return true
      },
    }
    await fetchFile()
    await expectWhole()
  })

  it('begins anew when there is no such range any more', async () => {
    await getHalf()
    server.options = {
      instead: ({ headers }, response) => {
        if (headers.range === undefined) return false
        response.writeHead(416).end()
        return true
      },
    }
    await fetchFile()
    await expectWhole()
  })

  it('goes on when the range that comes ends early', async () => {
    await getHalf()
    server.options = {
      instead: ({ headers }, response) => {
        const from = Number(/\d+/.exec(headers.range ?? '')?.[0])
        const end = Math.min(from + 60_000, size)
        response.writeHead(206, { 'content-range': `bytes ${from}-${end - 1}/${size}` })
        response.end(file.subarray(from, end))
        return true
      },
    }
    expect((await failed()).detail).toBe(`${half + 60_000} of ${size} bytes came`)
    expect((await failed()).detail).toBe(`${half + 120_000} of ${size} bytes came`)
    await fetchFile()
    await expectWhole()
  })

  it('of another address begins anew', async () => {
    await getHalf()
    await fetchFile({ address: `${server.origin}/elsewhere/small.pth` })
    await expectWhole()
    expect(server.asked.at(-1)?.range).toBeUndefined()
  })

  it.each(['{', '{"address": 3}', ''])('begins anew with the note %j', async (note) => {
    await getHalf()
    await writeFile(join(folder, 'part.json'), note)
    await fetchFile()
    await expectWhole()
  })

  it('keeps what has come when the server answers with something else', async () => {
    await getHalf()
    for (const [status, code, detail] of [
      [404, 'download-not-there', 'it answers 404'],
      [503, 'server-unreachable', 'it answers 503'],
      [200, 'download-unfit', 'the server sent a web page'],
    ] as const) {
      server.options = {
        instead: (_, response) => {
          response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>')
          return true
        },
      }
      const failure = await failed()
      expect([failure.code, failure.detail]).toEqual([code, detail])
    }
    server.options = {}
    await fetchFile()
    expect(server.asked.at(-1)?.range).toBe(`bytes=${half}-`)
    await expectWhole()
  })
})

describe('what is not the file', () => {
  const answers = (headers: Record<string, string | number>, body: string | Uint8Array = file) => {
    server.options = {
      instead: (_, response) => {
        response.writeHead(200, headers).end(body)
        return true
      },
    }
  }
  const expectRefused = async (detail: RegExp, wanted: Partial<Wanted> = {}): Promise<void> => {
    const failure = await failed(wanted)
    expect([failure.code, failure.detail]).toEqual(['download-unfit', expect.stringMatching(detail)])
    expect(await readdir(folder)).toEqual([])
  }

  it('is a web page', async () => {
    answers({ 'content-type': 'text/html; charset=utf-8' }, '<html>Log in to the hotel</html>')
    await expectRefused(/web page/)
  })

  it('is too long by its own word', async () => {
    answers({ 'content-length': size })
    await expectRefused(/300000 bytes or more, at most 299999/, { bytes: size - 1 })
    await expectRefused(/at most 150000/, { bytes: 100_000, exactBytes: false })
  })

  it('is too long without saying so', async () => {
    server.options = { length: false }
    await expectRefused(/at most 200000/, { bytes: 200_000 })
    await expectRefused(/at most 150000/, { bytes: 100_000, exactBytes: false })
  })

  it('is too short', async () => {
    await expectRefused(/300000 bytes, not 300001/, { bytes: size + 1 })
    server.options = { length: false }
    await expectRefused(/300000 bytes, not 300001/, { bytes: size + 1 })
  })

  it('is packed', async () => {
    answers({ 'content-encoding': 'gzip' })
    await expectRefused(/another encoding/)
  })

  it('may differ a little where its size is not known exactly', async () => {
    await fetchFile({ bytes: 250_000, exactBytes: false })
    await expectWhole()
  })
})

describe('a server that says nothing', () => {
  const expectStalled = async (code: ErrorCode, more: Partial<DownloadContext> = {}): Promise<void> => {
    const failure = await failed({}, { idleMs: 100, ...more })
    expect([failure.code, failure.detail]).toEqual([code, 'nothing came in time'])
  }

  it('at all is out of reach', async () => {
    server.options = { instead: () => true }
    await expectStalled('server-unreachable')
  })

  it('in the middle of the file breaks it off, and what came is kept', async () => {
    server.options = { holdAfter: half }
    await expectStalled('download-interrupted')
    expect(await partSize()).toBe(half)
  })

  it('refuses the connection', async () => {
    const { address } = server
    await server.close()
    const failure = await failed({ address })
    expect([failure.code, failure.detail]).toEqual(['server-unreachable', 'refuses the connection'])
    server = await new FileServer(file).listen()
  })

  it('does not exist', async () => {
    expect((await failed({ address: 'http://no-such-host.invalid/small.pth' })).code).toBe(
      'server-unreachable',
    )
  })

  it.each([
    ['speaks something else', '220 hello\r\n'],
    [
      'switches to another protocol that nobody asked for (the fetch waited for ever)',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ],
  ])('%s', async (_, said) => {
    const other = createServer((socket) => socket.resume().end(said))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}/small.pth`
    expect((await failed({ address })).code).toBe('server-unreachable')
    await new Promise((resolve) => other.close(resolve))
  })
})

describe('cancelling', () => {
  it('before anything came leaves nothing', async () => {
    const stop = new AbortController()
    server.options = {
      instead: () => {
        stop.abort()
        return true
      },
    }
    expect((await failed({}, { signal: stop.signal })).code).toBe('cancelled')
    expect(await readdir(folder)).toEqual([])
    expect((await failed({}, { signal: stop.signal })).code).toBe('cancelled')
    expect(server.asked).toHaveLength(1)
  })

  it('in the middle keeps what came', async () => {
    const stop = new AbortController()
    server.options = { holdAfter: half }
    const failing = failed({}, { signal: stop.signal })
    await vi.waitUntil(async () => (await partSize()) === half, { timeout: 20_000 })
    stop.abort()
    expect((await failing).code).toBe('cancelled')
    server.options = {}
    await fetchFile()
    await expectWhole()
    expect(server.asked.at(-1)?.range).toBe(`bytes=${half}-`)
  })
})
