import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PictureOrder, samplePlaces, type OrderSettings } from './order.ts'

const settings: OrderSettings = { seed: 1, batch: 1, a: 10, b: 7, epochSteps: 10 }

/** The places of A in so many steps from one on. */
function placesOfA(order: PictureOrder, from: number, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, index) => order.at(from + index).a).flat()
}

const inOrder = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b)
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

describe('PictureOrder', () => {
  it('goes through the larger folder once in each epoch, each time in another order', () => {
    const order = new PictureOrder(settings)
    const epochs = [0, 1, 2].map((epoch) => placesOfA(order, 1 + 10 * epoch, 10))
    for (const places of epochs) expect(inOrder(places)).toEqual(upTo(10))
    expect(new Set(epochs.map((places) => places.join())).size).toBe(3)
  })

  it('goes through a smaller A again and again, as evenly as it can', () => {
    const order = new PictureOrder({ ...settings, a: 4, b: 10 })
    // 10 places over 4 pictures: 0 and 1 three times, 2 and 3 twice.
    expect(inOrder(placesOfA(order, 1, 10))).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 3, 3])
  })

  it('draws B at random: every picture, no fixed partners', () => {
    const order = new PictureOrder({ ...settings, a: 10, b: 5 })
    const partners = new Map<number, Set<number>>()
    for (let step = 1; step <= 500; step++) {
      const { a, b } = order.at(step)
      partners.set(a[0]!, (partners.get(a[0]!) ?? new Set()).add(b[0]!))
    }
    for (const seen of partners.values()) expect(inOrder([...seen])).toEqual(upTo(5))
  })

  it('fills every batch, the last of an epoch from its beginning', () => {
    const order = new PictureOrder({ ...settings, batch: 4, epochSteps: 3 })
    const epoch = placesOfA(order, 1, 3)
    expect(epoch).toHaveLength(12)
    expect(inOrder(epoch.slice(0, 10))).toEqual(upTo(10))
    expect(epoch.slice(10)).toEqual(epoch.slice(0, 2))
    expect(order.at(2).b).toHaveLength(4)
    const larger = new PictureOrder({ ...settings, a: 3, b: 2, batch: 8, epochSteps: 1 })
    expect(larger.at(1).a).toHaveLength(8)
  })

  it('gives the same for a step whenever it is asked, whatever it was asked before', () => {
    const size = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(
        fc.record({ seed: fc.nat(), batch: fc.integer({ min: 1, max: 4 }), a: size, b: size }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
        (chosen, steps) => {
          const { a, b, batch } = chosen
          const all = { ...chosen, epochSteps: Math.max(1, Math.ceil(Math.max(a, b) / batch)) }
          const asked = new PictureOrder(all)
          for (const step of steps) {
            const { a: ofA, b: ofB } = asked.at(step)
            expect({ a: ofA, b: ofB }).toEqual(new PictureOrder(all).at(step))
            expect(ofA).toHaveLength(batch)
            for (const place of ofA) expect(place).toBeLessThan(a)
            for (const place of ofB) expect(place).toBeLessThan(b)
          }
        },
      ),
    )
  })

  it('is another for another seed', () => {
    const [one, other] = [new PictureOrder(settings), new PictureOrder({ ...settings, seed: 2 })]
    expect(placesOfA(one, 1, 10)).not.toEqual(placesOfA(other, 1, 10))
  })
})

describe('samplePlaces', () => {
  it('are different places, the same at every start, others for the other side', () => {
    const places = samplePlaces(1, 'a', 100, 3)
    expect(new Set(places).size).toBe(3)
    expect(samplePlaces(1, 'a', 100, 3)).toEqual(places)
    expect(samplePlaces(1, 'b', 100, 3)).not.toEqual(places)
    expect(inOrder(samplePlaces(1, 'a', 2, 3))).toEqual([0, 1])
  })
})
