/** What examinations found, on disk, and for how long it holds. */
import { z } from 'zod'
import {
  runtimeReportSchema,
  type RuntimeName,
  type RuntimeReport,
  type Verdict,
} from '../contract/runtimes.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'

const findingsSchema = z.object({
  /** What they hold for. */
  machine: z.string(),
  /** Milliseconds since 1970. */
  examined: z.number(),
  reports: z.array(runtimeReportSchema),
})

/** A library may be installed tomorrow, and a card be busy only now: what was absent or failed is tried again. */
const holdsForMs = 24 * 3_600_000

export class Findings {
  readonly #file: JsonFile<typeof findingsSchema>
  readonly #now: () => number

  constructor(path: string, now: () => number = Date.now, health?: StorageHealth) {
    this.#file = new JsonFile(path, findingsSchema, { ...(health && { health }) })
    this.#now = now
  }

  /** What is known of this machine. */
  async read(machine: string): Promise<ReadonlyMap<RuntimeName, RuntimeReport>> {
    const findings = await this.#file.read()
    if (findings?.machine !== machine) return new Map()
    const age = this.#now() - findings.examined
    const holds = (verdict: Verdict | null): Verdict | null =>
      verdict?.outcome === 'right' || verdict?.outcome === 'wrong' || (age >= 0 && age < holdsForMs)
        ? verdict
        : null
    return new Map(
      findings.reports.map((report) => [
        report.name,
        { ...report, translation: holds(report.translation), training: holds(report.training) },
      ]),
    )
  }

  write(machine: string, reports: readonly RuntimeReport[]): void {
    const findings = { machine, examined: this.#now(), reports: [...reports] }
    this.#file.write(() => findings)
  }

  async flush(): Promise<void> {
    await this.#file.flush()
  }
}
