/** The journal of the run that is looked at: read once, then kept up to date by what is told while it trains. */
import type { TrainingReport } from '../../src-main/contract/training.ts'
import { call } from '../ui/bridge.ts'
import { withReports } from './journal.ts'

/** Curves are drawn anew at most this often, however quick the steps are. */
const drawnEvery = 500

export class Journal {
  readonly runId: string
  #reports = $state.raw<readonly TrainingReport[]>([])
  #loaded = $state(false)
  #waiting: TrainingReport[] = []
  #timer: number | undefined

  constructor(runId: string) {
    this.runId = runId
  }

  get reports(): readonly TrainingReport[] {
    return this.#reports
  }

  get loaded(): boolean {
    return this.#loaded
  }

  async load(): Promise<void> {
    const reports = await call('training.reports', { id: this.runId })
    this.#reports = withReports(reports, this.#reports)
    this.#loaded = true
  }

  add(report: TrainingReport): void {
    this.#waiting.push(report)
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined
      this.#reports = withReports(this.#reports, this.#waiting)
      this.#waiting = []
    }, drawnEvery)
  }
}
