/** The journal of a run as the window keeps it: in the order of steps, and never longer than a curve needs. */
import { lossNames, type Losses, type TrainingReport } from '../../src-main/contract/training.ts'

/** More than a wide screen has pixels; beyond it two neighbours become one. */
export const mostReports = 4000

/**
 * A run that goes on from a checkpoint repeats steps: what comes later counts, and replaces all that it had reported
 * of this step and those behind it.
 */
export function withReports(
  known: readonly TrainingReport[],
  added: readonly TrainingReport[],
): readonly TrainingReport[] {
  let reports = [...known]
  for (const report of added) {
    while ((reports.at(-1)?.step ?? 0) >= report.step) reports.pop()
    reports.push(report)
  }
  while (reports.length > mostReports) reports = halved(reports)
  return reports
}

/** Two neighbours become the mean of both, told at the later one's step; the last one of all stays as it is. */
export function halved(reports: readonly TrainingReport[]): TrainingReport[] {
  const before = reports.slice(0, -1)
  const pairs = before.flatMap((report, at) => {
    if (at % 2 === 1) return []
    const next = before[at + 1]
    return [next === undefined ? report : { ...next, losses: meanLosses(report.losses, next.losses) }]
  })
  return [...pairs, ...reports.slice(-1)]
}

function meanLosses(one: Losses, two: Losses): Losses {
  const mean: { -readonly [Name in keyof Losses]: Losses[Name] } = {}
  for (const name of lossNames) {
    const [first, second] = [one[name], two[name]]
    const value = first === undefined || second === undefined ? (first ?? second) : (first + second) / 2
    if (value !== undefined) mean[name] = value
  }
  return mean
}
