/** Which samples are looked at. */
import { describe, expect, it } from 'vitest'
import { chosenAt, placeOf } from './scrubber.ts'

const steps = [0, 100, 200, 300]

describe('the scrubber', () => {
  it('stays with the newest until it is moved', () => {
    expect(placeOf(steps, null)).toBe(3)
    expect(placeOf([...steps, 400], null)).toBe(4)
  })

  it('stays with an older one while newer ones come', () => {
    const chosen = chosenAt(steps, 1)
    expect(chosen).toBe(100)
    expect(placeOf([...steps, 400], chosen)).toBe(1)
  })

  it('is with the newest again when it is moved to the end', () => {
    expect(chosenAt(steps, 3)).toBeNull()
  })

  it('shows the one before where a set is gone, and the first where none is left before', () => {
    expect(placeOf([0, 100], 200)).toBe(1)
    expect(placeOf([150], 100)).toBe(0)
  })

  it('shows nothing where there is nothing', () => {
    expect(placeOf([], null)).toBe(-1)
    expect(placeOf([], 100)).toBe(-1)
    expect(chosenAt([], 0)).toBeNull()
  })
})
