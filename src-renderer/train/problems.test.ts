/** What the contract's schema has to say about settings, by field. */
import { describe, expect, it } from 'vitest'
import { paperSettings, type TrainingSettings } from '../../src-main/contract/training.ts'
import { problemsOf, type Problem } from './problems.ts'
import { settingsText } from './settings-text.ts'

const problems = (change: Partial<TrainingSettings>): [string, Problem][] => [
  ...problemsOf({ ...paperSettings, ...change }),
]

describe('problemsOf', () => {
  it('finds none in the paper’s settings', () => expect(problems({})).toEqual([]))

  it.each<[string, Partial<TrainingSettings>, Problem]>([
    ['ngf', { ngf: 0 }, { kind: 'least', bound: 1 }],
    ['ngf', { ngf: 300 }, { kind: 'most', bound: 256 }],
    ['ngf', { ngf: 1.5 }, { kind: 'whole' }],
    ['ngf', { ngf: Number.NaN }, { kind: 'number' }],
    ['crop', { crop: 130 }, { kind: 'multiple-of-4' }],
    ['crop', { crop: 300 }, { kind: 'crop-too-large' }],
    ['rate', { rate: 0 }, { kind: 'least', bound: 1e-7 }],
    ['length', { length: { kind: 'epochs', constant: 0, decay: 0 } }, { kind: 'least', bound: 1 }],
    ['length', { length: { kind: 'steps', steps: Number.NaN } }, { kind: 'number' }],
  ])('stands at %s for %j', (field, change, problem) => {
    expect(problems(change)).toEqual([[field, problem]])
  })

  it('says where nothing is left to learn from', () => {
    const nothing = { gan: 'none', forwardCycle: false, backwardCycle: false, lambdaIdentity: 0 } as const
    expect(problems(nothing)).toEqual([['gan', { kind: 'no-objective' }]])
  })

  it('names one problem of a field at a time', () => {
    expect(problems({ crop: 301 })).toEqual([['crop', { kind: 'multiple-of-4' }]])
  })

  it('has words for a bound however small', () => {
    const least: Problem = { kind: 'least', bound: 1e-7 }
    expect(settingsText.en.problem(least)).toBe('At least 0.0000001.')
    expect(settingsText.ru.problem(least)).toBe('Не меньше 0,0000001.')
  })
})
