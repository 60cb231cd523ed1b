/** The doors between the window and the program: pictures by id, calls of the contract, from the window alone. */
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

const photo = 'secret.jpg'
let solstice: Solstice

test.beforeAll(async () => {
  solstice = await Solstice.start()
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', photo))])
  await solstice.convert(photo)
})
test.afterAll(() => solstice.end())

test('pictures are served by kind and id, and nothing else is', async () => {
  const { id } = await solstice.photo(photo)
  const result = (await solstice.conversions())[0]?.id ?? ''
  const statuses = (urls: readonly string[]): Promise<number[]> =>
    solstice.app.evaluate(
      ({ net }, asked) => Promise.all(asked.map(async (url) => (await net.fetch(url)).status)),
      [...urls],
    )
  const good = [
    `photo://thumbnail/${id}`,
    `photo://view/${id}`,
    `photo://before/${result}`,
    `photo://after/${result}`,
  ]
  expect(await statuses(good)).toEqual([200, 200, 200, 200])
  const bad = [
    'photo://view/../../etc/passwd',
    'photo://view/..%2F..%2F..%2Fetc%2Fpasswd',
    'photo://view//etc/passwd',
    `photo://view/${encodeURIComponent(join(solstice.folder, 'photos', photo))}`,
    'photo://thumbnail/unknown-photo',
    `photo://thumbnail/${result}`,
    `photo://after/${id}`,
    // Not computed.
    `photo://difference/${result}`,
    `photo://record/${result}`,
    `photo://after/${result}/../record.json`,
    `photo://before/${result}%00`,
    'photo://view/',
    'app://solstice/../../package.json',
    'app://solstice/..%2F..%2Fpackage.json',
    'app://elsewhere/index.html',
  ]
  expect(await statuses(bad)).toEqual(bad.map(() => 404))
})

test('the bridge lets only the contract’s calls pass', async () => {
  const outcomes = await solstice.window.evaluate(async () => {
    type Call = (name: string, args: unknown) => Promise<unknown>
    const call = Reflect.get(window.solstice, 'call') as Call
    const outcome = (name: string, args: unknown): Promise<string> =>
      call(name, args).then(
        () => 'answered',
        () => 'refused',
      )
    const listen = (name: string): string => {
      try {
        window.solstice.on(name as never, () => undefined)
        return 'listening'
      } catch {
        return 'refused'
      }
    }
    return [
      await outcome('library.add', { paths: ['/etc/passwd'] }),
      await outcome('library.nothing', {}),
      await outcome('__proto__', {}),
      await outcome('constructor', {}),
      listen('no.such.event'),
    ]
  })
  expect(outcomes).toEqual(outcomes.map(() => 'refused'))
})

test('malformed arguments are refused before anything is done', async () => {
  const { id } = await solstice.photo(photo)
  const attempts: readonly (readonly [string, unknown])[] = [
    ['library.remove', { ids: ['../../etc/passwd'] }],
    ['library.remove', { ids: id }],
    ['library.remove', null],
    ['library.list', 'all'],
    ['library.choose', { kind: 'everything' }],
    ['conversions.start', { photoIds: [id], modelId: '../../summer-winter', direction: 'AtoB' }],
    ['conversions.start', { photoIds: [id], modelId: '/etc', direction: 'AtoB' }],
    ['results.save', { conversionId: id, strength: 2 }],
    ['results.save', { conversionId: 'unknown-result', strength: 1 }],
    ['results.drag', { token: 'unknown-token' }],
    ['styles.import', { token: 'unknown-token', name: 'X', category: 'own', a: 'A', b: 'B' }],
    ['settings.set', { theme: 'pink' }],
  ]
  for (const [name, args] of attempts) {
    const answer: unknown = await solstice.window.evaluate(
      ({ asked, given }) => window.solstice.call(asked as 'library.list', given as Record<string, never>),
      { asked: name, given: args },
    )
    expect(answer, `${name} ${JSON.stringify(args)}`).toMatchObject({
      ok: false,
      failure: { code: 'bad-request' },
    })
  }
  await expect(solstice.cell(photo)).toContainText('Winter')
})

test('a foreign page with the same bridge is not listened to', async () => {
  const answers = await solstice.app.evaluate(async ({ app, BrowserWindow }, own) => {
    const preload = `${app.getAppPath()}/${own}`
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
    const ask = (code: string): Promise<unknown> =>
      other.webContents.executeJavaScript(code) as Promise<unknown>
    const answered: unknown[] = []
    for (const url of ['about:blank', 'data:text/html,<h1>Foreign</h1>']) {
      await other.loadURL(url)
      answered.push(await ask("window.solstice.call('library.list', {})"))
      answered.push(await ask('window.solstice.addFiles([])'))
    }
    other.destroy()
    return answered
  }, 'out/preload/preload.cjs')
  const refused = { ok: false, failure: { code: 'bad-request', detail: 'unknown sender' } }
  expect(answers).toEqual([refused, refused, refused, refused])
})

test('a frame inside the window has no bridge', async () => {
  const found = await solstice.window.evaluate(async () => {
    const frame = document.createElement('iframe')
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
    document.body.append(frame)
    await loaded
    const bridged = frame.contentWindow !== null && 'solstice' in frame.contentWindow
    frame.remove()
    return bridged
  })
  expect(found).toBe(false)
})
