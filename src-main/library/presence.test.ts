import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Presence } from './presence.ts'

let root: string
let presence: Presence

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'solstice-presence-'))
  presence = new Presence()
})
afterEach(() => rm(root, { recursive: true }))

const names = ['drive/a.jpg', 'drive/deep/b.jpg', 'home/c.jpg']
const entries = () => names.map((name) => ({ id: name, path: join(root, name) }))

async function writeAll(): Promise<void> {
  for (const { path } of entries()) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, '')
  }
}

async function look(which: 'all' | 'of-changed-folders') {
  const { gone, back } = await presence.look(entries(), which)
  return { gone: gone.map(({ id }) => id).toSorted(), back: back.map(({ id }) => id).toSorted() }
}

describe('Presence', () => {
  it.each(['all', 'of-changed-folders'] as const)('tells each change once: %s', async (which) => {
    await writeAll()
    expect(await look(which)).toEqual({ gone: [], back: [] })
    await rename(join(root, 'drive'), join(root, 'pulled'))
    expect(await look(which)).toEqual({ gone: names.slice(0, 2), back: [] })
    expect(names.map((id) => presence.isMissing(id))).toEqual([true, true, false])
    expect(await look(which)).toEqual({ gone: [], back: [] })
    await rename(join(root, 'pulled'), join(root, 'drive'))
    expect(await look(which)).toEqual({ gone: [], back: names.slice(0, 2) })
    expect(await look(which)).toEqual({ gone: [], back: [] })
  })

  it('sees a single file come back into its folder when only folders are looked at', async () => {
    await writeAll()
    const file = join(root, 'home/c.jpg')
    await rename(file, `${file}.away`)
    expect(await look('of-changed-folders')).toEqual({ gone: [], back: [] })
    expect(await look('all')).toEqual({ gone: ['home/c.jpg'], back: [] })
    await rename(`${file}.away`, file)
    expect(await look('of-changed-folders')).toEqual({ gone: [], back: ['home/c.jpg'] })
  })

  it('takes a file in the place of a folder for a drive that is gone', async () => {
    await writeFile(join(root, 'drive'), '')
    expect((await look('all')).gone).toEqual(names)
  })

  it('looks once at a time', async () => {
    const [first, second] = await Promise.all([look('all'), look('all')])
    expect([first.gone.length, second.gone.length]).toEqual([3, 0])
  })
})
