import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { laySamples } from './samples.ts'

const shipped = join(import.meta.dirname, '../../samples')
let folder: string
let own: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-samples-'))
  own = join(folder, 'library', 'samples')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const contents = (paths: readonly string[]): Promise<Buffer[]> =>
  Promise.all(paths.map((path) => readFile(path)))

describe('laySamples', () => {
  it('lays the photos that ship, and nothing else of their folder', async () => {
    const laid = await laySamples(shipped, own)
    expect(laid.map((path) => basename(path))).toEqual(['picosdeeuropa.jpg', 'seeding.jpg', 'sunset.jpg'])
    expect(await readdir(own)).toEqual(laid.map((path) => basename(path)))
    expect(await contents(laid)).toEqual(await contents(laid.map((path) => join(shipped, basename(path)))))
  })

  it('lays again what was removed or cut off', async () => {
    const [first = '', second = ''] = await laySamples(shipped, own)
    const whole = await contents([first, second])
    await rm(first)
    await truncate(second, 1000)
    await laySamples(shipped, own)
    expect(await contents([first, second])).toEqual(whole)
  })

  it('names the folder that cannot be made', async () => {
    await writeFile(join(folder, 'library'), 'a file in its way')
    await expect(laySamples(shipped, own)).rejects.toMatchObject({ code: 'cannot-write', subject: 'samples' })
  })
})
