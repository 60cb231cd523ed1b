import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { JsonFile } from './json-file.ts'

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
      const file = new JsonFile(plain, schema)
      expect(await file.read()).toBeNull()
      file.write(() => ({ count: 1 }))
      await file.flush()
      expect(await readFile(`${plain}.damaged`, 'utf8')).toBe(text)
      expect(await file.read()).toEqual({ count: 1 })
    },
  )

  it('says that a write failed, keeps the value, and writes it with the next one', async () => {
    const failures: string[] = []
    const blocked = join(folder, 'blocked')
    await writeFile(blocked, 'a file where the folder should be')
    const file = new JsonFile(join(blocked, 'deep', 'state.json'), schema, ({ code }) => failures.push(code))
    file.write(() => ({ count: 7 }))
    await file.flush()
    expect(failures).toEqual(['cannot-write'])
    await rm(blocked)
    await file.flush()
    expect(await file.read()).toEqual({ count: 7 })
  })
})
