/** The model card: what it takes, what it refuses, and cards broken at random. */
import { describe, expect, it } from 'vitest'
import { Failure } from '../contract/errors.ts'
import { localised, paintsStrokes } from './card.ts'
import { parseCard } from './read-card.ts'
import { mutate, outcomeOf } from './testing/mutate.ts'

const file = { file: 'AtoB.safetensors', sha256: 'a'.repeat(64) }
const card = {
  format: 1,
  id: 'my-winter',
  name: { en: 'Winter', ru: 'Зима' },
  category: 'season',
  a: { label: 'Summer' },
  b: { label: { en: 'Winter', ru: 'Зима' } },
  architecture: { kind: 'resnet-generator', ngf: 32, blocks: 6 },
  licence: 'CC0-1.0',
  training: { data: 'pictures', steps: 2500 },
  workingSize: 512,
  files: { AtoB: file },
}
const parse = (value: unknown) => parseCard(Buffer.from(JSON.stringify(value)), 'my-winter')

describe('model cards', () => {
  it('are read, and what they say beyond the schema is left out', () => {
    expect(parse({ ...card, later: 'unknown' })).toEqual(card)
  })

  it('give every text in both languages', () => {
    expect(localised('Summer')).toEqual({ en: 'Summer', ru: 'Summer' })
    expect(localised({ en: 'Winter', ru: 'Зима' }).ru).toBe('Зима')
  })

  it('tell whose strokes are carried to full size', () => {
    expect(paintsStrokes(parse(card))).toBe(false)
    expect(paintsStrokes(parse({ ...card, category: 'painter' }))).toBe(true)
  })

  it.each([
    ['format', { format: 2 }],
    ['id', { id: '../other' }],
    ['id', { id: 'x'.repeat(65) }],
    ['category', { category: 'horses' }],
    ['architecture.ngf', { architecture: { ...card.architecture, ngf: 257 } }],
    ['architecture.blocks', { architecture: { ...card.architecture, blocks: 0 } }],
    ['workingSize', { workingSize: 63 }],
    ['files', { files: {} }],
    ['files.AtoB.file', { files: { AtoB: { ...file, file: '../AtoB.safetensors' } } }],
    ['files.AtoB.file', { files: { AtoB: { ...file, file: '/etc/AtoB.safetensors' } } }],
    ['files.AtoB.file', { files: { AtoB: { ...file, file: 'a\\b.safetensors' } } }],
    ['files.AtoB.sha256', { files: { AtoB: { ...file, sha256: 'short' } } }],
    ['a.label', { a: { label: '' } }],
    ['discriminators.A.file', { discriminators: { A: { ...file, file: 'model.json' } } }],
  ])('are refused with the place: %s', (place, change) => {
    const refuse = () => parse({ ...card, ...change })
    expect(refuse).toThrow(Failure)
    expect(refuse).toThrow(`model.json: ${place}: `)
  })

  it('are read or refused, 4,000 broken ones', async () => {
    const original = Buffer.from(JSON.stringify(card))
    for (let seed = 0; seed < 4000; seed++) {
      const broken = mutate(original, original, seed)
      const outcome = await outcomeOf(broken, 'model-invalid', async (source) =>
        parseCard(await source.read(0, source.size), 'my-winter'),
      ).catch((thrown: unknown) => {
        throw new Error(`Seed ${seed}`, { cause: thrown })
      })
      expect(['read', 'model-invalid'], `seed ${seed}`).toContain(outcome.code)
    }
  })
})
