/**
 * A checkpoint on disk: a safetensors file, and a small record that is written when the file is whole. Without its
 * record, or where the record tells of other bytes, there is no checkpoint.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fileSha256 } from '../../models/model.ts'
import { errorCodeOf } from '../../photos/failures.ts'
import { unfinishedSuffix } from '../../storage/write-whole.ts'
import type { WrittenFile } from '../../storage/write-whole.ts'

const recordSchema = z.object({
  format: z.literal(1),
  step: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** A checkpoint that is written over another of the same step gets the next take: no file is ever written over. */
export interface CheckpointName {
  readonly step: number
  readonly take: number
}

export interface CheckpointList {
  /** Those that have both files, the newest first. */
  readonly names: readonly CheckpointName[]
  /** Files of writes that did not come to an end. */
  readonly leftovers: readonly string[]
}

export function dataFile(folder: string, name: CheckpointName): string {
  return join(folder, `${stemOf(name)}.safetensors`)
}

export function recordFile(folder: string, name: CheckpointName): string {
  return join(folder, `${stemOf(name)}.json`)
}

export function encodeRecord({ step }: CheckpointName, { bytes, sha256 }: WrittenFile): Buffer {
  const record: z.input<typeof recordSchema> = { format: 1, step, bytes, sha256 }
  return Buffer.from(`${JSON.stringify(record)}\n`)
}

/** Nothing where there is no folder. */
export async function listCheckpoints(folder: string): Promise<CheckpointList> {
  const files = await unlessMissing(readdir(folder), [])
  const found = new Map<string, { readonly name: CheckpointName; readonly files: string[] }>()
  const leftovers: string[] = []
  for (const file of files) {
    const [, step, take = '0', ending] = filePattern.exec(file) ?? []
    if (step === undefined || ending === undefined) continue
    if (ending.endsWith(unfinishedSuffix)) leftovers.push(file)
    else {
      const name = { step: Number(step), take: Number(take) }
      const stem = stemOf(name)
      found.set(stem, { name, files: [...(found.get(stem)?.files ?? []), file] })
    }
  }
  const both = [...found.values()].filter((one) => one.files.length === 2)
  const single = [...found.values()].filter((one) => one.files.length < 2)
  return {
    names: both.map(({ name }) => name).toSorted((a, b) => b.step - a.step || b.take - a.take),
    leftovers: [...leftovers, ...single.flatMap((one) => one.files)],
  }
}

/** Whether record and file agree; their bytes are looked at, all of them, when `thoroughly`. */
export async function isWhole(folder: string, name: CheckpointName, thoroughly: boolean): Promise<boolean> {
  try {
    const record = recordSchema.safeParse(parseOrUndefined(await readFile(recordFile(folder, name), 'utf8')))
    if (!record.success || record.data.step !== name.step) return false
    const stats = await stat(dataFile(folder, name))
    if (!stats.isFile() || stats.size !== record.data.bytes) return false
    return !thoroughly || (await fileSha256(dataFile(folder, name))) === record.data.sha256
  } catch (thrown) {
    if (isLost(thrown)) return false
    throw thrown
  }
}

/** The record goes first: a file without one counts for nothing. */
export async function removeCheckpoint(folder: string, name: CheckpointName): Promise<void> {
  await rm(recordFile(folder, name), { force: true })
  await rm(dataFile(folder, name), { force: true })
}

const filePattern = new RegExp(
  String.raw`^checkpoint-(\d{10,15})(?:-(\d{1,9}))?\.((?:safetensors|json)(?:\${unfinishedSuffix})?)$`,
)

function stemOf({ step, take }: CheckpointName): string {
  return `checkpoint-${String(step).padStart(10, '0')}${take === 0 ? '' : `-${take}`}`
}

/** The file is gone, or the disk no longer gives it. Any other error, such as no permission, may pass. */
function isLost(thrown: unknown): boolean {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
  return ['ENOENT', 'EIO', 'EISDIR'].includes(errorCodeOf(cause) ?? '')
}

async function unlessMissing<Value>(operation: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await operation
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'ENOENT') return otherwise
    throw thrown
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
