/** What many measurements come to: mean with its confidence interval, quartiles, shares. */
import { below, randomAt } from '../engine/random.ts'

export interface Summary {
  readonly count: number
  readonly mean: number
  /** The 95 % confidence interval of the mean; null for fewer than two. */
  readonly interval: readonly [number, number] | null
  readonly quartiles: readonly [number, number, number]
}

const resamples = 2000
const confidence = 0.95
const seed = 1

/**
 * Null of nothing. The interval is the bootstrap's percentile interval (Efron and Tibshirani, An Introduction to the
 * Bootstrap, 1993, chapter 13), over the pictures; drawn from a fixed seed, so that the same figures give the same one.
 */
export function summarise(values: readonly number[]): Summary | null {
  if (values.length === 0) return null
  return {
    count: values.length,
    mean: mean(values),
    interval: values.length < 2 ? null : bootstrapInterval(values),
    quartiles: [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)],
  }
}

/** Of the mean of `values`, at 95 %. */
export function bootstrapInterval(values: readonly number[]): readonly [number, number] {
  const uniform = randomAt(seed, 'bootstrap', values.length)
  const means = Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[below(values.length, uniform)] ?? 0
    return sum / values.length
  })
  const tail = (1 - confidence) / 2
  return [quantile(means, tail), quantile(means, 1 - tail)]
}

/** Between the two nearest values in proportion (Hyndman and Fan's type 7, which numpy has, too). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const left = Math.floor(place)
  const [low = Number.NaN, high = low] = [sorted[left], sorted[left + 1]]
  return low + (place - left) * (high - low)
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
