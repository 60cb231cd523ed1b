/** `solstice models fetch` as users run it: fetched, killed and gone on with, through a proxy, and out of reach. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileServer, ProxyServer } from '../../src-main/models/fetch/testing/file-server.ts'
import {
  checkpointOf,
  smallCheckpoint,
  writeCatalogue,
} from '../../src-main/models/fetch/testing/small-style.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { halved } from '../../src-main/models/state-dict.ts'
import { loadGenerator } from '../../src-main/models/checkpoints.ts'
import { RunningTerminal, type EndedTerminal } from './running-terminal.ts'

const half = 60_000

let folder = ''
let server: FileServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-fetch-'))
  server = await new FileServer(smallCheckpoint()).listen()
  await catalogue(server.address)
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const catalogue = (address: string) => writeCatalogue(join(folder, 'catalogue.json'), address, [{}, {}])

/** No proxy but one that a test names. */
const environment = (more: Readonly<Record<string, string>> = {}) => ({
  ...{ SOLSTICE_CATALOGUE: join(folder, 'catalogue.json') },
  ...{ HTTP_PROXY: '', http_proxy: '', HTTPS_PROXY: '', https_proxy: '', NO_PROXY: '', no_proxy: '' },
  ...more,
})

const begin = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  new RunningTerminal(folder, ['models', ...args], environment(more))
const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<EndedTerminal> =>
  begin(args, more).ended

async function heldAtHalf(): Promise<void> {
  const part = join(folder, 'data', 'downloads', 'small0_style', 'small0_style.pth.part')
  await vi.waitUntil(async () => (await stat(part).catch(() => null))?.size === half, { timeout: 30_000 })
}

async function expectSameWeights(): Promise<void> {
  const file = join(folder, 'small.pth')
  await writeFile(file, smallCheckpoint())
  const model = await openModelFolder(join(folder, 'data', 'models', 'small0-style'), false)
  expect(await model.weights('AtoB')).toEqual(halved((await loadGenerator(file)).weights))
}

describe('solstice models fetch', () => {
  it('lists, fetches and imports', async () => {
    const listed = await run(['available', '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { task: 'small0_style', id: 'small0-style', address: server.address, here: false, keptBytes: 0 },
      { task: 'small1_style' },
    ])
    expect(server.asked).toEqual([])
    const { code, stdout, stderr } = await run(['fetch', 'small0_style', 'small1-style'])
    expect([code, stdout, stderr]).toEqual([
      0,
      'small0-style\nsmall1-style\n',
      expect.stringContaining('Fetching small0_style from 127.0.0.1:'),
    ])
    await expectSameWeights()
    expect((await run(['available'])).stdout).toMatch(/^small0_style\t0 MB\tA small one\.\there\n/)
  })

  it.each(['SIGKILL', 'SIGINT'] as const)('ended by %s goes on with what has come', async (signal) => {
    server.options = { holdAfter: half }
    const first = begin(['fetch', 'small0_style'])
    await heldAtHalf()
    first.kill(signal)
    const { code, stderr } = await first.ended
    if (signal === 'SIGINT') {
      expect([code, stderr]).toEqual([130, expect.stringContaining('What has come is kept')])
    }
    server.options = {}
    expect((await run(['available', '--json'])).stdout).toContain(`"keptBytes":${half}`)
    expect(await run(['fetch', 'small0_style', '--json'])).toMatchObject({
      code: 0,
      stdout: '{"fetched":[{"id":"small0-style","task":"small0_style"}],"failed":[]}\n',
    })
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${half}-`])
    await expectSameWeights()
  })

  it('says that the server is out of reach, and how to do without; the file by hand is imported', async () => {
    await server.close()
    const { code, stderr, stdout } = await run(['fetch', 'small0_style', '--json'])
    expect(code).toBe(1)
    expect(stderr).toContain('small0_style.pth cannot be fetched: its server is out of reach.')
    expect(stderr).toContain(
      `By hand: fetch ${server.address}, then: solstice models fetch small0_style --from`,
    )
    expect(JSON.parse(stdout)).toMatchObject({
      fetched: [],
      failed: [{ task: 'small0_style', address: server.address, failure: { code: 'server-unreachable' } }],
    })
    await writeFile(join(folder, 'mine.pth'), checkpointOf({ ngf: 4, blocks: 2 }))
    const other = await run(['fetch', 'small0_style', '--from', 'mine.pth'])
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is of ngf 4 with 2 blocks')])
    await writeFile(join(folder, 'mine.pth'), smallCheckpoint())
    expect(await run(['fetch', 'small0_style', '--from', 'mine.pth'])).toMatchObject({ code: 0 })
    await expectSameWeights()
    server = await new FileServer(smallCheckpoint()).listen()
  })

  it('goes through the proxy of the environment', async () => {
    const proxy = await new ProxyServer().listen()
    expect((await run(['fetch', 'small0_style'], { http_proxy: proxy.origin })).code).toBe(0)
    expect(proxy.asked.map(({ url }) => url)).toEqual([server.address])
    expect(
      (await run(['fetch', 'small1_style'], { HTTP_PROXY: proxy.origin, NO_PROXY: '127.0.0.1' })).code,
    ).toBe(0)
    expect(proxy.asked).toHaveLength(1)
    await proxy.close()
  })

  it('goes through a tunnel of the proxy to an encrypted server', async ({ skip }) => {
    const certificate = makeCertificate()
    if (certificate === null) return skip('needs openssl')
    const { key, cert } = certificate
    const secure = https.createServer(
      { key: await readFile(key), cert: await readFile(cert) },
      (_, response) => {
        response.end(smallCheckpoint())
      },
    )
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const address = `https://localhost:${(secure.address() as AddressInfo).port}/small.pth`
    await catalogue(address)
    const proxy = await new ProxyServer('me:secret').listen()
    const https_proxy = proxy.origin.replace('http://', 'http://me:secret@')
    expect((await run(['fetch', 'small0_style'], { https_proxy })).stderr).toMatch(
      /out of reach.*\(.*certificate/i,
    )
    expect((await run(['fetch', 'small0_style'], { https_proxy, NODE_EXTRA_CA_CERTS: cert })).code).toBe(0)
    expect(proxy.asked.at(-1)?.url).toBe(`CONNECT ${new URL(address).host}`)
    await expectSameWeights()
    await proxy.close()
    await new Promise((resolve) => secure.close(resolve))
  })

  it.each([
    [['fetch', 'style_turner'], 'There is no style “style_turner”.'],
    [['fetch', 'small0_style', 'small1_style', '--from', 'a.pth'], '--from goes with one name'],
    [['fetch'], 'missing required argument'],
  ])('with %j is wrong usage', async (args, said) => {
    const { code, stderr } = await run(args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(server.asked).toEqual([])
  })
})

/** Of `localhost`, signed by itself; null where there is no openssl. */
function makeCertificate(): { readonly key: string; readonly cert: string } | null {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  try {
    execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' })
    return { key, cert }
  } catch {
    return null
  }
}
