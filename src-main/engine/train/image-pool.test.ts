import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomAt } from '../random.ts'
import { ImagePool } from './image-pool.ts'

const size = 2
const values = 3 * size * size

/** A picture that can be told by its number. */
const fake = (number: number): Float32Array => new Float32Array(values).fill(number)
const batchOf = (...numbers: readonly number[]): Float32Array =>
  Float32Array.from(numbers.flatMap((number) => [...fake(number)]))

/** What the pool holds, by the numbers. */
const heldBy = (pool: ImagePool): readonly number[] => {
  const { data } = pool.read()
  return Array.from({ length: data.length / values }, (_, index) => data[index * values]!)
}

/** One step: what the discriminator is shown, an old number or the new one. */
function show(pool: ImagePool, numbers: readonly number[], uniform: () => number): readonly number[] {
  const plan = pool.plan(numbers.length, uniform)
  pool.keep(plan, batchOf(...numbers))
  return numbers.map((number, index) => (plan.take[index] === 1 ? plan.old[index * values]! : number))
}

const drawing = (...numbers: readonly number[]): (() => number) => {
  let drawn = 0
  return () => numbers[drawn++]!
}

describe('ImagePool', () => {
  it('keeps and shows what comes until it is full, without a draw', () => {
    const pool = new ImagePool(3, size)
    const never = (): number => {
      throw new Error('nothing is to be drawn')
    }
    expect([10, 11, 12].map((number) => show(pool, [number], never)[0])).toEqual([10, 11, 12])
    expect(heldBy(pool)).toEqual([10, 11, 12])
    expect(pool.shape).toEqual([3, 3, size, size])
  })

  it('then shows the new one, or an old one whose place the new one takes', () => {
    const pool = new ImagePool(3, size)
    for (const number of [10, 11, 12]) show(pool, [number], drawing())
    expect(show(pool, [13], drawing(0.49))).toEqual([13])
    expect(heldBy(pool)).toEqual([10, 11, 12])
    expect(show(pool, [14], drawing(0.5, 0.4))).toEqual([11])
    expect(heldBy(pool)).toEqual([10, 14, 12])
    expect(show(pool, [15], drawing(0.99, 0.999))).toEqual([12])
    expect(heldBy(pool)).toEqual([10, 14, 15])
  })

  it('shows an old one half of the time, each of them as often, and never one that was not kept', () => {
    const pool = new ImagePool(10, size)
    const [steps, places] = [4000, new Array<number>(10).fill(0)]
    let old = 0
    let held: readonly number[] = []
    for (let step = 1; step <= steps; step++) {
      const [shown] = show(pool, [step], randomAt(1, 'pool', step))
      if (shown !== step) {
        old++
        const place = held.indexOf(shown!)
        expect(place).toBeGreaterThanOrEqual(0)
        places[place]! += 1
      }
      held = heldBy(pool)
    }
    expect(Math.abs(old - steps / 2)).toBeLessThan(5 * Math.sqrt(steps / 4))
    for (const count of places) expect(Math.abs(count - old / 10)).toBeLessThan(5 * Math.sqrt(old / 10))
  })

  it('goes on from what was read as if it had not stopped, filling or full', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(30),
        fc.nat(1000),
        (capacity, batch, pause, seed) => {
          const numbers = (step: number) => Array.from({ length: batch }, (_, index) => 10 * step + index)
          const whole = new ImagePool(capacity, size)
          let parts = new ImagePool(capacity, size)
          for (let step = 1; step <= 30; step++) {
            if (step === pause) parts = new ImagePool(capacity, size, structuredClone(parts.read()))
            const shown = show(whole, numbers(step), randomAt(seed, 'pool', step))
            expect(show(parts, numbers(step), randomAt(seed, 'pool', step))).toEqual(shown)
          }
          expect(parts.read()).toEqual(whole.read())
        },
      ),
    )
  })

  it('treats each picture of a batch for itself, across the moment in which it is full', () => {
    const pool = new ImagePool(3, size)
    show(pool, [10, 11], drawing())
    // The third finds room, the fourth and fifth do not.
    expect(show(pool, [12, 13, 14], drawing(0.7, 0.6, 0.1))).toEqual([12, 11, 14])
    expect(heldBy(pool)).toEqual([10, 13, 12])
    // Two that draw the same place are both shown what lay there; the later one stays.
    expect(show(pool, [15, 16], drawing(0.9, 0.1, 0.9, 0.1))).toEqual([10, 10])
    expect(heldBy(pool)).toEqual([16, 13, 12])
  })

  it('shows always the new one when it has no room, and a batch larger than itself', () => {
    const none = new ImagePool(0, size)
    expect(show(none, [1, 2], randomAt(1, 'pool', 1))).toEqual([1, 2])
    expect(none.read()).toEqual({ dtype: 'F32', shape: [0, 3, size, size], data: new Float32Array(0) })
    const small = new ImagePool(1, size)
    expect(show(small, [1, 2, 3], drawing())).toEqual([1, 2, 3])
    expect(heldBy(small)).toEqual([1])
  })

  it('is read as a copy', () => {
    const pool = new ImagePool(1, size)
    show(pool, [1], drawing())
    const read = pool.read()
    show(pool, [2], drawing(0.9, 0))
    expect(read.data[0]).toBe(1)
    read.data[0] = 9
    expect(heldBy(pool)).toEqual([2])
  })

  it.each([
    ['more pictures than it has room for', { dtype: 'F32', shape: [3, 3, 2, 2], data: new Float32Array(36) }],
    ['pictures of another size', { dtype: 'F32', shape: [1, 3, 4, 4], data: new Float32Array(48) }],
    ['fewer values than its shape says', { dtype: 'F32', shape: [2, 3, 2, 2], data: new Float32Array(12) }],
    ['half precision', { dtype: 'F16', shape: [1, 3, 2, 2], data: new Uint16Array(12) }],
    ['no shape', { dtype: 'F32', shape: [], data: new Float32Array(0) }],
  ] as const)('refuses a state with %s', (_, kept) => {
    expect(() => new ImagePool(2, size, kept)).toThrow('does not fit')
  })
})
