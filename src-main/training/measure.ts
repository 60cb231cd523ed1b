/** How long a step takes on this machine: measured once for each size of networks, and remembered. */
import { z } from 'zod'
import { Failure } from '../contract/errors.ts'
import { lastResort, type RuntimeName } from '../contract/runtimes.ts'
import type { TrainingSettings } from '../contract/training.ts'
import { TrainingHost, type StartEngineProcess } from '../engine/training-host.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'
import { mayBeTheRuntimes } from './runtime-failures.ts'
import { trainerSettings } from './trainer-settings.ts'

const paceSchema = z.record(z.string(), z.number().positive())

export class StepPace {
  readonly #file: JsonFile<typeof paceSchema>
  readonly #start: StartEngineProcess
  readonly #order: (signal?: AbortSignal) => Promise<readonly RuntimeName[]>
  /** By this program, so that two at once do not overwrite each other. */
  readonly #learnt: Record<string, number> = {}
  #measuring: Promise<unknown> = Promise.resolve()
  #interruption = new AbortController()

  /** `path`: where what was measured is kept. `order`: the runtimes that may train, the best first. */
  constructor(
    path: string,
    start: StartEngineProcess,
    order: (signal?: AbortSignal) => Promise<readonly RuntimeName[]> = async () => [],
    health?: StorageHealth,
  ) {
    this.#file = new JsonFile(path, paceSchema, { ...(health && { health }) })
    this.#start = start
    this.#order = order
  }

  /**
   * Seconds; what is known is told at once, one measurement is made at a time. Throws what the host throws, `cancelled`
   * when `signal` says so.
   */
  async measure(settings: TrainingSettings, signal?: AbortSignal): Promise<number> {
    const signals = [this.#interruption.signal, ...(signal ? [signal] : [])]
    const stop = AbortSignal.any(signals)
    const order = new Set([...(await this.#order(stop)), lastResort])
    for (const runtime of order) {
      try {
        return await this.#measureOn(runtime, settings, stop)
      } catch (thrown) {
        if (runtime === lastResort || stop.aborted || !mayBeTheRuntimes(thrown)) throw thrown
      }
    }
    throw new Failure('engine-failed')
  }

  /** What a step took in a real training is worth more than a measurement beside whatever else the machine did. */
  async learn(settings: TrainingSettings, runtime: RuntimeName, seconds: number): Promise<void> {
    const known = (await this.#file.read()) ?? {}
    this.#learnt[keyOf(settings, runtime)] = seconds
    this.#file.write(() => ({ ...known, ...this.#learnt }))
    await this.#file.flush()
  }

  /** Ends what is being measured or waits to be, as `cancelled`: the machine is wanted for something better. */
  interrupt(): void {
    this.#interruption.abort()
    this.#interruption = new AbortController()
  }

  async #measureOn(runtime: RuntimeName, settings: TrainingSettings, signal: AbortSignal): Promise<number> {
    const key = keyOf(settings, runtime)
    const known = async (): Promise<number | undefined> => (await this.#file.read())?.[key]
    const seconds = await known()
    if (seconds !== undefined) return seconds
    const measured = this.#measuring.then(
      async () => (await known()) ?? this.#measure(runtime, settings, signal),
    )
    this.#measuring = measured.catch(() => undefined)
    return measured
  }

  async #measure(runtime: RuntimeName, settings: TrainingSettings, signal: AbortSignal): Promise<number> {
    // Behind the last wait: from here on the listener hears of it.
    signal.throwIfAborted()
    const host = new TrainingHost({ start: this.#start, runtime })
    const stop = (): void => host.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const seconds = await host.measure(trainerSettings(settings, 1, settings.warmUp + 10))
      await this.learn(settings, runtime, seconds)
      return seconds
    } finally {
      signal.removeEventListener('abort', stop)
      host.close()
    }
  }
}

/** All that makes a step longer or shorter. */
function keyOf(settings: TrainingSettings, runtime: RuntimeName): string {
  const { ngf, blocks, ndf, crop, batch, gan, lambdaIdentity, forwardCycle, backwardCycle } = settings
  const { pool, augmentation } = settings
  return JSON.stringify([
    runtime,
    ...[ngf, blocks, ndf, crop, batch, gan, lambdaIdentity > 0, forwardCycle, backwardCycle],
    ...[pool > 0, augmentation.toSorted()],
  ])
}
