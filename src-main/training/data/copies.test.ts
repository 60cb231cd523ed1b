import { expect, it } from 'vitest'
import { findCopies, findShared } from './copies.ts'
import { isNearlySame, type Look } from './look.ts'
import { lookAt, randomFrom, scene } from './test-support.ts'

/** A look that nothing was looked at for. */
function randomLook(random: () => number): Look {
  const bits = () => Math.floor(random() * 2 ** 32)
  return {
    digest: `${random()}`,
    hash: { high: bits(), low: bits() },
    tiny: Float32Array.from({ length: 768 }, () => 255 * random()),
  }
}

/** The same to the eye, and not to the byte. */
const nearly = (look: Look): Look => ({
  ...look,
  digest: `${look.digest}, again`,
  hash: { high: (look.hash.high ^ 0b1011) >>> 0, low: (look.hash.low ^ 0x8000_0000) >>> 0 },
  tiny: look.tiny.map((value) => value + 5),
})

it('names the first of each series, exact or near', () => {
  const [one, two, three] = [scene(1), scene(2), scene(3)].map(lookAt)
  const looks = [one!, two!, nearly(one!), three!, { ...two! }, nearly(nearly(one!))]
  expect(findCopies(looks)).toEqual([
    { index: 2, of: 0, isExact: false },
    { index: 4, of: 1, isExact: true },
    { index: 5, of: 0, isExact: false },
  ])
})

it('finds the pictures of one folder in the other', () => {
  const [one, two, three] = [scene(1), scene(2), scene(3)].map(lookAt)
  expect(findShared([one!, two!, three!], [nearly(three!), { ...one! }, { ...one! }])).toEqual([
    { index: 0, of: 1, isExact: true },
    { index: 2, of: 0, isExact: false },
  ])
})

it('finds every pair among 6,000', () => {
  const random = randomFrom(7)
  const looks = Array.from({ length: 5900 }, () => randomLook(random))
  const originals = Array.from({ length: 100 }, (_, i) => i * 59)
  looks.push(...originals.map((index) => nearly(looks[index]!)))
  const copies = findCopies(looks)
  expect(copies).toEqual(originals.map((of, place) => ({ index: 5900 + place, of, isExact: false })))
  expect(copies.every(({ index, of }) => isNearlySame(looks[index]!, looks[of]!))).toBe(true)
})
