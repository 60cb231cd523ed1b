/** From a journal to lines: which losses stand together, their values in a row, smoothing, and how high a chart is. */
import type { Losses, TrainingReport } from '../../src-main/contract/training.ts'

export type LossName = keyof Losses
export type LossGroup = 'adversarial' | 'cycle' | 'identity' | 'discriminators'

/** One value a report; null where the objective leaves the loss out. */
export type Line = readonly (number | null)[]

/**
 * The first of each pair belongs to the networks of A → B, the second to those of B → A. `D_A` is the judge of what
 * the generator A → B makes, so of pictures of B.
 */
export const lossGroups: Readonly<Record<LossGroup, readonly [LossName, LossName]>> = {
  adversarial: ['G_A', 'G_B'],
  cycle: ['cycle_A', 'cycle_B'],
  identity: ['idt_A', 'idt_B'],
  discriminators: ['D_A', 'D_B'],
}
const groupNames: readonly LossGroup[] = ['adversarial', 'cycle', 'identity', 'discriminators']

export const lineOf = (reports: readonly TrainingReport[], name: LossName): Line =>
  reports.map(({ losses }) => losses[name] ?? null)

/** The groups that the run's objective has. */
export const groupsIn = (reports: readonly TrainingReport[]): readonly LossGroup[] =>
  groupNames.filter((group) =>
    lossGroups[group].some((name) => reports.some(({ losses }) => losses[name] !== undefined)),
  )

/** A fortieth of what is seen: even enough to show where it goes, quick enough to show a turn. */
export const spanFor = (count: number): number => Math.max(1, count / 40)

/**
 * Exponential moving average over about `span` values. Its bias towards the zero that it starts from is taken out as
 * Adam does (Kingma & Ba 2015, section 3), so that the first values are not drawn too low.
 */
export function smoothed(line: Line, span: number): Line {
  const keep = span <= 1 ? 0 : 1 - 1 / span
  let mean = 0
  let weight = 0
  return line.map((value) => {
    if (value === null) return null
    mean = keep * mean + (1 - keep) * value
    weight = keep * weight + (1 - keep)
    return mean / weight
  })
}

const shownShare = 0.98
const headroom = 1.08

/**
 * The upper end of a chart's scale: all smoothed values fit, and of the raw ones all but the few that stick out.
 * 1 where there is nothing to show.
 */
export function ceilingOf(raw: readonly Line[], smooth: readonly Line[]): number {
  const numbers = (lines: readonly Line[]): number[] => lines.flat().filter((value) => value !== null)
  const sorted = numbers(raw).toSorted((one, two) => one - two)
  const usual = sorted[Math.floor((sorted.length - 1) * shownShare)] ?? 0
  const highest = numbers(smooth).reduce((most, value) => Math.max(most, value), usual)
  return highest > 0 ? highest * headroom : 1
}

/** The last value of a line that is one. */
export const latest = (line: Line): number | null => line.findLast((value) => value !== null) ?? null
export const earliest = (line: Line): number | null => line.find((value) => value !== null) ?? null
