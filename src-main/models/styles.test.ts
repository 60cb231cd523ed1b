import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { styleSchema } from '../contract/schemas.ts'
import { ModelShelf } from './shelf.ts'
import { importStyle, listStyles } from './styles.ts'

const builtIn = join(import.meta.dirname, '../../models')
let own: string

beforeEach(async () => {
  own = await mkdtemp(join(tmpdir(), 'solstice-styles-'))
})
afterEach(() => rm(own, { recursive: true }))

describe('styles', () => {
  it('are what the contract says, for every shipped model', async () => {
    const styles = await listStyles(new ModelShelf({ builtIn, own }))
    expect(styles.length).toBeGreaterThan(0)
    for (const style of styles) expect(styleSchema.parse(style)).toEqual(style)
  })

  it('are imported under an id made from their name, each name twice if need be', async () => {
    const shelf = new ModelShelf({ builtIn, own })
    const source = join(builtIn, 'summer-winter')
    const names = (name: string) => ({ name, category: 'own', a: 'Green', b: 'White' }) as const
    const ids: string[] = []
    for (const name of ['Été à la Neige!', 'Été à la Neige!', 'Зима']) {
      ids.push((await importStyle(shelf, source, names(name))).modelId)
    }
    expect(ids.slice(0, 2)).toEqual(['ete-a-la-neige', 'ete-a-la-neige-2'])
    expect(ids[2]).toMatch(/^style-[0-9a-f]{8}$/)
    const {
      a,
      b,
      name,
      builtIn: shipped,
    } = (await listStyles(shelf)).find(({ modelId }) => modelId === ids[2])!
    expect([name.en, a.en, b.ru, shipped]).toEqual(['Зима', 'Green', 'White', false])
  })
})
