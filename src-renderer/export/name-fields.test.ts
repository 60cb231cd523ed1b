/** A field put where the caret stands. */
import { describe, expect, it } from 'vitest'
import { withField } from './name-fields.ts'

describe('withField', () => {
  it.each([
    ['', 0, 0, 'name', '{name}', 6],
    ['{name}', 6, 6, 'date', '{name}-{date}', 13],
    ['{name}-', 7, 7, 'index', '{name}-{index:04}', 17],
    ['{folder}/', 9, 9, 'name', '{folder}/{name}', 15],
    ['winter', 6, 6, 'camera', 'winter-{camera}', 15],
    ['зима', 4, 4, 'time', 'зима-{time}', 11],
    ['a {name} b', 2, 8, 'style', 'a {style} b', 9],
  ] as const)('%j, caret %i to %i, %s: %j', (text, start, end, field, expected, caret) => {
    expect(withField(text, start, end, field)).toEqual({ text: expected, caret })
  })
})
