/**
 * One session of a run: from its last checkpoint on, step by step, until it is done, told to pause, or cannot go on.
 * Whatever ends it, the run's folder holds a whole checkpoint and what led to it.
 */
import { statfs } from 'node:fs/promises'
import { Failure } from '../contract/errors.ts'
import { lastResort, type Fallback, type RuntimeName } from '../contract/runtimes.ts'
import { epochSteps, samplesPerSide, totalSteps, type TrainingReport } from '../contract/training.ts'
import type { Pixels } from '../engine/protocol.ts'
import { TrainingHost, type StartEngineProcess } from '../engine/training-host.ts'
import type { ModelShelf } from '../models/shelf.ts'
import { beginningWeights } from './begin-from.ts'
import type { PictureCache } from './data/cache.ts'
import type { StepPace } from './measure.ts'
import { PictureFeed } from './picture-feed.ts'
import { readPictures, runPaths, writeRecord, type RunRecord } from './run-file.ts'
import { sampleOf, SampleStore, type SampleSource } from './samples.ts'
import { samplePlaces } from './order.ts'
import { CheckpointStore } from './store/checkpoints.ts'
import { LossJournal } from './store/journal.ts'
import { Reporter } from './reporter.ts'
import { mayBeTheRuntimes } from './runtime-failures.ts'
import { trainerSettings } from './trainer-settings.ts'
import { CollapseWatch } from './watch.ts'

/** What a session needs of the program. */
export interface SessionTools {
  readonly start: StartEngineProcess
  /** The runtimes that may train, the best first. By default the last resort alone. */
  readonly order?: (signal?: AbortSignal) => Promise<readonly RuntimeName[]>
  readonly cache: PictureCache
  readonly models: ModelShelf
  readonly pace: StepPace
}

export interface SessionOptions {
  /** Aborted: the step under way is done, a checkpoint is written, and the session ends. */
  readonly signal: AbortSignal
  /** The record has changed: steps in all are known now. */
  readonly onRecord?: (record: RunRecord) => void
  /** The session goes on from here; 0: from the beginning. */
  readonly onBegun?: (step: number) => void
  readonly onReport?: (report: TrainingReport) => void
  readonly onCheckpoint?: (step: number) => void
  readonly onSample?: (step: number) => void
  /** A runtime failed; the steps since the last checkpoint are done again by another. */
  readonly onFallback?: (fallback: Fallback) => void
}

export type SessionEnd = 'paused' | 'done'

/** Its steps in all are known. */
type KnownRecord = RunRecord & { readonly total: number }

/** A process that dies again before it has come as far as a checkpoint is not started for ever. */
const restartsWithoutProgress = 2
const checkpointHeadroom = 1.1
/** Fewer say little of how long a step takes. */
const tellingSteps = 50

/**
 * Trains the run in `folder`, which the caller has locked. Throws `Failure`: `training-diverged`,
 * `training-collapsed`, `disk-full`, `cannot-write`, `engine-stopped` when the engine dies again and again,
 * `out-of-memory`, `run-invalid`, or what reading pictures and models throws.
 */
export async function trainSession(
  folder: string,
  record: RunRecord,
  tools: SessionTools,
  options: SessionOptions,
): Promise<SessionEnd> {
  try {
    return await trainToEnd(folder, await withTotal(folder, record, tools, options), tools, options)
  } catch (thrown) {
    const { code, subject = record.name, detail } = Failure.from(thrown)
    if (options.signal.aborted && code === 'cancelled') return 'paused'
    throw new Failure(code, subject, detail, { cause: thrown })
  }
}

/** Starts the engine again when it dies, from the last checkpoint; by another runtime where that one failed. */
async function trainToEnd(
  folder: string,
  record: KnownRecord,
  tools: SessionTools,
  options: SessionOptions,
): Promise<SessionEnd> {
  const lost = new Set<RuntimeName>()
  const best = async (): Promise<RuntimeName> =>
    (await tools.order?.(options.signal))?.find((name) => !lost.has(name)) ?? lastResort
  let begun = -1
  let restarts = 0
  for (;;) {
    const runtime = await best()
    const session = new Session(folder, record, tools, options, runtime)
    try {
      return await session.run()
    } catch (thrown) {
      // Steps that a pause could not keep are not to be lost without a word.
      if (options.signal.aborted) throw thrown
      if (runtime !== lastResort && mayBeTheRuntimes(thrown)) {
        lost.add(runtime)
        const reason = thrown.detail ?? thrown.code
        options.onFallback?.({ from: runtime, to: await best(), reason, lasting: true })
        continue
      }
      if (!(thrown instanceof Failure) || thrown.code !== 'engine-stopped') throw thrown
      restarts = session.begunAt > begun ? 0 : restarts + 1
      begun = Math.max(begun, session.begunAt)
      if (restarts > restartsWithoutProgress) throw thrown
    }
  }
}

/** A length in minutes becomes one in steps before the first step, so that the same steps follow after a pause. */
async function withTotal(
  folder: string,
  record: RunRecord,
  { pace }: SessionTools,
  { signal, onRecord }: SessionOptions,
): Promise<KnownRecord> {
  const { settings, total } = record
  if (total !== null) return { ...record, total }
  const needsPace = settings.length.kind === 'minutes'
  const seconds = needsPace ? await pace.measure(settings, signal) : 0
  const known = { ...record, total: totalSteps(settings, largerOf(record), seconds) }
  await writeRecord(folder, known)
  onRecord?.(known)
  return known
}

class Session {
  readonly #folder: string
  readonly #record: KnownRecord
  readonly #tools: SessionTools
  readonly #options: SessionOptions
  readonly #host: TrainingHost
  readonly #runtime: RuntimeName
  readonly #checkpoints: CheckpointStore
  readonly #samples: SampleStore
  #lastCheckpoint = 0
  #checkpointedAt = 0

  /** The step that this session went on from. */
  begunAt = 0

  constructor(
    folder: string,
    record: KnownRecord,
    tools: SessionTools,
    options: SessionOptions,
    runtime: RuntimeName,
  ) {
    const paths = runPaths(folder)
    this.#folder = folder
    this.#record = record
    this.#tools = tools
    this.#options = options
    this.#host = new TrainingHost({ start: tools.start, runtime })
    this.#runtime = runtime
    this.#checkpoints = new CheckpointStore(paths.checkpoints)
    this.#samples = new SampleStore(paths.samples)
  }

  async run(): Promise<SessionEnd> {
    const { settings, total } = this.#record
    const { signal } = this.#options
    const pictures = await readPictures(this.#folder)
    const feed = new PictureFeed({ pictures, settings, cache: this.#tools.cache })
    // Until the first step is done there is nothing to keep, and no need to wait.
    const giveUp = (): void => this.#host.close()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      signal.throwIfAborted()
      const done = await this.#begin()
      const samples = await this.#sampleSource(feed)
      if (done === 0) await this.#sample(0, samples)
      const watch = new CollapseWatch(settings.gan)
      const reporter = await this.#reporter(done)
      feed.from(done + 1, total)
      signal.removeEventListener('abort', giveUp)
      for (let step = done + 1; step <= total; step++) {
        if (signal.aborted) {
          await this.#checkpoint(step - 1, reporter)
          await this.#learnPace(reporter, step - 1 - done)
          return 'paused'
        }
        const { a, b } = await feed.next()
        const { losses } = await this.#host.step(step, a, b)
        watch.see(losses, this.#record.name)
        await reporter.stepDone(step, losses)
        if (step % settings.sampleEvery === 0 || step === total)
          await reporter.beside(() => this.#sample(step, samples))
        const minutes = (performance.now() - this.#checkpointedAt) / 60_000
        if (step === total || minutes >= settings.checkpointMinutes) await this.#checkpoint(step, reporter)
      }
      await this.#learnPace(reporter, total - done)
      return 'done'
    } finally {
      signal.removeEventListener('abort', giveUp)
      this.#host.close()
      await feed.close()
    }
  }

  /** Makes the engine ready and tells which step was the last. */
  async #begin(): Promise<number> {
    const { settings, total, from } = this.#record
    const trainer = trainerSettings(settings, largerOf(this.#record), total)
    const checkpoint = await this.#checkpoints.newest()
    if (checkpoint !== null) {
      const { step } = checkpoint
      await this.#host.begin(trainer, { kind: 'go-on', step }, checkpoint.parts())
      this.begunAt = step
    } else {
      const model = from === null ? null : await this.#tools.models.open(from)
      await this.#host.begin(
        trainer,
        { kind: 'begin' },
        model === null ? [] : beginningWeights(model, settings),
      )
    }
    await this.#expectRoom()
    this.#lastCheckpoint = this.begunAt
    this.#checkpointedAt = performance.now()
    this.#options.onBegun?.(this.begunAt)
    return this.begunAt
  }

  /** Better now than after the first hour. */
  async #expectRoom(): Promise<void> {
    const entries = await this.#host.entries()
    const bytes = entries.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0)
    const { bavail, bsize } = await statfs(this.#folder)
    const needed = bytes * checkpointHeadroom
    if (bavail * bsize >= needed) return
    const detail = `a checkpoint takes ${Math.ceil(needed / 2 ** 20)} MiB`
    throw new Failure('disk-full', this.#record.name, detail)
  }

  async #reporter(done: number): Promise<Reporter> {
    const { settings, total } = this.#record
    const journal = new LossJournal(runPaths(this.#folder).journal)
    await journal.cutAfter(done)
    return new Reporter({
      journal,
      total,
      epochOf: (step) =>
        step <= settings.warmUp
          ? 0
          : 1 + Math.floor((step - settings.warmUp - 1) / epochSteps(settings, largerOf(this.#record))),
      onReport: (report) => this.#options.onReport?.(report),
    })
  }

  async #sampleSource(feed: PictureFeed): Promise<SampleSource> {
    const { settings, a, b } = this.#record
    const of = async (side: 'a' | 'b', pictures: number): Promise<readonly Pixels[]> => {
      const places = samplePlaces(settings.seed, side, pictures, samplesPerSide)
      return Promise.all(places.map(async (place) => sampleOf(await feed.read(side, place), settings.crop)))
    }
    return { a: await of('a', a.pictures), b: await of('b', b.pictures) }
  }

  async #sample(step: number, source: SampleSource): Promise<void> {
    await this.#samples.add(step, source, this.#host)
    this.#options.onSample?.(step)
  }

  async #learnPace({ stepSeconds }: Reporter, steps: number): Promise<void> {
    if (stepSeconds !== null && steps >= tellingSteps)
      await this.#tools.pace.learn(this.#record.settings, this.#runtime, stepSeconds)
  }

  /** The journal reaches as far as the checkpoint does. */
  async #checkpoint(step: number, reporter: Reporter): Promise<void> {
    await reporter.report()
    if (step === this.#lastCheckpoint) return
    await reporter.beside(() => this.#checkpoints.write(step, this.#host))
    this.#lastCheckpoint = step
    this.#checkpointedAt = performance.now()
    this.#options.onCheckpoint?.(step)
  }
}

export function largerOf({ a, b }: Pick<RunRecord, 'a' | 'b'>): number {
  return Math.max(a.pictures, b.pictures)
}
