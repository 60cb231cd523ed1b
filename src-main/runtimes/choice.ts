/**
 * Which runtime computes on this machine: each that there is is examined once, and what was found is remembered until
 * the program, the system, the hardware or a driver changes.
 */
import { EventEmitter } from 'node:events'
import { z } from 'zod'
import { Failure } from '../contract/errors.ts'
import {
  lastResort,
  purposes,
  runtimeReportSchema,
  type Purpose,
  type RuntimeName,
  type RuntimeReport,
  type RuntimesHere,
  type Verdict,
} from '../contract/runtimes.ts'
import { examineRuntime, type StartEngineProcess } from '../engine/examination.ts'
import { JsonFile } from '../storage/json-file.ts'
import { runtimesFor, thisMachine, type Machine } from './machine.ts'
import { rankRuntimes } from './rank.ts'

export interface ChoiceOptions {
  /** Where the findings are kept. */
  readonly path: string
  readonly start: StartEngineProcess
  /** Of the program. */
  readonly version: string
  readonly machine?: () => Promise<Machine>
  readonly names?: readonly RuntimeName[]
  /** How long one may take for its examination. */
  readonly limitMs?: number
}

const findingsSchema = z.object({
  /** What they hold for. */
  machine: z.string(),
  reports: z.array(runtimeReportSchema),
})

const verdictOnAll = (verdict: Verdict): Record<Purpose, Verdict> => ({
  translation: verdict,
  training: verdict,
})

const unexamined = (name: RuntimeName): RuntimeReport => ({
  ...{ name, version: null },
  ...{ translation: null, training: null },
})

export class RuntimeChoice extends EventEmitter<{ changed: [here: RuntimesHere] }> {
  readonly #options: ChoiceOptions
  readonly #names: readonly RuntimeName[]
  readonly #file: JsonFile<typeof findingsSchema>
  #reports: readonly RuntimeReport[]
  #machine: Machine | null = null
  #opened: Promise<void> | null = null
  #pinned: RuntimeName | null = null
  /** One examination at a time; each waits for those before it. */
  #examining: Promise<unknown> = Promise.resolve()
  #underWay = 0
  readonly #closing = new AbortController()

  constructor(options: ChoiceOptions) {
    super()
    this.#options = options
    this.#names = options.names ?? runtimesFor()
    this.#file = new JsonFile(options.path, findingsSchema)
    this.#reports = this.#names.map(unexamined)
  }

  get(): RuntimesHere {
    return {
      reports: this.#reports,
      chosen: { translation: this.#best('translation'), training: this.#best('training') },
      pinned: this.#pinned,
      cards: this.#machine?.cards ?? [],
      examining: this.#underWay > 0,
    }
  }

  /** Null: the fastest that is right. */
  pin(name: RuntimeName | null): void {
    if (name === this.#pinned) return
    this.#pinned = name
    this.#tell()
  }

  /** The best first, as far as is known now: before anything was examined, the last resort alone. */
  known(purpose: Purpose): readonly RuntimeName[] {
    return rankRuntimes(this.#reports, purpose, this.#pinned)
  }

  /**
   * The best first. What is not known is found out before, as far as the order depends on it. Throws `runtime-unfit` if
   * the pinned one does not compute right, `cancelled`.
   */
  async order(purpose: Purpose, signal?: AbortSignal): Promise<readonly RuntimeName[]> {
    // Nothing to choose, and nothing to wait for.
    if (this.#pinned === lastResort || this.#names.length === 1) return [lastResort]
    if (this.#pinned !== null && !this.#names.includes(this.#pinned))
      throw new Failure('runtime-unfit', this.#pinned, 'this system has none')
    await this.#open()
    const wanted = this.#pinned === null ? this.#names : [this.#pinned]
    const others = wanted.filter((name) => name !== lastResort)
    await this.#examine(
      others.filter((name) => this.#report(name)[purpose] === null),
      [purpose],
      signal,
    )
    const verdict = this.#pinned === null ? null : this.#report(this.#pinned)[purpose]
    if (this.#pinned !== null && verdict?.passed !== true)
      throw new Failure('runtime-unfit', this.#pinned, verdict?.reason ?? undefined)
    // Only where there is a rival does it matter how fast the last resort is.
    const rivals =
      this.#pinned === null && others.some((name) => this.#report(name)[purpose]?.passed === true)
    if (rivals && this.#report(lastResort)[purpose] === null)
      await this.#examine([lastResort], [purpose], signal)
    return this.known(purpose)
  }

  /** Finds out what is not known, as far as the choice depends on it; what goes wrong with that shows in the reports. */
  async examineMissing(): Promise<void> {
    for (const purpose of purposes) await this.order(purpose).catch(() => undefined)
  }

  /** Examines all anew. Throws `cancelled`. */
  async examineAll(signal?: AbortSignal): Promise<RuntimesHere> {
    await this.#open()
    await this.#examine(this.#names, purposes, signal)
    return this.get()
  }

  /** Ends what is under way; what was found is on disk then. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#examining.catch(() => undefined)
    await this.#file.flush()
  }

  /** Takes over what was found before, if it was on this machine as it is now. */
  #open(): Promise<void> {
    this.#opened ??= this.#read()
    return this.#opened
  }

  async #read(): Promise<void> {
    const findings = await this.#file.read()
    this.#machine = await (this.#options.machine ?? thisMachine)()
    if (findings?.machine !== this.#fingerprint()) return
    const found = new Map(findings.reports.map((report) => [report.name, report]))
    this.#reports = this.#reports.map((report) => found.get(report.name) ?? report)
    this.#tell()
  }

  #fingerprint(): string {
    const { base, cards } = this.#machine ?? { base: '', cards: [] }
    return [this.#options.version, base, ...cards].join('; ')
  }

  async #examine(
    names: readonly RuntimeName[],
    of: readonly Purpose[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (names.length === 0) return
    const { start, limitMs } = this.#options
    const stop = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])])
    const work = async (): Promise<void> => {
      this.#underWay++
      this.#tell()
      try {
        for (const name of names) {
          for (const purpose of of) {
            const found = await examineRuntime(name, purpose, { start, signal: stop, limitMs })
            const version = found.version ?? this.#report(name).version
            this.#learn({ ...this.#report(name), version, [purpose]: found.verdict })
            // What does not load for one purpose does not for another.
            if (version === null) {
              this.#learn({ ...this.#report(name), ...verdictOnAll(found.verdict) })
              break
            }
          }
        }
      } finally {
        this.#underWay--
        this.#tell()
      }
    }
    const mine = this.#examining.catch(() => undefined).then(work)
    this.#examining = mine
    await mine
  }

  #learn(report: RuntimeReport): void {
    this.#reports = this.#reports.map((other) => (other.name === report.name ? report : other))
    const findings = { machine: this.#fingerprint(), reports: [...this.#reports] }
    this.#file.write(() => findings)
    this.#tell()
  }

  #report(name: RuntimeName): RuntimeReport {
    return this.#reports.find((report) => report.name === name) ?? unexamined(name)
  }

  #best(purpose: Purpose): RuntimeName {
    return this.known(purpose)[0] ?? lastResort
  }

  #tell(): void {
    this.emit('changed', this.get())
  }
}
