/** Which runtime is taken, and which is next when it fails. */
import { lastResort, type Purpose, type RuntimeName, type RuntimeReport } from '../contract/runtimes.ts'

/**
 * Those that compute the right numbers, the fastest first; what is slower than the last resort is not worth a try. A
 * pinned one goes before all, if it computes right. The last is always the last resort.
 */
export function rankRuntimes(
  reports: readonly RuntimeReport[],
  purpose: Purpose,
  pinned: RuntimeName | null,
): readonly RuntimeName[] {
  const right = reports
    .map((report) => ({ name: report.name, verdict: report[purpose] }))
    .filter(({ name, verdict }) => name !== lastResort && verdict?.outcome === 'right')
  const seconds = (name: RuntimeName): number =>
    reports.find((report) => report.name === name)?.[purpose]?.seconds ?? Infinity
  const worth = right
    .map(({ name }) => name)
    .filter((name) => seconds(name) < seconds(lastResort))
    .toSorted((a, b) => seconds(a) - seconds(b))
  const ranked = [...worth, lastResort]
  if (pinned === null || (pinned !== lastResort && !right.some(({ name }) => name === pinned))) return ranked
  return [...new Set([pinned, ...ranked])]
}
