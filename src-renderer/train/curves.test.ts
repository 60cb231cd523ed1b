/** Lines of losses: which stand together, smoothing, the chart's upper end. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Losses, TrainingReport } from '../../src-main/contract/training.ts'
import { lossNames } from '../../src-main/contract/training.ts'
import { ceilingOf, groupsIn, lineOf, lossGroups, smoothed, spanFor } from './curves.ts'

const report = (step: number, losses: Losses): TrainingReport => ({
  ...{ step, epoch: 1, losses, stepMs: 100, etaSeconds: 60 },
})

describe('the groups', () => {
  it('hold every loss once', () => {
    expect(Object.values(lossGroups).flat().toSorted()).toEqual([...lossNames].toSorted())
  })

  it('are those that the objective has', () => {
    const reports = [report(1, {}), report(2, { cycle_A: 1, idt_B: 2 })]
    expect(groupsIn(reports)).toEqual(['cycle', 'identity'])
    expect(groupsIn([])).toEqual([])
  })

  it('have a gap where a loss was not reported', () => {
    expect(lineOf([report(1, {}), report(2, { D_A: 0.25 })], 'D_A')).toEqual([null, 0.25])
  })
})

describe('smoothed', () => {
  it('leaves a constant line as it is from its first value on', () => {
    const line = smoothed([2, 2, null, 2, 2], 50)
    expect(line.map((value) => value && Number(value.toFixed(12)))).toEqual([2, 2, null, 2, 2])
  })

  it('is the mean weighted by age, with the weights summing to one', () => {
    // keep = 1/2: weights 1, 2 and 4 of 7.
    expect(smoothed([7, 14, 21], 2).at(-1)).toBeCloseTo((7 + 2 * 14 + 4 * 21) / 7, 12)
  })

  it('is the line itself over one value', () => {
    expect(smoothed([3, 1, 2], spanFor(3))).toEqual([3, 1, 2])
  })

  it('stays within what it averages', () => {
    const values = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.double({ min: 1, max: 500, noNaN: true }), (line, span) => {
        for (const value of smoothed(line, span)) {
          expect(value).toBeGreaterThanOrEqual(Math.min(...line) - 1e-9)
          expect(value).toBeLessThanOrEqual(Math.max(...line) + 1e-9)
        }
      }),
    )
  })
})

describe('ceilingOf', () => {
  it('lets a few raw values stick out', () => {
    const raw = [...Array.from({ length: 199 }, () => 1), 50]
    expect(ceilingOf([raw], [])).toBeCloseTo(1.08, 9)
  })

  it('shows all of the smoothed line', () => expect(ceilingOf([[1, 1]], [[1, 3]])).toBeCloseTo(3.24, 9))
  it('has a height where there is nothing', () => expect(ceilingOf([[null, 0]], [])).toBe(1))
})
