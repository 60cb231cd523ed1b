/** The journal that the window keeps: order, going on from a checkpoint, and its length. */
import { describe, expect, it } from 'vitest'
import type { TrainingReport } from '../../src-main/contract/training.ts'
import { halved, mostReports, withReports } from './journal.ts'

const at = (step: number, cycle = step): TrainingReport => ({
  ...{ step, epoch: 1, losses: { cycle_A: cycle }, stepMs: 100, etaSeconds: 60 },
})
const steps = (reports: readonly TrainingReport[]) => reports.map(({ step }) => step)

describe('withReports', () => {
  it('adds what is new', () => expect(steps(withReports([at(10)], [at(20), at(30)]))).toEqual([10, 20, 30]))

  it('forgets what a run does again from its checkpoint', () => {
    const reports = withReports([at(10), at(20), at(30), at(40)], [at(25, 7)])
    expect(steps(reports)).toEqual([10, 20, 25])
    expect(reports.at(-1)?.losses).toEqual({ cycle_A: 7 })
  })

  it('takes a report that came twice once', () => {
    expect(steps(withReports([at(10), at(20)], [at(20), at(30)]))).toEqual([10, 20, 30])
  })

  it('never grows beyond what a curve needs, and keeps the last one and the order', () => {
    let reports: readonly TrainingReport[] = []
    for (let step = 1; step <= 3 * mostReports; step++) reports = withReports(reports, [at(step)])
    const kept = steps(reports)
    expect(kept.length).toBeLessThanOrEqual(mostReports)
    expect(kept.length).toBeGreaterThan(mostReports / 4)
    expect(kept.at(-1)).toBe(3 * mostReports)
    expect(kept).toEqual(kept.toSorted((one, two) => one - two))
  })
})

describe('halved', () => {
  it('makes the mean of two neighbours and leaves the last alone', () => {
    const reports = halved([at(1, 2), at(2, 4), at(3, 6), at(4, 100)])
    expect(reports.map(({ step, losses }) => [step, losses.cycle_A])).toEqual([
      [2, 3],
      [3, 6],
      [4, 100],
    ])
  })

  it('keeps a loss that only one of the two has', () => {
    const [first] = halved([{ ...at(1), losses: { D_A: 0.5 } }, at(2, 4), at(3)])
    expect(first?.losses).toEqual({ D_A: 0.5, cycle_A: 4 })
  })
})
