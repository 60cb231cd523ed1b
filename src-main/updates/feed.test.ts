import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAllowed, readFeed } from './feed.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-feed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function feedOf(text: string, inDevelopment = false): Promise<string | null> {
  const path = join(folder, 'app-update.yml')
  await writeFile(path, text)
  return (await readFeed(path, inDevelopment))?.href ?? null
}

it('is what electron-builder wrote', async () => {
  const rest = 'updaterCacheDirName: solstice-updater\n'
  const expected = 'https://example.com/solstice/'
  expect(await feedOf(`provider: generic\nurl: https://example.com/solstice/\n${rest}`)).toBe(expected)
  expect(await feedOf(`url: 'https://example.com/solstice/'\r\nprovider: "generic"\r\n${rest}`)).toBe(
    expected,
  )
})

it('is none where there is no file, or none that may be asked', async () => {
  expect(await readFeed(join(folder, 'absent.yml'), false)).toBeNull()
  const refused = [
    '',
    'provider: generic\n',
    'provider: github\nowner: someone\nrepo: solstice\n',
    'provider: github\nurl: https://example.com/\n',
    'provider: generic\nurl: http://example.com/\n',
    'provider: generic\nurl: http://127.0.0.1:8000/\n',
    'provider: generic\nurl: file:///etc/\n',
    'provider: generic\nurl: https://name:secret@example.com/\n',
    'provider: generic\nurl: not an address\n',
    'provider: generic\n# url: https://example.com/\n',
  ]
  for (const text of refused) expect(await feedOf(text), text).toBeNull()
})

it('may lie on this computer for tests, and on no other without encryption', async () => {
  const local = 'provider: generic\nurl: http://127.0.0.1:8000/feed\n'
  expect(await feedOf(local, true)).toBe('http://127.0.0.1:8000/feed')
  expect(await feedOf(local.replace('127.0.0.1', 'example.com'), true)).toBeNull()
})

it('leads to no other place than it could lie in itself', () => {
  const allowed = (address: string, inDevelopment: boolean): boolean =>
    isAllowed(new URL(address), inDevelopment)
  expect(allowed('https://elsewhere.example/a', false)).toBe(true)
  expect(allowed('http://localhost/a', true)).toBe(true)
  for (const address of ['http://localhost/a', 'http://example.com/', 'file:///a', 'data:,a', 'ftp://a/'])
    expect(allowed(address, false), address).toBe(false)
  expect(allowed('http://localhost.example.com/', true)).toBe(false)
})
