/** A device's process that says nothing for too long is given up. */
import { Failure } from '../contract/errors.ts'

/** Drivers may compile for a minute, and a loaded machine is slow; but not for ever. */
const usualPatienceMs = 120_000
/** How many times longer than expected work may take. */
const patienceFactor = 30

export interface Watch {
  readonly heard: () => void
  readonly stop: () => void
}

export const unwatched: Watch = { heard: () => undefined, stop: () => undefined }

/** How long to wait for work that is expected to take so long; null: nothing is known. */
export function patienceFor(expectedSeconds: number | null, leastMs = usualPatienceMs): number {
  return Math.max(leastMs, patienceFactor * 1000 * (expectedSeconds ?? 0))
}

/** Calls `giveUp` once when nothing was heard for so long. */
export function watchSilence(patienceMs: number, giveUp: (failure: Failure) => void): Watch {
  const detail = `no answer in ${Math.round(patienceMs / 1000)} s`
  const onSilence = (): void => giveUp(new Failure('engine-stopped', undefined, detail))
  let timer = setTimeout(onSilence, patienceMs)
  return {
    heard: () => {
      clearTimeout(timer)
      timer = setTimeout(onSilence, patienceMs)
    },
    stop: () => clearTimeout(timer),
  }
}
