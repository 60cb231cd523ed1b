/** The sentences with numbers in them, in both languages. */
import { describe, expect, it } from 'vitest'
import { exportText } from './text.ts'

describe('the summary', () => {
  it.each([
    [
      24,
      2,
      '24 photos × 2 styles = 48 pictures into “Winter”',
      '24 фотографии × 2 стиля = 48 снимков, в папку «Winter»',
    ],
    [
      1,
      5,
      '1 photo × 5 styles = 5 pictures into “Winter”',
      '1 фотография × 5 стилей = 5 снимков, в папку «Winter»',
    ],
    [11, 1, '11 photos into “Winter”', '11 фотографий, в папку «Winter»'],
  ])('of %i photos in %i styles', (photos, styles, en, ru) => {
    expect(exportText.en.summary(photos, styles, 'Winter')).toBe(en)
    expect(exportText.ru.summary(photos, styles, 'Winter')).toBe(ru)
  })
})
