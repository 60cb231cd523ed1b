/** How long a step takes on this machine: measured once for each size of networks, and remembered. */
import { z } from 'zod'
import type { TrainingSettings } from '../contract/training.ts'
import { TrainingHost, type StartEngineProcess } from '../engine/training-host.ts'
import { JsonFile } from '../library/json-file.ts'
import { trainerSettings } from './trainer-settings.ts'

const paceSchema = z.record(z.string(), z.number().positive())

export class StepPace {
  readonly #file: JsonFile<typeof paceSchema>
  readonly #start: StartEngineProcess
  #measuring: Promise<unknown> = Promise.resolve()

  /** `path`: where what was measured is kept. */
  constructor(path: string, start: StartEngineProcess) {
    this.#file = new JsonFile(path, paceSchema)
    this.#start = start
  }

  /** Seconds; one measurement at a time. Throws what the host throws, `cancelled` when `signal` says so. */
  async measure(settings: TrainingSettings, signal?: AbortSignal): Promise<number> {
    const measured = this.#measuring.then(() => this.#measure(settings, signal))
    this.#measuring = measured.catch(() => undefined)
    return measured
  }

  async #measure(settings: TrainingSettings, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted()
    const key = keyOf(settings)
    const known = (await this.#file.read()) ?? {}
    const seconds = known[key]
    if (seconds !== undefined) return seconds
    const host = new TrainingHost({ start: this.#start })
    const stop = (): void => host.close()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const measured = await host.measure(trainerSettings(settings, 1, settings.warmUp + 10))
      this.#file.write(() => ({ ...known, [key]: measured }))
      await this.#file.flush()
      return measured
    } finally {
      signal?.removeEventListener('abort', stop)
      host.close()
    }
  }
}

/** All that makes a step longer or shorter. */
function keyOf(settings: TrainingSettings): string {
  const { ngf, blocks, ndf, crop, batch, gan, lambdaIdentity, forwardCycle, backwardCycle } = settings
  const { pool, augmentation } = settings
  return JSON.stringify([
    ...[ngf, blocks, ndf, crop, batch, gan, lambdaIdentity > 0, forwardCycle, backwardCycle],
    ...[pool > 0, augmentation.toSorted()],
  ])
}
