/**
 * Examines a runtime from outside: in a process of its own, for a driver may take its process with it, or never answer.
 */
import { Failure } from '../contract/errors.ts'
import type { Purpose, RuntimeName } from '../contract/runtimes.ts'
import type { StartEngineProcess } from './engine-process.ts'
import { failureOf } from './failure-of.ts'
import { EngineLink } from './link.ts'
import type { Examination } from './protocol.ts'

/** A driver compiles every operator at its first use; one that takes longer is of no use either. */
const usualLimitMs = 90_000

export type { StartEngineProcess }

export interface ExaminationOptions {
  readonly start: StartEngineProcess
  readonly signal?: AbortSignal | undefined
  readonly limitMs?: number | undefined
}

/** What goes wrong is the verdict; throws `cancelled` alone. */
export async function examineRuntime(
  runtime: RuntimeName,
  purpose: Purpose,
  { start, signal, limitMs = usualLimitMs }: ExaminationOptions,
): Promise<Examination> {
  const link = new EngineLink(
    () => start(runtime),
    () => undefined,
  )
  const ended: { failure?: Failure } = {}
  const end = (failure: Failure): void => {
    ended.failure = failure
    link.drop(failure)
  }
  const stop = (): void => end(new Failure('cancelled'))
  signal?.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => {
    end(new Failure('engine-stopped', undefined, `no answer in ${limitMs / 1000} s`))
  }, limitMs)
  try {
    if (signal?.aborted) throw new Failure('cancelled')
    await link.ready()
    const answer = await link.exchange(1, { kind: 'examine', purpose }, () => undefined)
    if (answer.kind === 'error') throw failureOf(answer)
    return answer.result as Examination
  } catch (thrown) {
    // A process that is ended before it listens says only that it has ended.
    const failure = ended.failure ?? Failure.from(thrown)
    if (failure.code === 'cancelled') throw failure
    const reason = failure.detail ?? failure.code
    return { version: null, verdict: { outcome: 'failed', difference: null, seconds: null, reason } }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    link.drop(new Failure('cancelled'))
  }
}
