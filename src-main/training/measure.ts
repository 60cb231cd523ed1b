/** How long a step takes on this machine: measured once for each size of networks, and remembered. */
import { z } from 'zod'
import { lastResort, type RuntimeName } from '../contract/runtimes.ts'
import type { TrainingSettings } from '../contract/training.ts'
import { TrainingHost, type StartEngineProcess } from '../engine/training-host.ts'
import { JsonFile } from '../storage/json-file.ts'
import { trainerSettings } from './trainer-settings.ts'

const paceSchema = z.record(z.string(), z.number().positive())

export class StepPace {
  readonly #file: JsonFile<typeof paceSchema>
  readonly #start: StartEngineProcess
  readonly #order: () => Promise<readonly RuntimeName[]>
  #measuring: Promise<unknown> = Promise.resolve()
  #interruption = new AbortController()

  /** `path`: where what was measured is kept. `order`: the runtimes that may train, the best first. */
  constructor(
    path: string,
    start: StartEngineProcess,
    order: () => Promise<readonly RuntimeName[]> = async () => [],
  ) {
    this.#file = new JsonFile(path, paceSchema)
    this.#start = start
    this.#order = order
  }

  /**
   * Seconds; what is known is told at once, one measurement is made at a time. Throws what the host throws, `cancelled`
   * when `signal` says so.
   */
  async measure(settings: TrainingSettings, signal?: AbortSignal): Promise<number> {
    const signals = [this.#interruption.signal, ...(signal ? [signal] : [])]
    const runtime = (await this.#order())[0] ?? lastResort
    const known = (await this.#file.read())?.[keyOf(settings, runtime)]
    if (known !== undefined) return known
    const measured = this.#measuring.then(() => this.#measure(settings, runtime, AbortSignal.any(signals)))
    this.#measuring = measured.catch(() => undefined)
    return measured
  }

  /** What a step took in a real training is worth more than a measurement beside whatever else the machine did. */
  async learn(settings: TrainingSettings, runtime: RuntimeName, seconds: number): Promise<void> {
    const known = (await this.#file.read()) ?? {}
    this.#file.write(() => ({ ...known, [keyOf(settings, runtime)]: seconds }))
    await this.#file.flush()
  }

  /** Ends what is being measured or waits to be, as `cancelled`: the machine is wanted for something better. */
  interrupt(): void {
    this.#interruption.abort()
    this.#interruption = new AbortController()
  }

  async #measure(settings: TrainingSettings, runtime: RuntimeName, signal: AbortSignal): Promise<number> {
    const key = keyOf(settings, runtime)
    const known = (await this.#file.read()) ?? {}
    const seconds = known[key]
    if (seconds !== undefined) return seconds
    // Behind the last wait: from here on the listener hears of it.
    signal.throwIfAborted()
    const host = new TrainingHost({ start: this.#start, runtime })
    const stop = (): void => host.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const measured = await host.measure(trainerSettings(settings, 1, settings.warmUp + 10))
      this.#file.write(() => ({ ...known, [key]: measured }))
      await this.#file.flush()
      return measured
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
