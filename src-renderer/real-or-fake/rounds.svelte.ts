/** The test real or fake: the round that is set up or asked, the results, and which of them the room shows. */
import {
  practiceTrials,
  usualTrials,
  type GivenAnswer,
  type PictureOfRound,
  type Round,
  type RoundAnswer,
  type TestFolder,
  type TestResult,
} from '../../src-main/contract/evaluation.ts'
import type { Direction } from '../../src-main/contract/schemas.ts'
import { addTestFolder, call, on } from '../ui/bridge.ts'

export interface StyleChoice {
  readonly modelId: string
  /** Null: the first that the style has. */
  readonly direction: Direction | null
}

type Folders = Readonly<Record<PictureOfRound, TestFolder | null>>

/** What of a round that is asked is on the screen. */
export type Stage =
  /** Before the first picture, and where one comes back to a round. */
  | { readonly kind: 'intro' }
  | { readonly kind: 'question'; readonly trial: number }
  /** What the last picture was. */
  | { readonly kind: 'told' }

class RoundsState {
  #round = $state.raw<Round | null>(null)
  #results = $state.raw<readonly TestResult[]>([])
  #loaded = $state(false)
  /** Null: the page for a round, a new one or the one under way. */
  #chosen = $state.raw<string | null>(null)
  #folders = $state.raw<Folders>({ translated: null, real: null })
  #style = $state.raw<StyleChoice | null>(null)
  #trials = $state(usualTrials)
  #stage = $state.raw<Stage>({ kind: 'intro' })
  /** The last picture that was shown, and when: it is shown once, whoever leaves the room and comes back. */
  #seen = $state.raw<{ readonly trial: number; readonly at: number } | null>(null)
  #answering = $state(false)
  readonly shown: TestResult | null = $derived(this.#results.find(({ id }) => id === this.#chosen) ?? null)

  get round(): Round | null {
    return this.#round
  }

  /** The newest first. */
  get results(): readonly TestResult[] {
    return this.#results
  }

  get loaded(): boolean {
    return this.#loaded
  }

  get style(): StyleChoice | null {
    return this.#style
  }

  get trials(): number {
    return this.#trials
  }

  get stage(): Stage {
    return this.#stage
  }

  get answering(): boolean {
    return this.#answering
  }

  async start(): Promise<void> {
    on('evaluation.changed', (round) => this.#put(round))
    const { round, results } = await call('evaluation.state', {})
    this.#results = results
    if (round !== null && this.#round === null) this.#round = round
    this.#loaded = true
  }

  folder(kind: PictureOfRound): TestFolder | null {
    return this.#folders[kind]
  }

  show(id: string): void {
    this.#chosen = id
  }

  /** The page for a round; with a style, if the user comes from one. */
  showNew(modelId?: string): void {
    this.#chosen = null
    if (modelId !== undefined) this.#style = { modelId, direction: null }
  }

  choose(style: StyleChoice): void {
    this.#style = style
  }

  setTrials(trials: number): void {
    this.#trials = trials
  }

  async chooseFolder(kind: PictureOfRound): Promise<void> {
    const folder = await call('evaluation.chooseFolder', {})
    if (folder !== null) this.#place(kind, folder)
  }

  /** One folder for this kind; a second one for the other kind, if that has none. */
  async dropFolders(kind: PictureOfRound, [first, second]: readonly File[]): Promise<void> {
    if (first !== undefined) this.#place(kind, await addTestFolder(first))
    const other: PictureOfRound = kind === 'real' ? 'translated' : 'real'
    if (second !== undefined && this.#folders[other] === null) this.#place(other, await addTestFolder(second))
  }

  async begin(modelId: string, direction: Direction): Promise<void> {
    const { translated, real } = this.#folders
    if (translated === null || real === null) return
    const round = await call('evaluation.start', {
      ...{ modelId, direction, trials: this.#trials },
      ...{ translated: translated.token, real: real.token },
    })
    // Events may have told more already.
    if (this.#round?.id !== round.id) this.#put(round)
    await this.#readResults()
  }

  /** Shows the next picture. */
  next(): void {
    if (this.#round?.state === 'asking') this.#stage = { kind: 'question', trial: this.#round.answered }
  }

  /** Whether a picture is still to be shown. */
  isUnseen(trial: number): boolean {
    return this.#seen?.trial !== trial
  }

  markSeen(trial: number): void {
    this.#seen = { trial, at: performance.now() }
  }

  /** Of the picture on the screen; one that has not appeared yet cannot be judged. */
  async answer(answer: RoundAnswer): Promise<void> {
    const { round } = this
    if (round === null || this.#stage.kind !== 'question' || this.#answering) return
    const { trial } = this.#stage
    if (this.#seen?.trial !== trial) return
    await this.#tell(round, trial, answer, (performance.now() - this.#seen.at) / 1000)
  }

  /** Leaves out a picture that cannot be shown: nobody can judge it. */
  async passOver(trial: number): Promise<void> {
    const { round } = this
    const isAsked = this.#stage.kind === 'question' && this.#stage.trial === trial
    if (round === null || !isAsked || this.#answering) return
    await this.#tell(round, trial, null, 0)
  }

  /** Leaves the round; nothing is kept of it. */
  async cancel(): Promise<void> {
    await call('evaluation.cancel', {})
  }

  /** Null when the user thought better of it. */
  async save(id: string, format: 'json' | 'csv'): Promise<{ readonly name: string } | null> {
    const saved = await call('evaluation.export', { id, format })
    await this.#readResults()
    return saved
  }

  async remove(id: string): Promise<void> {
    await call('evaluation.remove', { id })
    this.#results = this.#results.filter((result) => result.id !== id)
  }

  #place(kind: PictureOfRound, folder: TestFolder): void {
    this.#folders = { ...this.#folders, [kind]: folder }
  }

  /** Results that could not be kept may be by now. */
  async #readResults(): Promise<void> {
    this.#results = (await call('evaluation.state', {})).results
  }

  async #tell(round: Round, trial: number, answer: GivenAnswer, seconds: number): Promise<void> {
    this.#answering = true
    try {
      const answered = await call('evaluation.answer', { id: round.id, trial, answer, seconds })
      this.#put(answered)
      if (trial < practiceTrials && answered.told !== null) this.#stage = { kind: 'told' }
      else this.next()
    } finally {
      this.#answering = false
    }
  }

  #put(round: Round): void {
    if (this.#round?.id !== round.id) {
      this.#stage = { kind: 'intro' }
      this.#seen = null
    }
    this.#round = round
    const { result } = round
    if (result === null || this.#results.some(({ id }) => id === result.id)) return
    this.#results = [result, ...this.#results]
    this.#chosen = result.id
  }
}

export const rounds = new RoundsState()
