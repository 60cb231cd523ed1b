import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { collectPhotos } from './collect.ts'
import type { CollectOptions } from './collect.ts'
import { failureOf, temporaryFolder } from './test-support.ts'

const at = temporaryFolder()

const files = [
  ...['trip/IMG_10.jpg', 'trip/IMG_9.jpg', 'trip/notes.txt', 'trip/.hidden.jpg', 'trip/deep/er/x.png'],
  ...['trip/deep/a.HEIC', 'trip/.cache/y.png', 'elsewhere/linked.webp', 'odd.xyz'],
]

beforeAll(() => {
  for (const file of files) {
    mkdirSync(dirname(at(file)), { recursive: true })
    writeFileSync(at(file), 'x')
  }
  mkdirSync(at('trip', 'folder.jpg'))
  symlinkSync(at('trip'), at('trip', 'deep', 'back'), 'dir')
  symlinkSync(at('elsewhere'), at('trip', 'other'), 'dir')
  symlinkSync(at('nowhere'), at('trip', 'broken.jpg'), 'file')
})

async function relatives(paths: readonly string[], options: CollectOptions): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { relative } of collectPhotos(paths, options)) found.push(relative)
  return found
}

it('takes the photos of a folder in the order a reader expects', async () => {
  expect(await relatives([at('trip')], { recursive: false })).toEqual(['IMG_9.jpg', 'IMG_10.jpg'])
})

it('goes down into folders, through links, and round in no circle', async () => {
  expect(await relatives([at('trip')], { recursive: true })).toEqual([
    'IMG_9.jpg',
    'IMG_10.jpg',
    join('deep', 'a.HEIC'),
    join('deep', 'er', 'x.png'),
    join('other', 'linked.webp'),
  ])
})

it('always gives what was named itself, even what is not there', async () => {
  const named = [at('odd.xyz'), at('missing.jpg'), at('trip', '.hidden.jpg')]
  expect(await relatives(named, { recursive: false })).toEqual(['odd.xyz', 'missing.jpg', '.hidden.jpg'])
})

it('stops when told', async () => {
  const controller = new AbortController()
  const photos = collectPhotos([at('trip')], { recursive: true, signal: controller.signal })
  await photos.next()
  controller.abort()
  const drain = async (): Promise<void> => {
    for await (const photo of photos) expect(photo).toBeDefined()
  }
  expect((await failureOf(drain())).code).toBe('cancelled')
})
