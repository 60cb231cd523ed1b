/** For tests: the folder of a run that trained, with a checkpoint and a journal. */
import { mkdir } from 'node:fs/promises'
import { paperSettings, type TrainingReport, type TrainingSettings } from '../../contract/training.ts'
import type { Weights } from '../../engine/protocol.ts'
import { runPaths, writeRecord, type RunRecord } from '../run-file.ts'
import { CheckpointStore } from '../store/checkpoints.ts'
import { LossJournal } from '../store/journal.ts'
import { sourceOf } from '../store/testing/state.ts'

export const tinySettings: TrainingSettings = {
  ...paperSettings,
  ...{ ngf: 2, blocks: 1, ndf: 3, load: 36, crop: 32, warmUp: 10, pool: 2 },
}

interface Trained {
  readonly settings: TrainingSettings
  readonly state: Weights
  readonly step?: number
}

/** Writes the run with a checkpoint of step `step`, and reports up to a few steps beyond it. */
export async function writeTrainedRun(
  folder: string,
  { settings, state, step = 40 }: Trained,
): Promise<RunRecord> {
  const paths = runPaths(folder)
  const record: RunRecord = {
    ...{ format: 1, id: 'abcdefghijklmnop', name: 'Meadow', created: '2026-01-02T03:04:05.678Z', settings },
    a: { folder: '/photos/summer', pictures: 12 },
    b: { folder: '/photos/winter', pictures: 10 },
    ...{ from: null, base: null, total: 100, state: 'paused', failure: null },
  }
  await mkdir(folder, { recursive: true })
  await writeRecord(folder, record)
  await new CheckpointStore(paths.checkpoints).write(step, sourceOf(state))
  const journal = new LossJournal(paths.journal)
  for (const reported of [step - 10, step - 1, step + 2]) await journal.append(reportOf(reported))
  return record
}

const reportOf = (step: number): TrainingReport => ({
  ...{ step, epoch: 1, losses: { G_A: step / 8, D_B: 0.25 }, stepMs: 10, etaSeconds: 1 },
})
