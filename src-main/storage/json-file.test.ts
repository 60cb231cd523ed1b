import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { JsonFile } from './json-file.ts'
import { StorageHealth } from './storage-health.ts'

const schema = z.object({ count: z.number().int() })
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-json-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('JsonFile', () => {
  const path = (): string => join(folder, 'deep', 'state.json')

  it('is null before the first write and the last value after', async () => {
    const file = new JsonFile(path(), schema)
    expect(await file.read()).toBeNull()
    for (let count = 0; count < 50; count++) file.write(() => ({ count }))
    await file.flush()
    expect(await new JsonFile(path(), schema).read()).toEqual({ count: 49 })
    expect(await readdir(join(folder, 'deep'))).toEqual(['state.json'])
  })

  it.each(['', '{"count": 1', '{"count": "many"}', '\u0000\u0001', '[]'])(
    'sets a damaged document aside instead of writing over it: %j',
    async (text) => {
      const plain = join(folder, 'state.json')
      await writeFile(plain, text)
      const health = new StorageHealth()
      const file = new JsonFile(plain, schema, { health })
      expect(await file.read()).toBeNull()
      file.write(() => ({ count: 1 }))
      await file.flush()
      expect(await readFile(`${plain}.damaged`, 'utf8')).toBe(text)
      expect(await file.read()).toEqual({ count: 1 })
      expect(health.damaged).toEqual([{ path: plain, keptAt: `${plain}.damaged`, outcome: 'defaults' }])
    },
  )

  it('never puts a damaged document over one that was set aside before', async () => {
    const plain = join(folder, 'state.json')
    for (const text of ['first', 'second', 'third']) {
      await writeFile(plain, text)
      await new JsonFile(plain, schema).read()
    }
    const read = (name: string) => readFile(join(folder, name), 'utf8')
    expect(await Promise.all(['', '-2', '-3'].map((end) => read(`state.json.damaged${end}`)))).toEqual([
      'first',
      'second',
      'third',
    ])
  })

  it('does not write over what could be neither read nor set aside', async () => {
    const plain = join(folder, 'state.json')
    await writeFile(plain, 'precious')
    // All names for setting aside are taken.
    const taken = ['', ...Array.from({ length: 999 }, (_, i) => `-${i + 2}`)]
    for (const end of taken) await writeFile(`${plain}.damaged${end}`, '')
    const health = new StorageHealth()
    const file = new JsonFile(plain, schema, { health })
    expect(await file.read()).toBeNull()
    expect(health.damaged).toEqual([{ path: plain, keptAt: null, outcome: 'defaults' }])
    file.write(() => ({ count: 1 }))
    await file.flush()
    expect(health.unsaved).toHaveLength(1)
    expect(await readFile(plain, 'utf8')).toBe('precious')
    await rm(`${plain}.damaged`)
    await file.flush()
    expect(await readFile(`${plain}.damaged`, 'utf8')).toBe('precious')
    expect(await file.read()).toEqual({ count: 1 })
  })

  it('says once that it cannot write, keeps the value, and writes it by itself when it can', async () => {
    const health = new StorageHealth()
    const told: string[] = []
    health.on('failed', ({ code }) => told.push(code))
    const recovered = once(health, 'recovered')
    const blocked = join(folder, 'blocked')
    await writeFile(blocked, 'a file where the folder should be')
    const at = (name: string) => new JsonFile(join(blocked, 'deep', name), schema, { health, retryMs: 5 })
    const [one, other] = [at('one.json'), at('other.json')]
    for (const count of [6, 7]) {
      one.write(() => ({ count }))
      await one.flush()
    }
    other.write(() => ({ count: 8 }))
    await other.flush()
    expect(told).toEqual(['cannot-write'])
    expect(health.unsaved).toHaveLength(2)
    await rm(blocked)
    await recovered
    expect(health.unsaved).toEqual([])
    expect(await at('one.json').read()).toEqual({ count: 7 })
    expect(await at('other.json').read()).toEqual({ count: 8 })
  })

  describe('with a last good copy', () => {
    type Mend = (damaged: string, previous: { count: number } | null) => { count: number } | null
    const open = (mend: Mend = (_damaged, previous) => previous, health = new StorageHealth()) => ({
      file: new JsonFile(join(folder, 'state.json'), schema, { mend, health }),
      health,
    })

    it.each([
      ['damaged', () => writeFile(join(folder, 'state.json'), '{"cou')],
      ['emptied', () => writeFile(join(folder, 'state.json'), '')],
      ['missing', () => rm(join(folder, 'state.json'))],
    ])('a document that is %s comes back as it was at the last good start', async (_how, harm) => {
      await writeFile(join(folder, 'state.json'), '{"count": 3}')
      const good = open()
      expect(await good.file.read()).toEqual({ count: 3 })
      await good.file.flush()
      await harm()
      const { file, health } = open()
      expect(await file.read()).toEqual({ count: 3 })
      expect(file.wasDamaged).toBe(true)
      expect(health.damaged.map(({ outcome }) => outcome)).toEqual(['restored'])
    })

    it('a damaged document does not become the copy', async () => {
      await writeFile(join(folder, 'state.json.previous'), '{"count": 3}')
      await writeFile(join(folder, 'state.json'), 'harmed')
      for (const start of [1, 2]) {
        const { file } = open()
        expect(await file.read(), `start ${start}`).toEqual({ count: 3 })
        await file.flush()
        if (start === 1) await writeFile(join(folder, 'state.json'), 'harmed again')
      }
    })

    it('gives what is left of the damaged document to whoever mends it', async () => {
      await writeFile(join(folder, 'state.json'), 'count=5')
      const { file } = open((damaged) => ({ count: Number(damaged.slice(6)) }))
      expect(await file.read()).toEqual({ count: 5 })
      expect(await readFile(join(folder, 'state.json.damaged'), 'utf8')).toBe('count=5')
    })

    it('misses nothing at the very first start', async () => {
      const { file, health } = open()
      expect(await file.read()).toBeNull()
      expect(health.damaged).toEqual([])
      await mkdir(join(folder, 'state.json'))
      expect(await file.read()).toBeNull()
      expect(await readdir(folder)).toEqual(['state.json.damaged'])
    })
  })
})
