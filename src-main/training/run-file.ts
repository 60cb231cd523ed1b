/** A run's own description of itself: `run.json`, small and often written, and `pictures.json`, written once. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { failureSchema, Failure } from '../contract/errors.ts'
import { idSchema } from '../contract/schemas.ts'
import { runStateSchema, trainingSettingsSchema } from '../contract/training.ts'
import { errorCodeOf, readFailure, writeFailure } from '../photos/failures.ts'

const path = z.string().min(1).max(4096)

const runSchema = z.object({
  format: z.literal(1),
  id: idSchema,
  name: z.string().min(1).max(200),
  created: z.iso.datetime(),
  settings: trainingSettingsSchema,
  a: z.object({ folder: path, pictures: z.number().int().positive() }),
  b: z.object({ folder: path, pictures: z.number().int().positive() }),
  /** A style's id, a model's folder or a checkpoint; null: from scratch. */
  from: path.nullable(),
  /** What that style's card said when the run was prepared; null: from scratch, or not known. */
  base: z
    .object({
      id: z.string().max(200),
      licence: z.string(),
      steps: z.number().int().nonnegative().nullable(),
      data: z.object({ en: z.string(), ru: z.string() }).nullable(),
    })
    .nullable()
    .default(null),
  /** Steps in all; null until a length in minutes was turned into steps. */
  total: z.number().int().positive().nullable(),
  state: runStateSchema,
  failure: failureSchema.nullable(),
})
export type RunRecord = Readonly<z.infer<typeof runSchema>>
export type BaseStyle = NonNullable<RunRecord['base']>

const filesSchema = z
  .array(z.object({ path, name: path, bytes: z.number().nonnegative(), modified: z.number() }))
  .min(1)
  .readonly()
const picturesSchema = z.object({ a: filesSchema, b: filesSchema })
export type RunPictures = Readonly<z.infer<typeof picturesSchema>>

const recordName = 'run.json'
const picturesName = 'pictures.json'

/** Where a run keeps what. */
export const runPaths = (folder: string) => ({
  record: join(folder, recordName),
  checkpoints: join(folder, 'checkpoints'),
  journal: join(folder, 'journal.jsonl'),
  samples: join(folder, 'samples'),
  /** The model as it was last kept. */
  model: join(folder, 'model'),
})

/**
 * Throws `file-exists` for a folder that has something under the names that a run writes over as its own, and
 * for a file; one of reading files where it cannot be looked at. An empty folder is nothing.
 */
export async function expectFree(folder: string): Promise<void> {
  if (await isFile(folder)) throw new Failure('file-exists', basename(folder), 'it is a file')
  const { samples, model, journal } = runPaths(folder)
  for (const path of [samples, model, journal]) {
    const taken = (await isFile(path)) || (await namesIn(path)).length > 0
    if (taken) throw new Failure('file-exists', basename(folder), `it holds ${basename(path)}`)
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory()
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'ENOENT') return false
    throw readFailure(thrown, path)
  }
}

/** Empty where there is no folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'ENOENT') return []
    throw readFailure(thrown, folder)
  }
}

/** Makes a run's folder. The record comes last: without it there is no run. Throws `disk-full`, `cannot-write`. */
export async function createRun(folder: string, record: RunRecord, pictures: RunPictures): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFileAtomic(join(folder, picturesName), JSON.stringify(pictures))
  } catch (thrown) {
    throw writeFailure(thrown, folder)
  }
  await writeRecord(folder, record)
}

/** Throws `disk-full`, `cannot-write`. */
export async function writeRecord(folder: string, record: RunRecord): Promise<void> {
  try {
    await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record, null, 1)}\n`)
  } catch (thrown) {
    throw writeFailure(thrown, join(folder, recordName))
  }
}

/** Null where there is no run. Throws `run-invalid`, or one of reading files. */
export async function readRecord(folder: string): Promise<RunRecord | null> {
  return readChecked(folder, recordName, runSchema)
}

/** Throws `run-invalid`, or one of reading files. */
export async function readPictures(folder: string): Promise<RunPictures> {
  const pictures = await readChecked(folder, picturesName, picturesSchema)
  if (pictures === null) throw new Failure('run-invalid', basename(folder), `${picturesName} is missing`)
  return pictures
}

async function readChecked<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  let text: string
  try {
    text = await readFile(join(folder, name), 'utf8')
  } catch (thrown) {
    // ENOTDIR: what was named is a file.
    if (['ENOENT', 'ENOTDIR'].includes(errorCodeOf(thrown) ?? '')) return null
    throw readFailure(thrown, join(folder, name))
  }
  const checked = schema.safeParse(parsed(text))
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  const detail = `${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`
  throw new Failure('run-invalid', basename(folder), detail)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
