/** The progress of a request: what the engine tells, and between that an estimate from its pace. */
import type { Progress } from '../contract/schemas.ts'
import type { EngineProgress } from './link.ts'

const progressIntervalMs = 200
/** An estimate never claims the last twentieth: that is for the result. */
const estimateCeiling = 0.95

/**
 * Reports until it is stopped. `expectedSeconds`: of the whole request, null where nothing is known. `inParts`: the
 * engine tells of each part, so that it is known how fast it goes.
 */
export function reportProgress(
  onProgress: ((progress: Progress) => void) | undefined,
  expectedSeconds: number | null,
  inParts: boolean,
): { readonly onProgress: (progress: EngineProgress) => void; readonly stop: () => void } {
  if (onProgress === undefined) return { onProgress: () => undefined, stop: () => undefined }
  const started = performance.now()
  let known = 0
  let detail: string | undefined
  const report = (): void => {
    const elapsed = (performance.now() - started) / 1000
    const expected = inParts && known > 0 ? elapsed / known : expectedSeconds
    const estimated = expected === null || inParts ? 0 : Math.min(estimateCeiling, elapsed / expected)
    const share = Math.max(known, estimated)
    onProgress({
      done: share,
      total: 1,
      etaSeconds: expected === null ? null : Math.max(0, expected * (1 - share)),
      ...(detail !== undefined && { detail }),
    })
  }
  report()
  const timer = setInterval(report, progressIntervalMs)
  return {
    onProgress: (progress) => {
      known = progress.done / progress.total
      detail = progress.detail
      report()
    },
    stop: () => clearInterval(timer),
  }
}
