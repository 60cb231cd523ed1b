/**
 * Which runtime computes on this machine: each that there is is examined once, and what was found is remembered until
 * the program, the system, the hardware or a driver changes.
 */
import { EventEmitter } from 'node:events'
import { Failure } from '../contract/errors.ts'
import {
  lastResort,
  purposes,
  type Purpose,
  type RuntimeName,
  type RuntimeReport,
  type RuntimesHere,
  type Verdict,
} from '../contract/runtimes.ts'
import { examineRuntime, type StartEngineProcess } from '../engine/examination.ts'
import type { StorageHealth } from '../storage/storage-health.ts'
import { Findings } from './findings.ts'
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
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly health?: StorageHealth
}

const unexamined = (name: RuntimeName): RuntimeReport => ({
  ...{ name, version: null },
  ...{ translation: null, training: null },
})

interface Examining {
  readonly names: readonly RuntimeName[]
  readonly purposes: readonly Purpose[]
  /** Also what is known already. */
  readonly anew?: boolean
  readonly signal: AbortSignal | undefined
}

export class RuntimeChoice extends EventEmitter<{ changed: [here: RuntimesHere] }> {
  readonly #options: ChoiceOptions
  readonly #names: readonly RuntimeName[]
  readonly #findings: Findings
  readonly #failed = new Set<RuntimeName>()
  readonly #closing = new AbortController()
  #reports: readonly RuntimeReport[]
  #machine: Machine | null = null
  #opened: Promise<void> | null = null
  #pinned: RuntimeName | null = null
  /** One examination at a time; each waits for those before it. */
  #queue: Promise<unknown> = Promise.resolve()
  #underWay = 0

  constructor(options: ChoiceOptions) {
    super()
    this.#options = options
    this.#names = options.names ?? runtimesFor()
    this.#findings = new Findings(options.path, options.now, options.health)
    this.#reports = this.#names.map(unexamined)
  }

  /** Takes over what was found before, if it was on this machine as it is now. */
  open(): Promise<void> {
    this.#opened ??= this.#read()
    return this.#opened
  }

  get(): RuntimesHere {
    return {
      reports: this.#reports,
      chosen: { translation: this.#best('translation'), training: this.#best('training') },
      pinned: this.#pinned,
      cards: this.#machine?.cards ?? null,
      failed: [...this.#failed],
      examining: this.#underWay > 0,
    }
  }

  /** The one to take if it computes right; null: the fastest that does. One that had failed gets another try. */
  pin(name: RuntimeName | null): void {
    if (name === this.#pinned) return
    this.#pinned = name
    if (name !== null) this.#failed.delete(name)
    this.#tell()
  }

  /** It has failed in mid-work, and is left out until the program's end, or until it is examined or chosen anew. */
  leaveOut(name: RuntimeName): void {
    this.#failed.add(name)
    this.#tell()
  }

  /** The best first, as far as is known now: before anything was examined, the last resort alone. */
  known(purpose: Purpose): readonly RuntimeName[] {
    return rankRuntimes(
      this.#reports.filter(({ name }) => !this.#failed.has(name)),
      purpose,
      this.#pinned,
    )
  }

  /** The best first. What is not known is found out before, as far as the order depends on it. Throws `cancelled`. */
  async order(purpose: Purpose, signal?: AbortSignal): Promise<readonly RuntimeName[]> {
    // Nothing to find out, and so no need to ask the system.
    if (this.#pinned === lastResort) return [lastResort]
    await this.open()
    const examine = (names: readonly RuntimeName[]): Promise<void> =>
      this.#examine({ names, purposes: [purpose], signal })
    if (this.#pinned !== null && this.#names.includes(this.#pinned)) {
      await examine([this.#pinned])
      if (this.#report(this.#pinned)[purpose]?.outcome === 'right') return this.known(purpose)
    }
    const others = this.#names.filter((name) => name !== lastResort)
    await examine(others)
    // Only where there is a rival does it matter how fast the last resort is.
    if (others.some((name) => this.#report(name)[purpose]?.outcome === 'right')) await examine([lastResort])
    return this.known(purpose)
  }

  /** Throws `runtime-unfit` unless the pinned one computes right, `cancelled`. */
  async expectPinned(purpose: Purpose, signal?: AbortSignal): Promise<void> {
    const pinned = this.#pinned
    if (pinned === null || pinned === lastResort) return
    if (!this.#names.includes(pinned)) throw new Failure('runtime-unfit', pinned, 'this system has none')
    await this.open()
    await this.#examine({ names: [pinned], purposes: [purpose], signal })
    const verdict = this.#report(pinned)[purpose]
    if (verdict?.outcome !== 'right') throw new Failure('runtime-unfit', pinned, verdict?.reason ?? undefined)
  }

  /** Finds out what is not known, as far as the choice depends on it; what goes wrong with that shows in the reports. */
  async examineMissing(): Promise<void> {
    for (const purpose of purposes) await this.order(purpose).catch(() => undefined)
  }

  /** Examines all anew. Throws `cancelled`. */
  async examineAll(signal?: AbortSignal): Promise<RuntimesHere> {
    await this.open()
    this.#failed.clear()
    await this.#examine({ names: this.#names, purposes, anew: true, signal })
    return this.get()
  }

  /** Ends what is under way; what was found is on disk then. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#queue.catch(() => undefined)
    await this.#findings.flush()
  }

  async #read(): Promise<void> {
    this.#machine = await (this.#options.machine ?? thisMachine)()
    const found = await this.#findings.read(this.#fingerprint())
    this.#reports = this.#reports.map((report) => found.get(report.name) ?? report)
    this.#tell()
  }

  #fingerprint(): string {
    const { base, cards } = this.#machine ?? { base: '', cards: [] }
    return [this.#options.version, base, ...cards.toSorted()].join('; ')
  }

  async #examine(examining: Examining): Promise<void> {
    const signals = [this.#closing.signal, ...(examining.signal ? [examining.signal] : [])]
    const signal = AbortSignal.any(signals)
    // Whoever gives up does not wait for those before him.
    const gaveUp = new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(new Failure('cancelled'))
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp, { once: true })
    })
    gaveUp.catch(() => undefined)
    const mine = this.#queue.catch(() => undefined).then(() => this.#examineNow({ ...examining, signal }))
    this.#queue = mine
    mine.catch(() => undefined)
    await Promise.race([mine, gaveUp])
  }

  async #examineNow({ names, purposes: of, anew = false, signal }: Examining): Promise<void> {
    const { start, limitMs } = this.#options
    const missing = names.flatMap((name) =>
      of
        .filter((purpose) => anew || this.#report(name)[purpose] === null)
        .map((purpose) => ({ name, purpose })),
    )
    if (missing.length === 0) return
    this.#underWay++
    this.#tell()
    try {
      const absent = new Set<RuntimeName>()
      for (const { name, purpose } of missing) {
        if (absent.has(name)) continue
        const { version, verdict } = await examineRuntime(name, purpose, { start, signal, limitMs })
        // What is not there for one purpose is not there for the other.
        if (verdict.outcome === 'absent') absent.add(name)
        this.#learn(name, version, verdict.outcome === 'absent' ? purposes : [purpose], verdict)
      }
    } finally {
      this.#underWay--
      this.#tell()
    }
  }

  #learn(name: RuntimeName, version: string | null, of: readonly Purpose[], verdict: Verdict): void {
    const judged = Object.fromEntries(of.map((purpose) => [purpose, verdict]))
    this.#reports = this.#reports.map((report) =>
      report.name === name ? { ...report, version: version ?? report.version, ...judged } : report,
    )
    this.#findings.write(this.#fingerprint(), this.#reports)
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
