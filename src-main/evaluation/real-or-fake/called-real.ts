/** How often pictures were called real, with the interval in which the true share lies 19 times of 20. */
import type { CalledReal } from '../../contract/evaluation.ts'

/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054

/**
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927), which unlike the
 * bootstrap of the paper tells something where nobody, or everybody, was fooled.
 */
export function wilsonInterval(hits: number, asked: number): readonly [number, number] {
  const share = hits / asked
  const centre = share + (z * z) / (2 * asked)
  const reach = z * Math.sqrt((share * (1 - share)) / asked + (z * z) / (4 * asked * asked))
  const scale = 1 + (z * z) / asked
  return [Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale)]
}

export function calledReal(asked: number, hits: number): CalledReal {
  return { asked, calledReal: hits, interval: asked === 0 ? null : [...wilsonInterval(hits, asked)] }
}
