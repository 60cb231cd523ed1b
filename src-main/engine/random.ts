/**
 * Random numbers that depend on a seed and a place and on nothing drawn before: whoever goes on with a run at step n
 * draws what would have been drawn, with no state to keep.
 */

/** What is drawn for; each purpose has numbers of its own. */
export const purposes = [
  'weights',
  'order',
  'partner',
  'crop',
  'pool',
  'augmentation',
  'samples',
  'measured-crops',
  'halves',
  'bootstrap',
  'round',
] as const
export type Purpose = (typeof purposes)[number]

/** The first numbers after seeding are still alike for seeds that are. */
const discarded = 12

/**
 * Uniform numbers in [0, 1) for a purpose at a place (a step, an epoch). `seed` and `place` are whole numbers below
 * 2³². The generator is sfc32 (Doty-Humphrey, PractRand): 128 bits of state, a counter among them.
 */
export function randomAt(seed: number, purpose: Purpose, place: number): () => number {
  let [a, b, c, counter] = [seed | 0, place | 0, purposes.indexOf(purpose), 1]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let index = 0; index < discarded; index++) next()
  return next
}

/** A whole number from 0 to `count` − 1. */
export function below(count: number, uniform: () => number): number {
  return Math.floor(uniform() * count)
}

/** 0 … count − 1 in random order (Fisher and Yates). */
export function shuffled(count: number, uniform: () => number): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const place = below(last + 1, uniform)
    const [here = 0, there = 0] = [order[place], order[last]]
    order[place] = there
    order[last] = here
  }
  return order
}
