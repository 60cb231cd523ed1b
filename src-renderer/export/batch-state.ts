/** What can be done with a batch in each of its states, how far it is, and where it stands in the list. */
import type { Batch, BatchState, ExportItem } from '../../src-main/contract/export.ts'

/** The engine is busy with it, or will be. */
export const isActive = (state: BatchState): boolean => state === 'waiting' || state === 'running'

/** Photos are left that it was meant to export. */
export const isUnfinished = (state: BatchState): boolean =>
  isActive(state) || state === 'paused' || state === 'interrupted'

export const canPause = isActive
export const canResume = (state: BatchState): boolean =>
  state === 'paused' || state === 'interrupted' || state === 'failed'
export const canCancel = isUnfinished
/** `export.remove` takes what does not run. */
export const canRemove = (state: BatchState): boolean => !isActive(state)

/** Pictures that have had their turn, well or not; cancelled ones never had it. */
export const finishedOf = ({ counts }: Pick<Batch, 'counts'>): number =>
  counts.done + counts.failed + counts.skipped

/** 0…1; within a picture, too, where the engine tells. What it tells concerns the stretch since it last went on. */
export function shareOf({ counts, progress }: Pick<Batch, 'counts' | 'progress'>): number {
  if (counts.total === 0) return 0
  const told = progress === null ? 0 : progress.done / progress.total
  return Math.min(1, Math.max(finishedOf({ counts }) / counts.total, told))
}

/** A batch that was told of anew, in place of what was known of it. */
export const withBatch = (batches: readonly Batch[], batch: Batch): readonly Batch[] =>
  inOrder([...batches.filter(({ id }) => id !== batch.id), batch])

const weight = ({ state }: Batch): number => (state === 'running' ? 0 : state === 'waiting' ? 1 : 2)

/** What runs, what waits in the order in which it will come, then the newest first. */
export function inOrder(batches: readonly Batch[]): readonly Batch[] {
  return batches.toSorted((one, two) => {
    const [first, second] = [weight(one), weight(two)]
    if (first !== second) return first - second
    const older = one.created < two.created ? -1 : one.created > two.created ? 1 : 0
    return first === 1 ? older : -older
  })
}

export const canCancelItem = ({ state }: Pick<ExportItem, 'state'>): boolean =>
  state === 'waiting' || state === 'running'
export const canRetryItem = ({ state }: Pick<ExportItem, 'state'>): boolean =>
  state === 'failed' || state === 'cancelled'
