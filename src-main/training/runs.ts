/** The trainings that the window shows: a folder each, one of which trains at a time. */
import { EventEmitter } from 'node:events'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Fallback } from '../contract/runtimes.ts'
import type { SamplePicture } from '../contract/pictures.ts'
import type { Category, Style } from '../contract/schemas.ts'
import type { TrainingReport, TrainingRun } from '../contract/training.ts'
import { importStyle } from '../models/styles.ts'
import { writeFailure } from '../photos/failures.ts'
import type { DataCheck } from './data/check-data.ts'
import { baseOf } from './begin-from.ts'
import { writeTrainedModel } from './keep.ts'
import { newRunId, prepareRun, type NewRun } from './prepare.ts'
import { readRecord, runPaths, writeRecord, type RunRecord } from './run-file.ts'
import { SampleStore } from './samples.ts'
import { trainSession, type SessionTools } from './session.ts'
import { CheckpointStore } from './store/checkpoints.ts'
import { LossJournal } from './store/journal.ts'
import { lockFolder } from '../storage/lock.ts'
import { setAside } from '../storage/set-aside.ts'

interface Events {
  changed: [run: TrainingRun]
  reported: [id: string, report: TrainingReport]
  removed: [id: string]
  fellBack: [fallback: Fallback]
}

export interface RunsOptions extends SessionTools {
  /** Where the runs lie. */
  readonly folder: string
  /** Of the program, for the cards of what is kept. */
  readonly version: string
}

/** A curve on the screen is not wider than this. */
const reportsShown = 2000
const removedPrefix = '.removed-'

/** Why a session was told to end. */
type Ending = 'paused' | 'stopped'

interface Kept {
  record: RunRecord
  step: number
  epoch: number
  stepMs: number | null
  etaSeconds: number | null
  samples: readonly number[]
  keepable: boolean
}

interface Active {
  readonly id: string
  readonly stop: AbortController
  ending: Ending
  done: Promise<void>
}

export class TrainingRuns extends EventEmitter<Events> {
  readonly #options: RunsOptions
  readonly #runs = new Map<string, Kept>()
  #active: Active | null = null
  readonly #damaged: string[] = []

  constructor(options: RunsOptions) {
    super()
    this.#options = options
  }

  /** Reads what is there. A run that the program left while it trained is `interrupted`. */
  async open(): Promise<void> {
    const { folder } = this.#options
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith(removedPrefix)) await rm(join(folder, name), { recursive: true, force: true })
      const record = await readRecord(join(folder, name)).catch((thrown: unknown) => Failure.from(thrown))
      if (record instanceof Failure) {
        // Told of once; its checkpoints stay where they are.
        const file = runPaths(join(folder, name)).record
        if (record.code === 'run-invalid') this.#damaged.push(await setAside(file).catch(() => file))
      } else if (record?.id === name) this.#runs.set(name, await this.#look(record))
    }
  }

  /** The descriptions of runs that could not be understood at the start, where they were set aside. */
  get damaged(): readonly string[] {
    return this.#damaged
  }

  /** The newest first. */
  list(): readonly TrainingRun[] {
    return [...this.#runs.values()]
      .toSorted((a, b) => (a.record.created < b.record.created ? 1 : -1))
      .map(shown)
  }

  /** Throws `training-busy` while another run trains, and what `prepareRun` and opening a model throw. */
  async start(check: DataCheck, newRun: Omit<NewRun, 'base'>): Promise<TrainingRun> {
    this.#expectIdle()
    const base = newRun.from === null ? null : baseOf(await this.#options.models.open(newRun.from))
    // Another may have begun while the style was opened.
    this.#expectIdle()
    const id = newRunId()
    const folder = this.#folderOf(id)
    const record = await prepareRun(folder, id, check, { ...newRun, base })
    const kept = await this.#look(record)
    this.#runs.set(id, kept)
    this.#begin(kept)
    return shown(kept)
  }

  /** Goes on from the last checkpoint. Throws `run-not-found`, `training-busy`. */
  resume(id: string): void {
    const kept = this.#find(id)
    this.#expectIdle()
    this.#begin(kept)
  }

  /** Resolves when the checkpoint is written. Nothing happens to a run that does not train. */
  async pause(id: string): Promise<void> {
    await this.#end(id, 'paused')
  }

  /** As `pause`; a run that has been paused is taken as ended, too. */
  async stop(id: string): Promise<void> {
    const kept = this.#find(id)
    // What trains says itself how it ended: its last checkpoint may have failed.
    if (this.#active?.id === id) await this.#end(id, 'stopped')
    else if (kept.record.state !== 'done') await this.#save(kept, { state: 'stopped' })
  }

  /** Deletes a run with all that it has written. Throws `training-busy` while it trains, `cannot-write`. */
  async remove(id: string): Promise<void> {
    this.#find(id)
    if (this.#active?.id === id) throw new Failure('training-busy', this.#find(id).record.name)
    const doomed = join(this.#options.folder, `${removedPrefix}${id}`)
    try {
      await rename(this.#folderOf(id), doomed)
    } catch (thrown) {
      throw writeFailure(thrown, this.#folderOf(id))
    }
    this.#runs.delete(id)
    this.emit('removed', id)
    await rm(doomed, { recursive: true, force: true }).catch(() => undefined)
  }

  /** The journal, thinned out evenly; first and last stay. */
  async reports(id: string): Promise<readonly TrainingReport[]> {
    this.#find(id)
    return thinned(await new LossJournal(runPaths(this.#folderOf(id)).journal).read(), reportsShown)
  }

  /** Throws `run-not-found`; `bad-request` where there is no checkpoint; what importing throws. */
  async keep(
    id: string,
    style: { readonly name: string; readonly a: string; readonly b: string; readonly category: Category },
  ): Promise<Style> {
    const { record } = this.#find(id)
    const { models, version } = this.#options
    const trained = await writeTrainedModel(this.#folderOf(id), record, style, version)
    return importStyle(models, trained, style)
  }

  /** Throws `run-not-found`. */
  sampleFile({ runId, ...picture }: SamplePicture): string {
    this.#find(runId)
    return new SampleStore(runPaths(this.#folderOf(runId)).samples).file(picture)
  }

  get isTraining(): boolean {
    return this.#active !== null
  }

  /** Pauses what trains, with a checkpoint. */
  async close(): Promise<void> {
    if (this.#active !== null) await this.#end(this.#active.id, 'paused')
  }

  #begin(kept: Kept): void {
    const { id } = kept.record
    const stop = new AbortController()
    this.#options.pace.interrupt()
    const active: Active = { id, stop, ending: 'paused', done: Promise.resolve() }
    this.#active = active
    active.done = this.#train(kept, active)
  }

  /** Never rejects: what goes wrong becomes the run's state. */
  async #train(kept: Kept, active: Active): Promise<void> {
    const folder = this.#folderOf(active.id)
    let end: Pick<RunRecord, 'state' | 'failure'>
    try {
      const lock = await lockFolder(folder, 'training-busy')
      try {
        await this.#save(kept, { state: 'preparing' })
        const ended = await trainSession(folder, kept.record, this.#options, {
          signal: active.stop.signal,
          onRecord: (record) => this.#change(kept, { record }),
          onBegun: (step) => {
            const record: RunRecord = { ...kept.record, state: 'running' }
            this.#change(kept, { step, record })
            // Read only by a start after a crash, which takes a run that was preparing for interrupted, too.
            void writeRecord(folder, record).catch(() => undefined)
          },
          onReport: (report) => {
            const { step, epoch, stepMs, etaSeconds } = report
            this.#change(kept, { step, epoch, stepMs, etaSeconds })
            this.emit('reported', active.id, report)
          },
          onCheckpoint: (step) => this.#change(kept, { step, keepable: true }),
          onFallback: (fallback) => this.emit('fellBack', fallback),
          onSample: (step) => this.#change(kept, { samples: insertedInto(kept.samples, step) }),
        })
        end = { state: ended === 'done' ? 'done' : active.ending, failure: null }
      } finally {
        await lock.release()
      }
    } catch (thrown) {
      end = { state: 'failed', failure: Failure.from(thrown, kept.record.name).toData() }
    }
    const record = { ...kept.record, ...end }
    // The disk may be full; then the state is only told.
    await writeRecord(folder, record).catch(() => undefined)
    // Whoever hears of the end may go on, or quit, at once.
    if (this.#active === active) this.#active = null
    this.#change(kept, { record, etaSeconds: null })
  }

  async #end(id: string, ending: Ending): Promise<void> {
    const active = this.#active
    if (active?.id !== id) return
    active.ending = ending
    const kept = this.#find(id)
    if (kept.record.state === 'running') this.#change(kept, { record: { ...kept.record, state: 'pausing' } })
    active.stop.abort()
    await active.done
  }

  async #look(record: RunRecord): Promise<Kept> {
    const paths = runPaths(this.#folderOf(record.id))
    const last = (await new LossJournal(paths.journal).read()).at(-1)
    const wasTraining = ['preparing', 'running', 'pausing'].includes(record.state)
    return {
      record: wasTraining ? { ...record, state: 'interrupted' } : record,
      step: last?.step ?? 0,
      epoch: last?.epoch ?? 0,
      stepMs: last?.stepMs ?? null,
      etaSeconds: null,
      samples: await new SampleStore(paths.samples).steps(),
      keepable: await new CheckpointStore(paths.checkpoints).hasAny(),
    }
  }

  async #save(kept: Kept, change: Partial<RunRecord>): Promise<void> {
    const record = { ...kept.record, failure: null, ...change }
    await writeRecord(this.#folderOf(record.id), record)
    this.#change(kept, { record })
  }

  #change(kept: Kept, change: Partial<Kept>): void {
    Object.assign(kept, change)
    this.emit('changed', shown(kept))
  }

  #find(id: string): Kept {
    const kept = this.#runs.get(id)
    if (kept === undefined) throw new Failure('run-not-found', id)
    return kept
  }

  #expectIdle(): void {
    const active = this.#active
    if (active !== null) throw new Failure('training-busy', this.#find(active.id).record.name)
  }

  #folderOf(id: string): string {
    return join(this.#options.folder, id)
  }
}

function shown({ record, step, epoch, stepMs, etaSeconds, samples, keepable }: Kept): TrainingRun {
  const { id, name, state, a, b, from, settings, total, failure } = record
  return {
    ...{ id, name, state, settings, step, epoch, stepMs, etaSeconds, keepable },
    a: { folder: basename(a.folder), pictures: a.pictures },
    b: { folder: basename(b.folder), pictures: b.pictures },
    from: from === null ? null : basename(from),
    total: total ?? 0,
    samples: [...samples],
    ...(failure && { failure }),
  }
}

function insertedInto(steps: readonly number[], step: number): readonly number[] {
  return [...new Set([...steps, step])].toSorted((a, b) => a - b)
}

/** Evenly, with the first and the last. */
export function thinned<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  const stride = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => items[Math.round(index * stride)]).filter(
    (item) => item !== undefined,
  )
}
