/** The look at two folders that the window keeps: what becomes of it when files come or go. */
import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { paperSettings } from '../contract/training.ts'
import { ModelShelf } from '../models/shelf.ts'
import { PictureCache } from '../training/data/cache.ts'
import { scene, temporaryFolder, write } from '../training/data/test-support.ts'
import { TrainingFolders } from './training-folders.ts'

const at = temporaryFolder()
const settings = { ...paperSettings, load: 64, crop: 48 }

async function twoFolders() {
  const folders = new TrainingFolders({
    cache: new PictureCache(at('cache')),
    models: new ModelShelf({ builtIn: at('none'), own: at('none') }),
    onProgress: () => undefined,
  })
  const tokens = []
  for (const name of ['a', 'b']) {
    for (let index = 0; index < 9; index++)
      await write(scene(index, { width: 72, height: 64 }), at(name, `${index}.png`))
    tokens.push((await folders.addFolder(at(name))).token)
  }
  const [a = '', b = ''] = tokens
  return { folders, a, b }
}

describe('TrainingFolders', () => {
  it('looks once where nothing has changed', async () => {
    const { folders, a, b } = await twoFolders()
    const { id } = await folders.check(a, b, settings)
    const first = await folders.checked(a, b, settings)
    expect(await folders.checked(a, b, settings)).toBe(first)
    expect((await folders.check(a, b, settings)).id).not.toBe(id)
  })

  // It was trained on, from the cache.
  it('does not offer a picture that was deleted after the look', async () => {
    const { folders, a, b } = await twoFolders()
    await folders.check(a, b, settings)
    await rm(at('a', '3.png'))
    const { a: found } = await folders.checked(a, b, settings)
    expect(found.files.map(({ name }) => name)).not.toContain('3.png')
    expect(found.files).toHaveLength(8)
  })
})
