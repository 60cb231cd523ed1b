/**
 * The test real or fake: one round at a time, prepared first and then asked, and the results of all rounds. The pictures
 * of a round stay in memory and nowhere else; only a round that was answered to its end leaves something.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { basename } from 'node:path'
import {
  practiceTrials,
  shownMs,
  testResultSchema,
  type GivenAnswer,
  type PictureOfRound,
  type Round,
  type TestFolder,
  type TestResult,
} from '../../contract/evaluation.ts'
import { Failure } from '../../contract/errors.ts'
import type { Direction } from '../../contract/schemas.ts'
import { networkOf } from '../../conversion/translate-photo.ts'
import type { EngineHost } from '../../engine/host.ts'
import { localised } from '../../models/card.ts'
import type { Model, ModelShelf } from '../../models/shelf.ts'
import { readFolder } from '../../training/data/folder.ts'
import { sharesOf, type AnsweredTrial, type KeptResult } from './result-file.ts'
import { ResultStore, writeResult } from './result-store.ts'
import { prepareRound, type FolderOfRound, type PreparedRound } from './round-pictures.ts'

interface Parts {
  readonly engine: EngineHost
  readonly models: ModelShelf
  /** Where results are kept. */
  readonly folder: string
  readonly version: string
}

export interface RoundOptions {
  readonly modelId: string
  readonly direction: Direction
  /** Tokens of folders. */
  readonly translated: string
  readonly real: string
  readonly trials: number
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

interface Current {
  readonly round: Mutable<Round>
  readonly model: Model
  readonly folders: Readonly<Record<PictureOfRound, FolderOfRound>>
  readonly seed: number
  readonly stop: AbortController
  readonly answers: AnsweredTrial[]
  prepared: PreparedRound | null
}

interface RoundsEvents {
  changed: [round: Round]
}

const token = (): string => randomBytes(12).toString('base64url')
const seedRange = 2 ** 32

export class Rounds extends EventEmitter<RoundsEvents> {
  readonly #parts: Parts
  readonly #store: ResultStore
  readonly #folders = new Map<string, FolderOfRound>()
  #results: readonly KeptResult[] = []
  #damaged: readonly string[] = []
  /** Of results that are not on the disk yet: why. */
  readonly #unsaved = new Map<string, Failure>()
  #current: Current | null = null
  #preparing: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    super()
    this.#parts = parts
    this.#store = new ResultStore(parts.folder)
  }

  /** Finds the results of earlier rounds. */
  async open(): Promise<void> {
    const { results, damaged } = await this.#store.load()
    this.#results = results
    this.#damaged = damaged
  }

  /** Where those results lie now that could not be read at the start. */
  get damaged(): readonly string[] {
    return this.#damaged
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#preparing
    await this.#saveAgain()
  }

  /** Throws what `readFolder` throws. */
  async addFolder(path: string): Promise<TestFolder> {
    const { files } = await readFolder(path)
    const folder = { token: token(), name: basename(path), pictures: files.length }
    this.#folders.set(folder.token, { name: folder.name, files })
    return folder
  }

  /** The round under way or just over, and all results, the newest first. */
  state(): { readonly round: Round | null; readonly results: TestResult[] } {
    const results = this.#results.toReversed().map((result) => this.#told(result))
    return { round: this.#current && { ...this.#current.round }, results }
  }

  /** Ends the round before. Throws `bad-request`, `model-not-found`, `model-direction-missing`. */
  async start({ modelId, direction, trials, ...tokens }: RoundOptions): Promise<Round> {
    const folders = { translated: this.#folder(tokens.translated), real: this.#folder(tokens.real) }
    const model = await this.#parts.models.open(modelId)
    networkOf(model, direction)
    await this.#saveAgain()
    this.cancel()
    const current: Current = {
      round: {
        ...{ id: token(), modelId, direction, state: 'preparing', progress: null },
        ...{ trials, answered: 0, told: null, result: null },
      },
      ...{
        model,
        folders,
        seed: randomInt(seedRange),
        stop: new AbortController(),
        answers: [],
        prepared: null,
      },
    }
    this.#current = current
    this.#preparing = this.#prepare(current)
    return { ...current.round }
  }

  /** Number `trial` of a round, from 0 on, as JPEG. Throws `file-not-found` where there is none. */
  picture(id: string, trial: number): Buffer {
    const picture = this.#current?.round.id === id ? this.#current.prepared?.pictures[trial] : undefined
    if (picture === undefined) throw new Failure('file-not-found')
    return picture.content
  }

  /**
   * The answer to number `trial`, which must be the next. A result that cannot be written is told as `unsaved`, and not
   * lost. Throws `bad-request`.
   */
  async answer(id: string, trial: number, answer: GivenAnswer, seconds: number): Promise<Round> {
    const current = this.#current
    const picture = current?.prepared?.pictures[trial]
    if (current?.round.id !== id || current.round.state !== 'asking' || picture === undefined)
      throw new Failure('bad-request', undefined, 'there is no such question')
    const { round, answers } = current
    if (trial !== answers.length)
      throw new Failure('bad-request', undefined, 'another picture is asked about')
    const { kind, name } = picture
    const practice = trial < practiceTrials
    answers.push({ trial: trial + 1, practice, kind, answer, seconds, picture: name })
    round.answered = answers.length
    const isTold = practice && answer !== null
    round.told = isTold ? { kind, right: (kind === 'real') === (answer === 'real') } : null
    if (answers.length === round.trials) await this.#finish(current)
    return this.#tell(current)
  }

  /** Ends the round under way; nothing is kept of it. */
  cancel(): void {
    const current = this.#current
    if (current === null || !['preparing', 'asking'].includes(current.round.state)) return
    current.stop.abort()
    this.#end(current, 'cancelled')
  }

  /** Throws `bad-request` where there is no such result. */
  result(id: string): KeptResult {
    const result = this.#results.find((each) => each.id === id)
    if (result === undefined) throw new Failure('bad-request', undefined, 'there is no such result')
    return result
  }

  /** Tells where it was written; throws as `writeResult` does. */
  async write(id: string, target: string): Promise<string> {
    const written = await writeResult(this.result(id), target)
    await this.#saveAgain()
    return written
  }

  /** Throws `cannot-write`. */
  async remove(id: string): Promise<void> {
    await this.#store.remove(this.result(id).id)
    this.#results = this.#results.filter((result) => result.id !== id)
    this.#unsaved.delete(id)
  }

  async #prepare(current: Current): Promise<void> {
    const { round, model, folders, seed, stop } = current
    const started = performance.now()
    try {
      current.prepared = await prepareRound(
        this.#parts.engine,
        { model, direction: round.direction, folders, trials: round.trials, seed },
        stop.signal,
        (done, detail) => {
          if (stop.signal.aborted) return
          const seconds = (performance.now() - started) / 1000
          const etaSeconds = (seconds / done) * (round.trials - done)
          round.progress = { done, total: round.trials, etaSeconds, detail }
          this.#tell(current)
        },
      )
      if (!stop.signal.aborted) this.#end(current, 'asking')
    } catch (thrown) {
      if (stop.signal.aborted) return
      round.failure = Failure.from(thrown, model.card.id).toData()
      this.#end(current, 'failed')
    }
  }

  async #finish(current: Current): Promise<void> {
    const { round, answers, model, folders, seed, prepared } = current
    const { a, b, name, workingSize } = model.card
    const [from, to] = round.direction === 'AtoB' ? [a, b] : [b, a]
    const kept: KeptResult = {
      ...{ format: 1, id: round.id, created: new Date().toISOString(), solstice: this.#parts.version },
      ...{ modelId: model.card.id, direction: round.direction, weights: model.key(round.direction) },
      ...{ style: localised(name), from: localised(from.label), to: localised(to.label) },
      folders: { translated: folders.translated.name, real: folders.real.name },
      settings: {
        ...{ trials: round.trials, practice: practiceTrials, shownMs, side: prepared?.side ?? 0 },
        ...{ workingSize, seed, interval: 'Wilson, 95 %' },
      },
      ...sharesOf(answers),
      answers,
    }
    current.prepared = null
    this.#results = [...this.#results, kept]
    round.state = 'done'
    await this.#save(kept)
    round.result = this.#told(kept)
  }

  async #save(result: KeptResult): Promise<void> {
    try {
      await this.#store.add(result)
      this.#unsaved.delete(result.id)
    } catch (thrown) {
      this.#unsaved.set(result.id, Failure.from(thrown))
    }
  }

  async #saveAgain(): Promise<void> {
    for (const result of this.#results) if (this.#unsaved.has(result.id)) await this.#save(result)
  }

  #told(result: KeptResult): TestResult {
    const unsaved = this.#unsaved.get(result.id)
    return { ...testResultSchema.parse(result), ...(unsaved && { unsaved: unsaved.toData() }) }
  }

  #end(current: Current, state: Round['state']): void {
    if (state !== 'asking') current.prepared = null
    Object.assign(current.round, { state, progress: null } satisfies Partial<Round>)
    this.#tell(current)
  }

  #tell({ round }: Current): Round {
    const told = { ...round }
    this.emit('changed', told)
    return told
  }

  #folder(chosen: string): FolderOfRound {
    const folder = this.#folders.get(chosen)
    if (folder === undefined) throw new Failure('bad-request', undefined, 'no such folder was chosen')
    return folder
  }
}
