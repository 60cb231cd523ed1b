/** The one place that knows uPlot: a small chart of two losses, each raw and smoothed, over the steps. */
import uPlot from 'uplot'
import type { Locale } from '../../src-main/contract/schemas.ts'
import { number } from '../ui/locale.ts'
import type { Line } from './curves.ts'

export type Theme = 'light' | 'dark'
export type Scale = 'linear' | 'log'

/** Blue and orange differ for all kinds of colour vision; the second line is dashed, too. */
export const lineColours: Readonly<Record<Theme, readonly [string, string]>> = {
  light: ['#1c5fa3', '#b4530a'],
  dark: ['#6cb2f5', '#f0a350'],
}
/** As `--ink-soft` and `--line` of the theme, which a canvas cannot read. */
const inks: Readonly<Record<Theme, { readonly ink: string; readonly grid: string }>> = {
  light: { ink: '#4a4a4a', grid: 'rgb(0 0 0 / 10%)' },
  dark: { ink: '#aaaaaa', grid: 'rgb(255 255 255 / 9%)' },
}
const font = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
const rawAlpha = 0.28
export const dash: readonly [number, number] = [6, 3]

export interface ChartLines {
  readonly steps: readonly number[]
  readonly raw: readonly [Line, Line]
  /** Null: the raw lines are the lines. */
  readonly smooth: readonly [Line, Line] | null
}

export interface ChartLook {
  readonly width: number
  readonly height: number
  readonly theme: Theme
  readonly locale: Locale
  readonly scale: Scale
  /** The upper end of a linear scale, whenever it is asked. */
  readonly ceiling: () => number
  /** All charts of a group show the cursor at the same step. */
  readonly group: string
  /** The report under the pointer; null: none. */
  readonly onpoint: (index: number | null) => void
}

/** A logarithm has no place for nothing. */
const positive = (line: Line): (number | null)[] =>
  line.map((value) => (value === null || value <= 0 ? null : value))

function dataOf({ steps, raw, smooth }: ChartLines, scale: Scale): uPlot.AlignedData {
  const kept = (line: Line): (number | null)[] => (scale === 'log' ? positive(line) : [...line])
  const none: null[] = []
  const rows = smooth === null ? [none, none, ...raw] : [...raw, ...smooth]
  return [[...steps], ...rows.map((line) => (line.length === 0 ? steps.map(() => null) : kept(line)))]
}

const logHeadroom = 1.15

/** A logarithmic scale that ends just outside the values; 0.1 to 1 where there are none. */
const roomy = (_chart: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax =>
  least === null || most === null ? [0.1, 1] : [least / logHeadroom, most * logHeadroom]

/** Null values of an axis are places without a label. */
const labels =
  (locale: Locale) =>
  (_chart: uPlot, values: readonly (number | null)[]): string[] =>
    values.map((value) => (value === null ? '' : number(locale, value)))

function optionsOf(look: ChartLook): uPlot.Options {
  const { width, height, theme, locale, scale, ceiling, group, onpoint } = look
  const { ink, grid } = inks[theme]
  const [first, second] = lineColours[theme]
  const axis = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  const raw = { width: 1, alpha: rawAlpha, points: { show: false } }
  const line = { width: 1.75, points: { show: false } }
  return {
    ...{ width, height, legend: { show: false }, padding: [8, 24, 0, 0] },
    cursor: {
      ...{ drag: { x: false, y: false }, y: false, points: { show: false } },
      sync: { key: group, scales: ['x', null] },
    },
    scales: {
      x: { time: false },
      y: scale === 'log' ? { distr: 3, range: roomy } : { range: () => [0, ceiling()] },
    },
    axes: [
      { ...axis, size: 26, gap: 4, space: 64, values: labels(locale) },
      { ...axis, size: 46, gap: 4, space: 28, values: labels(locale) },
    ],
    series: [
      {},
      { ...raw, stroke: first },
      { ...raw, stroke: second },
      { ...line, stroke: first },
      { ...line, stroke: second, dash: [...dash] },
    ],
    hooks: { setCursor: [(chart) => onpoint(chart.cursor.idx ?? null)] },
  }
}

/** A chart in the page. `update` draws other lines, `resize` fits it into another width. */
export class LossPlot {
  readonly #scale: Scale
  readonly #plot: uPlot

  constructor(element: HTMLElement, lines: ChartLines, look: ChartLook) {
    this.#scale = look.scale
    this.#plot = new uPlot(optionsOf(look), dataOf(lines, look.scale), element)
  }

  update(lines: ChartLines): void {
    this.#plot.setData(dataOf(lines, this.#scale))
  }

  resize(width: number): void {
    this.#plot.setSize({ width, height: this.#plot.height })
  }

  destroy(): void {
    this.#plot.destroy()
  }
}
