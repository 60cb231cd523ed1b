/** Sums losses up and reports them now and then: to the journal first, then to whoever listens. */
import { lossNames, type Losses, type TrainingReport } from '../contract/training.ts'
import type { LossJournal } from './store/journal.ts'

/** A report stands for the steps of so many milliseconds, and one at least. */
const reportEveryMs = 2000
/** How much the newest reports count in the time that is left. */
const newestShare = 0.2

interface ReporterOptions {
  readonly journal: LossJournal
  readonly total: number
  readonly epochOf: (step: number) => number
  readonly onReport: (report: TrainingReport) => void
}

export class Reporter {
  readonly #options: ReporterOptions
  readonly #seen = new Map<keyof Losses, { sum: number; steps: number }>()
  #steps = 0
  #last = 0
  #since = performance.now()
  #stepMs: number | null = null

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** What a step has taken lately; null before the first report. */
  get stepSeconds(): number | null {
    return this.#stepMs === null ? null : this.#stepMs / 1000
  }

  /** Throws `disk-full`, `cannot-write`. */
  async stepDone(step: number, losses: Losses): Promise<void> {
    this.#steps++
    for (const name of lossNames) {
      const loss = losses[name]
      if (loss === undefined) continue
      // The warm-up has fewer losses than the steps behind it.
      const { sum, steps } = this.#seen.get(name) ?? { sum: 0, steps: 0 }
      this.#seen.set(name, { sum: sum + loss, steps: steps + 1 })
    }
    this.#last = step
    if (performance.now() - this.#since >= reportEveryMs) await this.report()
  }

  /** Does what is no step: what it takes is left out of the steps' time, which is remembered for other trainings. */
  async beside(work: () => Promise<void>): Promise<void> {
    const begun = performance.now()
    await work()
    this.#since += performance.now() - begun
  }

  /** Reports the steps since the last report, if there are any. Throws as `stepDone` does. */
  async report(): Promise<void> {
    if (this.#steps === 0) return
    const { journal, total, epochOf, onReport } = this.#options
    const step = this.#last
    const elapsed = performance.now() - this.#since
    const stepMs = elapsed / this.#steps
    this.#stepMs = this.#stepMs === null ? stepMs : newestShare * stepMs + (1 - newestShare) * this.#stepMs
    const report: TrainingReport = {
      step,
      epoch: epochOf(step),
      losses: Object.fromEntries([...this.#seen].map(([name, { sum, steps }]) => [name, sum / steps])),
      stepMs: Math.round(stepMs * 10) / 10,
      etaSeconds: Math.round(((total - step) * this.#stepMs) / 1000),
    }
    this.#seen.clear()
    this.#steps = 0
    await journal.append(report)
    onReport(report)
    this.#since = performance.now()
  }
}
