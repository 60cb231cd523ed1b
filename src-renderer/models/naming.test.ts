/** Names of directions and the order of the panel. */
import { describe, expect, it } from 'vitest'
import type { Style } from '../../src-main/contract/schemas.ts'
import { directionName, grouped, resultName } from './naming.ts'

const style = (modelId: string, category: Style['category']): Style => ({
  modelId,
  name: { en: modelId, ru: modelId },
  category,
  builtIn: category !== 'own',
  a: { en: 'Summer', ru: 'Лето' },
  b: { en: 'Winter', ru: 'Зима' },
  directions: ['AtoB', 'BtoA'],
  description: { en: '', ru: '' },
  licence: '',
  training: { en: '', ru: '' },
  workingSize: 1024,
  hasCycle: true,
})

describe('grouped', () => {
  it('keeps the order of categories and hides empty ones', () => {
    const groups = grouped([
      style('mine', 'own'),
      style('monet', 'painter'),
      style('summer-winter', 'season'),
    ])
    expect(groups.map((group) => group.category)).toEqual(['season', 'painter', 'own'])
  })
})

describe('names', () => {
  const summer = style('summer-winter', 'season')
  it('follow the direction and the language', () => {
    expect(directionName(summer, { modelId: 'summer-winter', direction: 'BtoA' }, 'en')).toBe(
      'Winter → Summer',
    )
    expect(resultName(summer, { modelId: 'summer-winter', direction: 'AtoB' }, 'ru')).toBe('Зима')
  })
  it('fall back to the id of a style that is gone', () => {
    expect(directionName(undefined, { modelId: 'gone', direction: 'AtoB' }, 'en')).toBe('gone')
  })
})
