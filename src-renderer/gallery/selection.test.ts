/** Choosing photos with mouse and keyboard. */
import { describe, expect, it } from 'vitest'
import { all, extended, nothingChosen, only, stepped, toggled, without } from './selection.ts'

const order = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const chosen = (selection: { readonly chosen: ReadonlySet<string> }) => [...selection.chosen].sort().join('')

describe('mouse', () => {
  it('Ctrl adds and takes away', () => {
    const two = toggled(only('b'), 'd')
    expect(chosen(two)).toBe('bd')
    expect(chosen(toggled(two, 'b'))).toBe('d')
  })

  it('Shift takes the range in either direction from the same anchor', () => {
    const right = extended(only('c'), order, 'e', false)
    expect(chosen(right)).toBe('cde')
    expect(chosen(extended(right, order, 'a', false))).toBe('abc')
  })

  it('Ctrl and Shift keep what was chosen', () => {
    const start = toggled(only('a'), 'f')
    expect(chosen(extended(start, order, 'h', true))).toBe('afgh')
  })

  it('a range without an anchor begins at the first photo', () => {
    expect(chosen(extended(nothingChosen, order, 'c', false))).toBe('abc')
  })
})

describe('keyboard in a grid of three columns', () => {
  it.each([
    ['a', 'ArrowRight', 'b'],
    ['c', 'ArrowRight', 'd'],
    ['a', 'ArrowLeft', 'a'],
    ['b', 'ArrowDown', 'e'],
    ['b', 'ArrowUp', 'b'],
    ['f', 'ArrowDown', 'h'],
    ['h', 'ArrowDown', 'h'],
    ['e', 'Home', 'a'],
    ['e', 'End', 'h'],
    ['h', 'PageUp', 'b'],
    ['b', 'PageDown', 'h'],
  ] as const)('%s %s leads to %s', (from, key, to) => {
    expect(stepped(order, from, key, 3, 2)).toBe(to)
  })

  it('begins at an end when nothing has the attention', () => {
    expect(stepped(order, null, 'ArrowDown', 3, 2)).toBe('a')
    expect(stepped(order, null, 'End', 3, 2)).toBe('h')
    expect(stepped([], null, 'End', 3, 2)).toBeNull()
  })
})

describe('removal', () => {
  it('passes the attention to the next photo, or to the one before', () => {
    expect(without(only('c'), order, new Set(['c', 'd'])).active).toBe('e')
    expect(without(only('h'), order, new Set(['h', 'g'])).active).toBe('f')
    expect(without(only('a'), ['a'], new Set(['a'])).active).toBeNull()
  })

  it('leaves the rest of the selection alone', () => {
    expect(chosen(without(all(nothingChosen, order), order, new Set(['b'])))).toBe('acdefgh')
  })
})
