/** The trainings as the program tells of them, and which one the room shows. */
import type { CallArgs } from '../../src-main/contract/contract.ts'
import { errorSentence } from '../../src-main/contract/error-text.ts'
import type { Style } from '../../src-main/contract/schemas.ts'
import type { TrainingRun } from '../../src-main/contract/training.ts'
import { settings } from '../settings/settings.svelte.ts'
import { call, on } from '../ui/bridge.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { attempt, toasts } from '../ui/toasts.svelte.ts'
import { Journal } from './journal.svelte.ts'
import { isActive, withRun } from './run-state.ts'
import { runText } from './run-text.ts'

class Trainings {
  #runs = $state.raw<readonly TrainingRun[]>([])
  #loaded = $state(false)
  /** What the user chose: a run, or with the id null the page for a new one. */
  #chosen = $state.raw<{ readonly id: string | null } | null>(null)
  #journal = $state.raw<Journal | null>(null)
  readonly active: readonly TrainingRun[] = $derived(this.#runs.filter(({ state }) => isActive(state)))
  /** What was chosen; else what trains; else the newest. Null: the page for a new one. */
  readonly shown: TrainingRun | null = $derived.by(() => {
    if (this.#chosen?.id === null) return null
    return this.#runs.find(({ id }) => id === this.#chosen?.id) ?? this.active[0] ?? this.#runs[0] ?? null
  })

  /** The newest first. */
  get runs(): readonly TrainingRun[] {
    return this.#runs
  }

  get loaded(): boolean {
    return this.#loaded
  }

  /** Of the run that was last followed. */
  get journal(): Journal | null {
    return this.#journal
  }

  async start(): Promise<void> {
    on('training.changed', (run) => this.#put(run))
    on('training.removed', ({ id }) => {
      this.#runs = this.#runs.filter((run) => run.id !== id)
    })
    on('training.reported', ({ id, report }) => {
      if (this.#journal?.runId === id) this.#journal.add(report)
    })
    const told = await call('training.list', {})
    // Of those already known, events have told more than this answer knows.
    const known = new Set(this.#runs.map(({ id }) => id))
    this.#runs = [...this.#runs, ...told.filter(({ id }) => !known.has(id))]
    this.#loaded = true
  }

  showNew(): void {
    this.#chosen = { id: null }
  }

  show(id: string): void {
    this.#chosen = { id }
  }

  /** The run is on the screen: it stays there, and its journal is kept up to date. */
  follow(id: string): void {
    this.show(id)
    if (this.#journal?.runId === id) return
    const journal = new Journal(id)
    this.#journal = journal
    void attempt(() => journal.load())
  }

  async begin(request: CallArgs<'training.start'>): Promise<void> {
    const run = await call('training.start', request)
    if (!this.#runs.some(({ id }) => id === run.id)) this.#put(run)
    this.show(run.id)
  }

  async pause(id: string): Promise<void> {
    await call('training.pause', { id })
  }

  async resume(id: string): Promise<void> {
    await call('training.resume', { id })
  }

  async stop(id: string): Promise<void> {
    await call('training.stop', { id })
  }

  async remove(id: string): Promise<void> {
    await call('training.remove', { id })
  }

  keep(request: CallArgs<'training.keep'>): Promise<Style> {
    return call('training.keep', request)
  }

  #put(run: TrainingRun): void {
    const before = this.#runs.find(({ id }) => id === run.id)
    this.#runs = withRun(this.#runs, run)
    if (before !== undefined && isActive(before.state)) this.#tellEnd(run)
  }

  /** In the other rooms nobody sees that a training has ended. */
  #tellEnd(run: TrainingRun): void {
    if (rooms.room.kind === 'train' && this.shown?.id === run.id) return
    const t = runText[settings.locale]
    const action = {
      label: t.showRun,
      run: () => {
        this.show(run.id)
        rooms.showTraining()
      },
    }
    if (run.state === 'done') toasts.show({ kind: 'note', text: t.finished(run.name), action })
    else if (run.state === 'failed') {
      const text = run.failure ? errorSentence(run.failure, settings.locale) : t.states.failed
      toasts.show({ kind: 'failure', text, action })
    }
  }
}

export const trainings = new Trainings()
