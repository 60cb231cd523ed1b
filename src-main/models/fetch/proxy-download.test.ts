/** Downloading through a proxy: with the whole address, by a tunnel, refused, out of reach. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../photos/test-support.ts'
import { download } from './download.ts'
import { PartFile } from './part-file.ts'
import { FileServer, ProxyServer } from './testing/file-server.ts'

const file = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 31) % 251)
const half = 150_000

let folder = ''
let server: FileServer
let proxy: ProxyServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-proxy-'))
  server = await new FileServer(file).listen()
  proxy = await new ProxyServer('jane:a:b c').listen()
})
afterEach(async () => {
  await Promise.all([server.close(), proxy.close()])
  await rm(folder, { recursive: true })
})

/** `user`: as it stands before the proxy's address; null: no proxy. */
async function fetchFile(user: string | null, address = server.address, idleMs = 30_000): Promise<void> {
  const wanted = { address, bytes: file.length, exactBytes: true }
  const url = user === null ? null : new URL(proxy.origin.replace('http://', `http://${user}`))
  const context = { subject: 'small.pth', proxyFor: async () => url, idleMs }
  await download(wanted, new PartFile(folder, 'small.pth', address), context)
}

const encrypted = (): string => server.address.replace('http:', 'https:')
const jane = 'jane:a%3Ab%20c@'

describe('through a proxy', () => {
  it('a file comes, and a part of it is gone on with', async () => {
    server.options = { holdAfter: half }
    await failureOf(fetchFile(null, server.address, 50))
    server.options = {}
    await fetchFile(jane)
    expect(Buffer.compare(await readFile(join(folder, 'small.pth')), file)).toBe(0)
    expect(proxy.asked.map(({ url, range }) => [url, range])).toEqual([[server.address, `bytes=${half}-`]])
    expect(server.asked.at(-1)?.headers).toMatchObject({ host: new URL(server.address).host })
    expect(server.asked.at(-1)?.headers['proxy-authorization']).toBeUndefined()
  })

  it('that wants another name, nothing comes', async () => {
    const failure = await failureOf(fetchFile(''))
    expect([failure.code, failure.detail]).toEqual([
      'proxy-failed',
      'the proxy asks for a name and a password',
    ])
  })

  it('an encrypted address is reached by a tunnel', async () => {
    // The server speaks no TLS; what counts is that the way to it was the tunnel.
    expect((await failureOf(fetchFile(jane, encrypted()))).code).toBe('server-unreachable')
    expect(proxy.asked.map(({ url }) => url)).toEqual([`CONNECT ${new URL(encrypted()).host}`])
    const failure = await failureOf(fetchFile('joe:x@', encrypted()))
    expect([failure.code, failure.detail]).toEqual(['proxy-failed', 'the proxy answers 407'])
  })

  it('that is out of reach, nothing comes', async () => {
    await proxy.close()
    for (const address of [server.address, encrypted()]) {
      const failure = await failureOf(fetchFile('', address))
      expect([failure.code, failure.detail]).toEqual(['proxy-failed', 'refuses the connection'])
    }
    proxy = await new ProxyServer().listen()
  })
})
