/** Remaining time in words. */
import { describe, expect, it } from 'vitest'
import { remaining, roughDuration } from './durations.ts'

describe('roughDuration', () => {
  it.each([
    [0, 'a few seconds'],
    [4.9, 'a few seconds'],
    [5, '5 s'],
    [38, '40 s'],
    [53, '1 min'],
    [89, '1 min'],
    [100, '2 min'],
    [59.6 * 60, '1 h'],
    [65 * 60, '1 h 5 min'],
    [47.5 * 3600, '47 h 30 min'],
    [48 * 3600, '2 d'],
    [9.5 * 24 * 3600, '9 d 12 h'],
    [239.8 * 3600, '10 d'],
    [1234 * 24 * 3600, '1,234 d'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(roughDuration(seconds, 'en')).toBe(words)
  })
})

describe('remaining', () => {
  it('says nothing while the time is not known', () => expect(remaining(null, 'en')).toBe(''))
  it('speaks both languages', () => {
    expect(remaining(120, 'en')).toBe('2 min left')
    expect(remaining(120, 'ru')).toBe('осталось 2 мин')
  })
})
