/** The recipes of the styles that ship. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { heldBack, names, readRecipe, shippedCard } from './recipe.mjs'

const recipes = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe.each(recipes)('the recipe of %s', (name) => {
  const folder = join(import.meta.dirname, name)
  const recipe = readRecipe(folder)

  it.each([recipe.a, recipe.b])(
    'learns from no picture of %s that it holds back, and from none twice',
    (side) => {
      const learned = names(folder, side)
      const held = names(folder, heldBack(side))
      expect(learned.length).toBeGreaterThan(50)
      expect(held.length).toBeGreaterThan(5)
      expect(new Set([...learned, ...held]).size).toBe(learned.length + held.length)
      for (const file of [...learned, ...held]) expect(file).toMatch(/^(?:\w+\/)+[\w.() -]+\.(?:jpe?g|png)$/i)
    },
  )
})

it.each(recipes)('what %s begins from is a stage of another recipe, which began from scratch', (name) => {
  const { from } = readRecipe(join(import.meta.dirname, name))
  if (from === undefined) return
  expect(recipes.filter((other) => other !== name)).toContain(from.recipe)
  const other = readRecipe(join(import.meta.dirname, from.recipe))
  expect(other.from).toBeUndefined()
  expect(from.stage).toBeGreaterThanOrEqual(1)
  expect(from.stage).toBeLessThanOrEqual(other.stages.length)
})

describe('the card that ships', () => {
  const kept = (steps: number, sha256: string) => ({
    architecture: { kind: 'resnet-generator', ngf: 8, blocks: 1 },
    files: { AtoB: { file: 'AtoB.safetensors', sha256 }, BtoA: { file: 'BtoA.safetensors', sha256 } },
    training: { steps, source: 'Trained by Solstice 0.1.0, begun from tiny-1' },
  })

  it('has the steps of all stages and the networks of the last', () => {
    const said = { id: 'tiny', training: { data: 'two folders', notes: 'two stages' } }
    const card = shippedCard({ a: 'a', b: 'b', common: [], stages: [[], []], card: said }, [
      kept(10, 'a'),
      kept(5, 'b'),
    ])
    expect(card.training).toEqual({
      ...{ data: 'two folders', steps: 15, source: 'Trained by Solstice 0.1.0', notes: 'two stages' },
    })
    expect(card.files).toEqual(kept(5, 'b').files)
    expect(card).not.toHaveProperty('discriminators')
  })

  it('is none without a stage', () => {
    const said = { training: { data: '', notes: '' } }
    expect(() => shippedCard({ a: 'a', b: 'b', common: [], stages: [], card: said }, [])).toThrow('no stage')
  })
})
