/** From two folders and settings to a run's folder, ready for its first session. */
import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { TrainingSettings } from '../contract/training.ts'
import type { DataCheck } from './data/check-data.ts'
import { createRun, expectFree, type BaseStyle, type RunRecord } from './run-file.ts'

export interface NewRun {
  readonly name: string
  readonly from: string | null
  /** Of the style that it begins from. */
  readonly base: BaseStyle | null
  readonly settings: TrainingSettings
}

export const newRunId = (): string => randomBytes(12).toString('base64url')

/**
 * Writes the run's folder. Throws `training-data-unfit` where the look at the folders found a reason to stop, what
 * `expectFree` throws, `disk-full`, `cannot-write`.
 */
export async function prepareRun(
  folder: string,
  id: string,
  { a, b, findings }: DataCheck,
  { name, from, base, settings }: NewRun,
): Promise<RunRecord> {
  if (findings.some(({ severity }) => severity === 'stop')) throw new Failure('training-data-unfit', name)
  await expectFree(folder)
  const record: RunRecord = {
    format: 1,
    ...{ id, name, from, base, settings },
    created: new Date().toISOString(),
    a: { folder: a.folder, pictures: a.files.length },
    b: { folder: b.folder, pictures: b.files.length },
    total: null,
    state: 'preparing',
    failure: null,
  }
  await createRun(folder, record, { a: a.files, b: b.files })
  return record
}

/** How a run is called unless somebody says: by what it learns. */
export function runName(a: string, b: string): string {
  return `${basename(a)} ↔ ${basename(b)}`.slice(0, 80)
}
