/** The figures of an evaluation as a person reads them in a terminal. */
import type { Direction } from '../contract/schemas.ts'
import type { DirectionFigures, Evaluation } from '../evaluation/evaluate.ts'
import { distanceParts, type Floor, type SetDistance } from '../evaluation/set-distance.ts'
import type { Summary } from '../evaluation/statistics.ts'
import { localised, type ModelCard } from '../models/card.ts'

const labelWidth = 34

/** Lines. `size`: the long side at which the networks saw the pictures. */
export function evaluationTable(card: ModelCard, size: number, evaluation: Evaluation): readonly string[] {
  const { pictures, directions, failed } = evaluation
  const [a, b] = [localised(card.a.label).en, localised(card.b.label).en]
  const passedOver = failed.length === 0 ? '' : `, ${failed.length} passed over`
  return [
    `${localised(card.name).en}, at most ${size} pixels: ${pictures.a} of A (${a}), ${pictures.b} of B (${b})${passedOver}`,
    ...directions.flatMap((figures) => directionLines(card, figures)),
  ]
}

function directionLines(
  card: ModelCard,
  { direction, cycle, identity, distance }: DirectionFigures,
): readonly string[] {
  const [source, target] = labels(card, direction)
  const { translated, untouched, floor, closed } = distance
  return [
    '',
    `${direction}  ${source} → ${target}`,
    row('  cycle, L1 in %', summaryText(cycle?.l1, 100, 2)),
    row('  cycle, PSNR in dB', summaryText(cycle?.psnr, 1, 2)),
    row('  cycle, SSIM', summaryText(cycle?.ssim, 1, 4)),
    row('  identity, L1 in %', summaryText(identity, 100, 2)),
    row('  distance: translated to real', distanceText(translated)),
    row('  distance: untouched to real', distanceText(untouched)),
    row('  distance: half of real to half', floorText(floor)),
    row('  of the way', closed === null ? 'not to be told' : `${Math.round(closed * 100)} %`),
    ...(translated === null || untouched === null
      ? []
      : distanceParts
          .filter((part) => part !== 'all')
          .map((part) =>
            row(`    ${part}`, `${fixed(translated[part].value)}, untouched ${fixed(untouched[part].value)}`),
          )),
  ]
}

function labels({ a, b }: ModelCard, direction: Direction): readonly [string, string] {
  const [from, to] = direction === 'AtoB' ? [a, b] : [b, a]
  return [localised(from.label).en, localised(to.label).en]
}

const row = (label: string, text: string): string => `${label.padEnd(labelWidth)}${text}`

const nothing = '–'

function summaryText(summary: Summary | null | undefined, scale: number, digits: number): string {
  if (!summary) return nothing
  const { mean, interval, quartiles } = summary
  const number = (value: number): string => (value * scale).toFixed(digits)
  const between = interval === null ? '' : ` (${number(interval[0])} to ${number(interval[1])})`
  return `${number(mean)}${between}, quartiles ${quartiles.map(number).join(' / ')}`
}

function distanceText(distance: SetDistance | null): string {
  if (distance === null) return nothing
  const { value, standardError } = distance.all
  return standardError === null ? fixed(value) : `${fixed(value)} ± ${fixed(standardError)}`
}

const floorText = (floor: Floor | null): string =>
  floor === null ? nothing : `below ${fixed(floor.high)} in 19 of 20 (halves of ${floor.pictures})`

const fixed = (value: number): string => value.toFixed(1)
