/** The training that is being set up: its folders, what a look at them found, its settings, how long it will take. */
import { SvelteMap } from 'svelte/reactivity'
import type { FailureData } from '../../src-main/contract/errors.ts'
import type { Progress } from '../../src-main/contract/schemas.ts'
import type { Side } from '../../src-main/contract/training-findings.ts'
import { fewPictures, presets, type Preset } from '../../src-main/contract/training-presets.ts'
import type { DataCheckResult, TrainingFolder, TrainingSettings } from '../../src-main/contract/training.ts'
import { addTrainingFolder, call, failureOf, on } from '../ui/bridge.ts'
import { estimate, type Estimate } from './estimate.ts'
import { allFields, isSame, type Field } from './fields.ts'
import { stops } from './findings.ts'
import { problemsOf, type Problems } from './problems.ts'
import { trainings } from './trainings.svelte.ts'

export type Check =
  | { readonly kind: 'none' | 'cancelled' }
  | { readonly kind: 'checking'; readonly progress: Progress | null }
  | { readonly kind: 'done'; readonly result: DataCheckResult }
  | { readonly kind: 'failed'; readonly failure: FailureData }

/** `failed`: this machine could not do a step. */
export type Pace = number | 'failed'

type Folders = Readonly<Record<Side, TrainingFolder | null>>
type Bases = Readonly<Partial<Record<Preset, TrainingSettings>>>
const noFolders: Folders = { a: null, b: null }
const noProblems: Problems = new Map()

/** All that makes a step longer or shorter. */
function paceKey(settings: TrainingSettings): string {
  const { ngf, blocks, ndf, crop, batch, gan, lambdaIdentity, forwardCycle, backwardCycle } = settings
  const objective = [gan, lambdaIdentity > 0, forwardCycle, backwardCycle]
  return JSON.stringify([ngf, blocks, ndf, crop, batch, objective, settings.pool > 0, settings.augmentation])
}

const basesKey = (pictures: number, from: string | null): string => JSON.stringify([pictures, from])

class Draft {
  #folders = $state.raw(noFolders)
  #from = $state.raw<string | null>(null)
  #preset = $state.raw<Preset>('quick')
  /** What each preset means for these folders and this model. */
  #bases = $state.raw<Bases>({})
  #basesFor = $state('')
  #checkedFor = $state.raw<string | null>(null)
  #changes = $state.raw<Partial<TrainingSettings>>({})
  #name = $state.raw<string | null>(null)
  #check = $state.raw<Check>({ kind: 'none' })
  /** The last finished look at these folders; a new one for other settings leaves it standing. */
  #lastResult = $state.raw<DataCheckResult | null>(null)
  #measuring = $state(false)
  #checkNumber = 0
  #baseNumber = 0
  readonly #paces = new SvelteMap<string, Pace>()

  /** Different pictures in the smaller folder; enough of them before they were counted. */
  readonly pictures: number = $derived(
    this.#lastResult ? Math.min(this.#lastResult.a.different, this.#lastResult.b.different) : fewPictures,
  )
  /** Usable pictures in the larger folder; null before they were counted. */
  readonly larger: number | null = $derived(
    this.#lastResult && Math.max(this.#lastResult.a.usable, this.#lastResult.b.usable),
  )
  readonly base: TrainingSettings | null = $derived(this.#bases[this.#preset] ?? null)
  readonly settings: TrainingSettings | null = $derived(this.base && { ...this.base, ...this.#changes })
  readonly problems: Problems = $derived(this.settings ? problemsOf(this.settings) : noProblems)
  readonly changed: ReadonlySet<Field> = $derived(
    new Set(allFields.filter((field) => !isSame(this.settings?.[field] ?? null, this.base?.[field] ?? null))),
  )
  readonly estimate: Estimate | null = $derived(this.settings && this.#estimateOf(this.settings))
  readonly suggestedName: string = $derived(
    this.#folders.a && this.#folders.b
      ? `${this.#folders.a.name} – ${this.#folders.b.name}`.slice(0, 80)
      : '',
  )
  readonly name: string = $derived(this.#name ?? this.suggestedName)
  /** What the look at the folders depends on; null while there is nothing to look at. */
  readonly checkKey: string | null = $derived.by(() => {
    const { a, b } = this.#folders
    if (a === null || b === null || this.settings === null || this.problems.size > 0) return null
    const { scale, load, crop } = this.settings
    return JSON.stringify([a.token, b.token, scale, load, crop])
  })
  /** These folders were not looked at yet with these settings. */
  readonly needsCheck: boolean = $derived(this.checkKey !== null && this.checkKey !== this.#checkedFor)
  /** The engine has time for a few steps, and the pictures are worth them. */
  readonly measurable: boolean = $derived(
    this.#check.kind === 'done' &&
      !this.needsCheck &&
      !stops(this.#check.result.findings) &&
      trainings.active.length === 0,
  )
  /** The next settings whose step should be measured; null while nothing is to be measured. */
  readonly unmeasured: TrainingSettings | null = $derived.by(() => {
    if (!this.measurable || this.#measuring) return null
    // What they mean for these pictures may be on its way.
    if (this.#basesFor !== basesKey(this.pictures, this.#from)) return null
    const own = this.settings !== null && this.problems.size === 0 ? [this.settings] : []
    const wanted = [...own, ...presets.flatMap((preset) => this.#bases[preset] ?? [])]
    return wanted.find((settings) => !this.#paces.has(paceKey(settings))) ?? null
  })

  get from(): string | null {
    return this.#from
  }

  get preset(): Preset {
    return this.#preset
  }

  get check(): Check {
    return this.#check
  }

  get lastResult(): DataCheckResult | null {
    return this.#lastResult
  }

  start(): void {
    on('training.checking', (progress) => {
      if (this.#check.kind === 'checking') this.#check = { kind: 'checking', progress }
    })
  }

  folder(side: Side): TrainingFolder | null {
    return this.#folders[side]
  }

  baseOf(preset: Preset): TrainingSettings | null {
    return this.#bases[preset] ?? null
  }

  estimateOf(preset: Preset): Estimate | null {
    const settings = this.#bases[preset]
    return settings === undefined ? null : this.#estimateOf(settings)
  }

  /** Undefined: not measured yet. */
  paceOf(settings: TrainingSettings): Pace | undefined {
    return this.#paces.get(paceKey(settings))
  }

  async chooseFolder(side: Side): Promise<void> {
    const folder = await call('training.chooseFolder', {})
    if (folder !== null) this.#place(side, folder)
  }

  /** One folder for this side; a second one for the other side, if that has none. */
  async dropFolders(side: Side, [first, second]: readonly File[]): Promise<void> {
    if (first !== undefined) this.#place(side, await addTrainingFolder(first))
    const other: Side = side === 'a' ? 'b' : 'a'
    if (second !== undefined && this.#folders[other] === null)
      this.#place(other, await addTrainingFolder(second))
  }

  async removeFolder(side: Side): Promise<void> {
    this.#place(side, null)
    await call('training.cancelCheck', {})
  }

  beginFrom(modelId: string | null): void {
    this.#from = modelId
  }

  choosePreset(preset: Preset): void {
    this.#preset = preset
    this.#changes = {}
  }

  change(change: Partial<TrainingSettings>): void {
    this.#changes = { ...this.#changes, ...change }
  }

  /** One field, or all of them, as the preset has them. */
  reset(field?: Field): void {
    if (field === undefined) this.#changes = {}
    else
      this.#changes = Object.fromEntries(
        Object.entries(this.#changes).filter(([changed]) => changed !== field),
      )
  }

  rename(name: string): void {
    this.#name = name
  }

  /** Asks what the presets mean for so many pictures and this model. */
  async loadPresets(pictures: number, from: string | null): Promise<void> {
    const number = ++this.#baseNumber
    const ask = (preset: Preset) => call('training.preset', { preset, pictures, from })
    const [quick, evening, paper] = await Promise.all([ask('quick'), ask('evening'), ask('paper')])
    if (number !== this.#baseNumber) return
    this.#bases = { quick, evening, paper }
    this.#basesFor = basesKey(pictures, from)
  }

  async runCheck(): Promise<void> {
    const { a, b } = this.#folders
    if (a === null || b === null || this.settings === null) return
    const number = ++this.#checkNumber
    this.#checkedFor = this.checkKey
    this.#check = { kind: 'checking', progress: null }
    const outcome = await this.#look(a, b, this.settings)
    if (number !== this.#checkNumber) return
    this.#check = outcome
    if (outcome.kind === 'done') this.#lastResult = outcome.result
  }

  async cancelCheck(): Promise<void> {
    await call('training.cancelCheck', {})
  }

  /** Measures a step; how long that takes depends on the machine and the networks. */
  async measure(settings: TrainingSettings): Promise<void> {
    this.#measuring = true
    try {
      const { stepSeconds } = await call('training.measure', { settings })
      this.#paces.set(paceKey(settings), stepSeconds)
    } catch (error) {
      // A training that begins ends the measuring.
      if (failureOf(error).code !== 'cancelled') this.#paces.set(paceKey(settings), 'failed')
    }
    this.#measuring = false
  }

  /** Starts the training; the page is empty again for the next. */
  async begin(): Promise<void> {
    const { a, b } = this.#folders
    if (a === null || b === null || this.settings === null) return
    await trainings.begin({
      ...{ a: a.token, b: b.token, name: this.name, from: this.#from },
      settings: this.settings,
    })
    this.#folders = noFolders
    this.#forgetCheck()
    this.#name = null
    this.#from = null
    this.choosePreset('quick')
  }

  #estimateOf(settings: TrainingSettings): Estimate {
    const pace = this.paceOf(settings)
    return estimate(settings, this.larger, typeof pace === 'number' ? pace : null)
  }

  #place(side: Side, folder: TrainingFolder | null): void {
    this.#folders = { ...this.#folders, [side]: folder }
    this.#forgetCheck()
  }

  #forgetCheck(): void {
    this.#checkNumber += 1
    this.#checkedFor = null
    this.#check = { kind: 'none' }
    this.#lastResult = null
    // What was out of reach once may have been so for lack of memory.
    for (const [key, pace] of this.#paces) if (pace === 'failed') this.#paces.delete(key)
  }

  async #look(a: TrainingFolder, b: TrainingFolder, settings: TrainingSettings): Promise<Check> {
    try {
      return {
        kind: 'done',
        result: await call('training.check', { a: a.token, b: b.token, settings }),
      }
    } catch (error) {
      const failure = failureOf(error)
      return failure.code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure }
    }
  }
}

export const draft = new Draft()
