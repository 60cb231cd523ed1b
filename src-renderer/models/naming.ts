/** What styles, directions and results are called, and in which order styles stand on the panel. */
import type { Category, Conversion, Direction, Locale, Style } from '../../src-main/contract/schemas.ts'

/** In which categories stand one below the other. */
export const categoryOrder: readonly Category[] = [
  'season',
  'weather',
  'time-of-day',
  'painter',
  'other',
  'own',
]

export interface StyleGroup {
  readonly category: Category
  readonly styles: readonly Style[]
}

/** Categories in their order, empty ones left out; imported styles stand together under "own". */
export function grouped(styles: readonly Style[]): readonly StyleGroup[] {
  return categoryOrder
    .map((category) => ({ category, styles: styles.filter((style) => style.category === category) }))
    .filter((group) => group.styles.length > 0)
}

/** The labels at the start and at the end of a direction. */
export function ends(
  style: Style,
  direction: Direction,
  locale: Locale,
): { readonly from: string; readonly to: string } {
  const [a, b] = [style.a[locale], style.b[locale]]
  return direction === 'AtoB' ? { from: a, to: b } : { from: b, to: a }
}

/** "Summer → Winter"; the model's id where the style is gone. */
export function directionName(
  style: Style | undefined,
  conversion: Pick<Conversion, 'modelId' | 'direction'>,
  locale: Locale,
): string {
  if (style === undefined) return conversion.modelId
  const { from, to } = ends(style, conversion.direction, locale)
  return `${from} → ${to}`
}

/** "Winter": what the photo has become. */
export const resultName = (
  style: Style | undefined,
  conversion: Pick<Conversion, 'modelId' | 'direction'>,
  locale: Locale,
): string => (style === undefined ? conversion.modelId : ends(style, conversion.direction, locale).to)
