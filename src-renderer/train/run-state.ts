/** What can be done with a run in each of its states, and how far it is. */
import type { RunState, TrainingRun } from '../../src-main/contract/training.ts'

/** The engine is busy with it. */
export const isActive = (state: RunState): boolean =>
  state === 'preparing' || state === 'running' || state === 'pausing'

export const canPause = (state: RunState): boolean => state === 'running'
export const canStop = (state: RunState): boolean => state === 'preparing' || state === 'running'
export const canResume = (state: RunState): boolean =>
  state === 'paused' || state === 'stopped' || state === 'interrupted' || state === 'failed'

/** 0…1; 0 while the number of steps is not known. */
export const shareOf = ({ state, step, total }: Pick<TrainingRun, 'state' | 'step' | 'total'>): number => {
  if (state === 'done') return 1
  return total <= 0 ? 0 : Math.min(1, step / total)
}

/** A run that was told of anew: in its place, or before all others. */
export const withRun = (runs: readonly TrainingRun[], run: TrainingRun): readonly TrainingRun[] =>
  runs.some(({ id }) => id === run.id)
    ? runs.map((known) => (known.id === run.id ? run : known))
    : [run, ...runs]
