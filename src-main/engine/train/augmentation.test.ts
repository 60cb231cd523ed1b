import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearCongruence } from '../testing/numbers.ts'
import { augmentationInputs, drawAugmentation, judgedPictures } from './augmentation.ts'
import type { AugmentationSettings } from './augmentation.ts'
import { buildStep, paperObjective } from './step.ts'

const anySettings = fc.record({
  augmentation: fc.subarray(['translation', 'cutout'] as const),
  batch: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 1, max: 12 }).map((quarter) => 4 * quarter + 16),
  learns: fc.constantFrom('all' as const, 'discriminators' as const),
})
const lsgan = { objective: paperObjective }

/** The planes of one input, row after row, for each picture of the batch. */
function planesOf(values: Float32Array | undefined, { batch, size }: AugmentationSettings) {
  expect(values).toHaveLength(batch * size * size)
  return Array.from({ length: batch }, (_, n) =>
    Array.from({ length: size }, (_row, row) => {
      const begin = (n * size + row) * size
      return Array.from(values!.subarray(begin, begin + size))
    }),
  )
}

/** How far rows · x moves x down, or x · rowsᵀ to the right. Expects that it does nothing else. */
function shiftOf(rows: readonly (readonly number[])[]): number {
  const middle = Math.floor(rows.length / 2)
  const shift = middle - rows[middle]!.indexOf(1)
  expect(rows).toEqual(rows.map((_, to) => rows.map((_from, from) => (from === to - shift ? 1 : 0))))
  return shift
}

describe('drawAugmentation', () => {
  it('draws for exactly the inputs of the step', () =>
    fc.assert(
      fc.property(anySettings, fc.constantFrom('lsgan', 'none'), (settings, gan) => {
        fc.pre(gan === 'lsgan' || settings.learns === 'all')
        const objective = { ...paperObjective, gan } as const
        const step = buildStep({
          ...{ ...settings, objective, pool: true },
          ...{ generator: { ngf: 1, blocks: 0 }, discriminator: { ndf: 1, layers: 1 } },
        })
        const inputs = step.graph.inputs.filter((name) => name.startsWith('augmentation.'))
        const values = drawAugmentation({ ...settings, objective }, linearCongruence(1))
        expect(new Set(Object.keys(values))).toEqual(new Set(inputs))
        expect(judgedPictures({ ...settings, objective })).toHaveLength(
          gan === 'none' ? 0 : settings.learns === 'all' ? 6 : 4,
        )
      }),
    ))

  it('moves each picture by whole pixels, an eighth of the size at most', () =>
    fc.assert(
      fc.property(anySettings, fc.nat(), (some, seed) => {
        const settings = { ...some, ...lsgan, augmentation: ['translation'] } as const
        const values = drawAugmentation(settings, linearCongruence(seed))
        for (const judged of judgedPictures(settings)) {
          const { rows, columns } = augmentationInputs(judged)
          const transposed = planesOf(values[columns], settings).map((plane) =>
            plane.map((_, to) => plane.map((row) => row[to]!)),
          )
          for (const plane of [...planesOf(values[rows], settings), ...transposed]) {
            expect(Math.abs(shiftOf(plane))).toBeLessThanOrEqual(Math.round(settings.size / 8))
          }
        }
      }),
    ))

  it('moves as far as that in all four directions, down first', () => {
    const settings = { ...lsgan, augmentation: ['translation'], batch: 1, size: 32 } as const
    const { rows, columns } = augmentationInputs('G_A.fake')
    const shifts = ([down, right]: readonly [number, number]) => {
      const draws = [down, right]
      const values = drawAugmentation(settings, () => draws.shift() ?? 0)
      const [vertical] = planesOf(values[rows], settings)
      const [horizontal] = planesOf(values[columns], settings)
      // The columns of a shift to the right are the rows of one up.
      return [shiftOf(vertical!), 0 - shiftOf(horizontal!)]
    }
    const last = 1 - 2 ** -32
    expect(shifts([0, 0])).toEqual([-4, -4])
    expect(shifts([last, 0.5])).toEqual([4, 0])
    expect(shifts([0.5, last])).toEqual([0, 4])
  })

  it('cuts one square of half the size around a pixel of the picture, less what is over the border', () =>
    fc.assert(
      fc.property(anySettings, fc.nat(), (some, seed) => {
        const settings = { ...some, ...lsgan, augmentation: ['cutout'] } as const
        const { size } = settings
        const values = drawAugmentation(settings, linearCongruence(seed))
        for (const judged of judgedPictures(settings)) {
          for (const plane of planesOf(values[augmentationInputs(judged).mask], settings)) {
            const down = spanOf(plane.map((row) => row.includes(0)))
            const right = spanOf(plane.map((_, column) => plane.some((row) => row[column] === 0)))
            expect(plane).toEqual(
              plane.map((row, y) => row.map((_, x) => (isIn(y, down) && isIn(x, right) ? 0 : 1))),
            )
            for (const { begin, end } of [down, right]) {
              const isClipped = begin === 0 || end === size
              expect(end - begin).toBeLessThanOrEqual(Math.round(size / 2))
              expect(end - begin).toBeGreaterThanOrEqual(
                isClipped ? Math.floor(size / 4) : Math.round(size / 2),
              )
            }
          }
        }
      }),
    ))

  it('draws another one for each picture, and the same again from the same numbers', () => {
    const settings = { ...lsgan, augmentation: ['translation', 'cutout'], batch: 2, size: 64 } as const
    const numbers = linearCongruence(3)
    let asked = 0
    const values = drawAugmentation(settings, () => {
      asked += 1
      return numbers()
    })
    expect(asked).toBe(6 * 2 * 2 * 2)
    expect(drawAugmentation(settings, linearCongruence(3))).toEqual(values)
    const masks = judgedPictures(settings).flatMap((judged) =>
      planesOf(values[augmentationInputs(judged).mask], settings).map((plane) => plane.join()),
    )
    expect(new Set(masks).size).toBe(masks.length)
  })
})

interface Span {
  readonly begin: number
  readonly end: number
}

function spanOf(marks: readonly boolean[]): Span {
  return { begin: marks.indexOf(true), end: marks.lastIndexOf(true) + 1 }
}

function isIn(i: number, { begin, end }: Span): boolean {
  return i >= begin && i < end
}
