/** How far a run of conversions has come: what the status bar shows. */
import type { Conversion } from '../../src-main/contract/schemas.ts'

/** One piece of work: a conversion or its way back. */
export interface Task {
  readonly conversion: Conversion
  readonly kind: 'conversion' | 'cycle'
  readonly state: Conversion['cycle']['state']
  readonly share: number
  readonly etaSeconds: number | null
}

export interface BatchProgress {
  readonly finished: number
  /** Photos that have a result: ways back and further styles of one photo do not count. */
  readonly converted: number
  readonly failed: number
  readonly total: number
  /** 0…1 */
  readonly share: number
  /** Null while nothing can be said. */
  readonly etaSeconds: number | null
}

/** 0…1; 0 where nothing is known. */
export const shareOf = (progress: Conversion['progress']): number =>
  progress === null || progress.total <= 0 ? 0 : Math.min(1, Math.max(0, progress.done / progress.total))

export const isActive = (state: Task['state']): boolean => state === 'waiting' || state === 'running'

/** The conversion itself, and its cycle once that was asked for. */
export function tasksOf(conversion: Conversion): readonly Task[] {
  const task = (kind: Task['kind'], part: Conversion | Conversion['cycle']): Task => ({
    conversion,
    kind,
    state: part.state,
    share: part.state === 'done' ? 1 : shareOf(part.progress),
    etaSeconds: part.progress?.etaSeconds ?? null,
  })
  const own = task('conversion', conversion)
  return conversion.cycle.state === 'none' ? [own] : [own, task('cycle', conversion.cycle)]
}

export const taskKey = (task: Task): string => `${task.kind}:${task.conversion.id}`

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Cancelled tasks leave the count; the rest of the time follows from what the running ones say about themselves. */
export function batchProgress(tasks: readonly Task[]): BatchProgress {
  const counted = tasks.filter((task) => task.state !== 'cancelled')
  const finished = counted.filter((task) => !isActive(task.state))
  const running = counted.filter((task) => task.state === 'running')
  const waiting = counted.filter((task) => task.state === 'waiting')
  const known = running.filter((task) => task.etaSeconds !== null && task.share < 1)
  // A task that has done `share` of its work and needs `eta` more takes eta / (1 - share) in all.
  const whole = known.map((task) => (task.etaSeconds ?? 0) / (1 - task.share))
  const past = finished.filter((task) => task.kind === 'conversion' && task.state === 'done')
  const samples = whole.length > 0 ? whole : past.map((task) => task.conversion.seconds)
  const each = samples.length > 0 ? sum(samples) / samples.length : null
  const rest = sum(running.map((task) => task.etaSeconds ?? (each ?? 0) * (1 - task.share)))
  return {
    finished: finished.length,
    converted: new Set(past.map((task) => task.conversion.photoId)).size,
    failed: counted.filter((task) => task.state === 'failed').length,
    total: counted.length,
    share:
      counted.length === 0 ? 0 : (finished.length + sum(running.map((task) => task.share))) / counted.length,
    etaSeconds: each === null ? null : rest + each * waiting.length,
  }
}
