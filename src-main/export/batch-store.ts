/**
 * A batch on disk: `batch.json` says what is to be done, `items.json` to which photos, `journal.jsonl` what became of
 * each. With these a batch goes on that was killed at any moment.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { failureSchema, Failure } from '../contract/errors.ts'
import { batchStateSchema, exportSettingsSchema } from '../contract/export.ts'
import { directionSchema, idSchema, modelIdSchema } from '../contract/schemas.ts'
import { errorCodeOf, readFailure, writeFailure } from '../photos/failures.ts'
import { Journal } from '../storage/journal.ts'
import { setAside } from '../storage/set-aside.ts'

const path = z.string().min(1).max(4096)

const recordSchema = z.object({
  format: z.literal(1),
  id: idSchema,
  created: z.iso.datetime(),
  /** The folder that results go to. */
  target: path,
  styles: z
    .array(
      z.object({
        /** What opens the model: its id, its folder, a checkpoint. */
        model: path,
        modelId: modelIdSchema,
        direction: directionSchema,
      }),
    )
    .min(1),
  settings: exportSettingsSchema,
  state: batchStateSchema,
  failure: failureSchema.nullable(),
})
export type BatchRecord = Readonly<z.infer<typeof recordSchema>>

const itemsSchema = z.array(
  z.object({
    path,
    /** Within the named folder, with the photo's name. */
    relative: path,
    /** Which of the batch's styles. */
    style: z.number().int().nonnegative(),
  }),
)
export type BatchPhoto = Readonly<z.infer<typeof itemsSchema>[number]>

const item = z.number().int().nonnegative()
const written = z.object({
  item,
  /** Relative to the target folder. */
  output: path,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  seconds: z.number().nonnegative(),
  metadataKept: z.boolean(),
})

export const journalEntrySchema = z.discriminatedUnion('kind', [
  /** A temporary file may lie in this folder, relative to the target, from now on. */
  z.object({ kind: z.literal('begun'), item, folder: z.string().max(4096) }),
  /** The file is whole and about to get its name. */
  written.extend({ kind: z.literal('placing'), bytes: z.number(), sha256: z.string() }),
  written.extend({ kind: z.literal('done') }),
  z.object({ kind: z.literal('failed'), item, failure: failureSchema }),
  z.object({ kind: z.literal('skipped'), item }),
  z.object({ kind: z.literal('cancelled'), item }),
  /** It is to be tried again. */
  z.object({ kind: z.literal('again'), item }),
])
export type JournalEntry = Readonly<z.infer<typeof journalEntrySchema>>

const recordName = 'batch.json'
const itemsName = 'items.json'
const journalName = 'journal.jsonl'

export interface StoredBatch {
  readonly record: BatchRecord
  readonly photos: readonly BatchPhoto[]
  readonly entries: readonly JournalEntry[]
}

/** All batches of a data folder, those of the window and of the terminal. */
export class BatchStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  folderOf(id: string): string {
    return join(this.#folder, id)
  }

  /** Forced onto the disk: it says what must not be done twice. */
  journal(id: string): Journal<typeof journalEntrySchema> {
    return new Journal(join(this.folderOf(id), journalName), journalEntrySchema, { synced: true })
  }

  /** The record comes last: without it there is no batch. Throws `disk-full`, `cannot-write`. */
  async create(record: BatchRecord, photos: readonly BatchPhoto[]): Promise<void> {
    const folder = this.folderOf(record.id)
    try {
      await mkdir(folder, { recursive: true })
      await writeFileAtomic(join(folder, itemsName), JSON.stringify(photos))
    } catch (thrown) {
      throw writeFailure(thrown, folder)
    }
    await this.save(record)
  }

  /** Throws `disk-full`, `cannot-write`. */
  async save(record: BatchRecord): Promise<void> {
    const file = join(this.folderOf(record.id), recordName)
    try {
      await writeFileAtomic(file, `${JSON.stringify(record, null, 1)}\n`)
    } catch (thrown) {
      throw writeFailure(thrown, file)
    }
  }

  /** Newest first; what cannot be read is passed over and stays where it is. */
  async list(): Promise<readonly BatchRecord[]> {
    return (await this.survey()).records
  }

  /** The same, with the ids of those whose record is there and makes no sense. */
  async survey(): Promise<{ readonly records: readonly BatchRecord[]; readonly damaged: readonly string[] }> {
    const names = await readdir(this.#folder).catch(() => [])
    const [records, damaged]: [BatchRecord[], string[]] = [[], []]
    for (const name of names.filter((each) => idSchema.safeParse(each).success)) {
      const record = await this.#read(name, recordName, recordSchema).catch((thrown: unknown) =>
        Failure.from(thrown),
      )
      if (record instanceof Failure) {
        const isThere = await stat(join(this.folderOf(name), recordName)).catch(() => null)
        if (record.code === 'batch-invalid' && isThere !== null) damaged.push(name)
      } else if (record.id === name) records.push(record)
    }
    return { records: records.toSorted((a, b) => (a.created < b.created ? 1 : -1)), damaged }
  }

  /** Puts a batch that cannot be understood out of the way, and tells where it lies then. */
  async setAside(id: string): Promise<string> {
    return setAside(this.folderOf(id))
  }

  /** Throws `batch-invalid` where there is none that can be understood, or one of reading files. */
  async load(id: string): Promise<StoredBatch> {
    const record = await this.#read(id, recordName, recordSchema)
    const photos = await this.#read(id, itemsName, itemsSchema)
    if (photos.some(({ style }) => style >= record.styles.length))
      throw new Failure('batch-invalid', id, `${itemsName}: a style that the batch has not`)
    return { record, photos, entries: await this.journal(id).read() }
  }

  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true })
  }

  async #read<Schema extends z.ZodType>(id: string, name: string, schema: Schema): Promise<z.output<Schema>> {
    const file = join(this.folderOf(id), name)
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (thrown) {
      if (errorCodeOf(thrown) === 'ENOENT') throw new Failure('batch-invalid', id, `no ${name}`)
      throw readFailure(thrown, file)
    }
    const checked = schema.safeParse(parsed(text))
    if (checked.success) return checked.data
    throw new Failure('batch-invalid', id, `${name}: ${checked.error.issues[0]?.message ?? ''}`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
