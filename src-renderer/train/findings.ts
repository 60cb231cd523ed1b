/** What a look at the folders found, in the order in which it matters, and which pictures are shown with it. */
import type { Finding, FindingFile, Severity } from '../../src-main/contract/training-findings.ts'

/** A finding with its number in the check, which its pictures are asked for by. */
export interface Numbered {
  readonly number: number
  readonly finding: Finding
}

const weight: Readonly<Record<Severity, number>> = { stop: 0, warn: 1, info: 2 }

/** What stops comes first, what is only good to know last; otherwise as they were told. */
export const byWeight = (findings: readonly Finding[]): readonly Numbered[] =>
  findings
    .map((finding, number) => ({ number, finding }))
    .toSorted((one, two) => weight[one.finding.severity] - weight[two.finding.severity])

export const stops = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'stop')

export interface ShownFiles {
  /** With their numbers in the finding. */
  readonly files: readonly { readonly number: number; readonly file: FindingFile }[]
  /** Told but not shown yet. */
  readonly folded: number
  /** Beyond what was told. */
  readonly untold: number
}

/** The first `most` files of a finding, or all that it tells. */
export function shownFiles(finding: Finding, most: number): ShownFiles {
  const files = finding.files.map((file, number) => ({ number, file }))
  return {
    files: files.slice(0, most),
    folded: Math.max(0, files.length - most),
    untold: Math.max(0, finding.count - files.length),
  }
}
