import { describe, expect, it } from 'vitest'
import { mendShelf, soundEntries, type ShelfEntry } from './shelf-file.ts'

const entry = (name: string, more: Partial<ShelfEntry> = {}): ShelfEntry => ({
  id: Buffer.from(name).toString('base64url').padEnd(8, '_'),
  path: `/photos/${name}`,
  fingerprint: 'f',
  ...{ width: 3, height: 2, bytes: 99 },
  ...more,
})
const shelf = (...photos: ShelfEntry[]) => ({ format: 1 as const, photos })
const written = (...photos: ShelfEntry[]): string => `${JSON.stringify(shelf(...photos), null, 1)}\n`
const mended = (damaged: string, ...previous: ShelfEntry[]) =>
  soundEntries(mendShelf(damaged, previous.length === 0 ? null : shelf(...previous))?.photos ?? [])

const awkward = entry('a {"id": "x"} \\ "b" , é.jpg')
const broken = entry('c.jpg', { failure: { code: 'picture-damaged', subject: 'c {}.jpg', detail: '}{' } })

describe('mendShelf', () => {
  it('finds every whole entry wherever the list is cut, and never half of one', () => {
    const all = [entry('one.jpg'), awkward, broken, entry('two.jpg')]
    const text = written(...all)
    const counts = Array.from({ length: text.length }, (_, end) => {
      const found = mended(text.slice(0, end))
      expect(found).toEqual(all.slice(0, found.length))
      return found.length
    })
    expect(counts.toSorted((a, b) => a - b)).toEqual(counts)
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3, 4]))
  })

  it('takes what the list has lost from the copy, in the copy’s order, and the newer facts from the list', () => {
    const [old, fresh] = [entry('b.jpg', { fingerprint: 'old' }), entry('b.jpg', { fingerprint: 'new' })]
    const damaged = written(fresh, entry('d.jpg'), entry('e.jpg')).slice(0, -30)
    expect(mended(damaged, entry('a.jpg'), old, entry('c.jpg'))).toEqual([
      entry('a.jpg'),
      fresh,
      entry('c.jpg'),
      entry('d.jpg'),
    ])
  })

  it('marks what it has put together, so that no result is taken for forgotten', () => {
    expect(mendShelf('', shelf(entry('a.jpg')))).toMatchObject({ incomplete: true })
  })

  it('has nothing where there is nothing', () => {
    expect(mendShelf('', null)).toBeNull()
    expect(mendShelf('\u0000\u0000{"id": 3}', null)).toBeNull()
  })

  it('does not take long over a large file of nonsense', () => {
    expect(mendShelf(`{"id":${'{"'.repeat(50_000)}`, null)).toBeNull()
  })
})
