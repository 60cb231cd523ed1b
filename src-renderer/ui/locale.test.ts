/** Plurals and numbers in both languages. */
import { describe, expect, it } from 'vitest'
import { counted, decimal, figure, percent } from './locale.ts'

const photos = { one: 'фотография', few: 'фотографии', many: 'фотографий', other: 'фотографии' }

describe('counted', () => {
  it.each([
    [1, '1 фотография'],
    [2, '2 фотографии'],
    [5, '5 фотографий'],
    [11, '11 фотографий'],
    [21, '21 фотография'],
    [112, '112 фотографий'],
  ])('gives the Russian form for %i', (count, expected) => {
    expect(counted('ru', count, photos)).toBe(expected)
  })

  it('knows two forms in English and groups thousands', () => {
    const forms = { one: 'photo', other: 'photos' }
    expect([1, 0, 5000].map((count) => counted('en', count, forms))).toEqual([
      '1 photo',
      '0 photos',
      '5,000 photos',
    ])
  })
})

describe('numbers', () => {
  it('follow the language', () => {
    expect(decimal('en', 31.456, 1)).toBe('31.5')
    expect(decimal('ru', 31.456, 1)).toBe('31,5')
    expect(figure('en', 1e-7)).toBe('0.0000001')
    expect(figure('ru', 0.0002)).toBe('0,0002')
    expect(percent('en', 0.0213, 1)).toBe('2.1%')
    expect(percent('ru', 0.85)).toBe('85\u00a0%')
  })
})
