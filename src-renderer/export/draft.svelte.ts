/** The export that is being set up: its photos, styles, target folder and settings, and the names that it would give. */
import type { CallArgs } from '../../src-main/contract/contract.ts'
import {
  defaultExportSettings,
  type ExportFolder,
  type ExportPreset,
  type ExportSettings,
  type ExportStyle,
  type NamePreview,
} from '../../src-main/contract/export.ts'
import type { Photo } from '../../src-main/contract/schemas.ts'
import { library } from '../gallery/library.svelte.ts'
import { styles } from '../models/styles.svelte.ts'
import { addExportSources, call } from '../ui/bridge.ts'
import { conversions } from '../ui/conversions.svelte.ts'
import { rooms } from '../ui/rooms.svelte.ts'
import { batches } from './batches.svelte.ts'
import {
  forNames,
  missingOf,
  photosIn,
  presetOf,
  stylesOf,
  toggledStyle,
  withFolders,
  type Missing,
  type PresetChoice,
} from './draft.ts'

const noNames: NamePreview = { names: [], problem: null }
const noName: NamePreview = { names: [], problem: { kind: 'empty', text: '' } }
/** The first names need no more photos than these. */
const previewed = 20

class ExportDraft {
  #photoIds = $state.raw<ReadonlySet<string>>(new Set())
  #folders = $state.raw<readonly ExportFolder[]>([])
  #styles = $state.raw<readonly ExportStyle[]>([])
  /** By the user, and not by what the photos were converted to. */
  #stylesChosen = false
  #target = $state.raw<ExportFolder | null>(null)
  #settings = $state.raw<ExportSettings>(defaultExportSettings)
  #presets = $state.raw<readonly ExportPreset[]>([])
  #loaded = $state(false)
  #starting = $state(false)
  #preview = $state.raw<NamePreview>(noNames)
  #previewNumber = 0

  /** Those of the shelf; what turns out broken, or leaves the shelf, leaves the export too. */
  readonly photos: readonly Photo[] = $derived(
    library.photos.filter((photo) => this.#photoIds.has(photo.id) && photo.state !== 'broken'),
  )
  readonly photoCount: number = $derived(this.photos.length + photosIn(this.#folders))
  /** Without those that were removed meanwhile. */
  readonly styles: readonly ExportStyle[] = $derived(
    this.#styles.filter(({ modelId, direction }) => styles.get(modelId)?.directions.includes(direction)),
  )
  readonly preset: PresetChoice = $derived(presetOf(this.#settings, this.#presets))
  readonly missing: Missing | null = $derived(
    missingOf({
      photos: this.photoCount,
      styles: this.styles.length,
      target: this.#target !== null,
      settings: this.#settings,
      nameProblem: this.#preview.problem !== null,
    }),
  )
  /** What the names are asked for; null where there is no template. */
  readonly previewRequest: CallArgs<'export.previewNames'> | null = $derived.by(() => {
    if (this.#settings.name.trim() === '') return null
    const { photoIds, folderIds } = this.#sources
    return {
      sources: { photoIds: photoIds.slice(0, previewed), folderIds },
      styles: [...this.styles],
      settings: forNames(this.#settings),
    }
  })

  get folders(): readonly ExportFolder[] {
    return this.#folders
  }

  get target(): ExportFolder | null {
    return this.#target
  }

  get settings(): ExportSettings {
    return this.#settings
  }

  get presets(): readonly ExportPreset[] {
    return this.#presets
  }

  /** False until the program has said what was used last. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** The program is looking through folders before the export begins. */
  get starting(): boolean {
    return this.#starting
  }

  get preview(): NamePreview {
    return this.#preview
  }

  get #sources(): CallArgs<'export.start'>['sources'] {
    return { photoIds: this.photos.map(({ id }) => id), folderIds: this.#folders.map(({ id }) => id) }
  }

  async start(): Promise<void> {
    const { settings, target, presets } = await call('export.defaults', {})
    this.#settings = settings
    this.#target = target
    this.#presets = presets
    this.#loaded = true
  }

  /** A new export of these photos, in the styles that they were last converted to. */
  open(photos: readonly Photo[]): void {
    this.takePhotos(photos)
    this.#folders = []
    const lastUsed = stylesOf(photos.flatMap(({ id }) => conversions.latestDone(id) ?? []))
    if (lastUsed.length > 0 && (!this.#stylesChosen || this.styles.length === 0)) this.#styles = lastUsed
    batches.showNew()
    rooms.showExport()
  }

  /** These of the shelf and no others. */
  takePhotos(photos: readonly Photo[]): void {
    this.#photoIds = new Set(photos.map(({ id }) => id))
  }

  removeFolder(id: string): void {
    this.#folders = this.#folders.filter((folder) => folder.id !== id)
  }

  async chooseFolders(): Promise<void> {
    this.#folders = withFolders(this.#folders, await call('export.chooseSources', {}))
  }

  /** Dropped photos and folders; returns how many there were. */
  async drop(files: readonly File[]): Promise<number> {
    const { photoIds, folders } = await addExportSources(files)
    this.#photoIds = new Set([...this.#photoIds, ...photoIds])
    this.#folders = withFolders(this.#folders, folders)
    return photoIds.length + folders.length
  }

  toggleStyle(style: ExportStyle): void {
    this.#stylesChosen = true
    this.#styles = toggledStyle(this.styles, style)
  }

  async chooseTarget(): Promise<void> {
    this.#target = (await call('export.chooseTarget', {})) ?? this.#target
  }

  change(change: Partial<ExportSettings>): void {
    this.#settings = { ...this.#settings, ...change }
  }

  /** All settings at once, as a preset has them; null: as the program comes. */
  usePreset(name: string | null): void {
    const preset = this.#presets.find((one) => one.name === name)
    this.#settings = preset?.settings ?? defaultExportSettings
  }

  async savePreset(name: string): Promise<void> {
    this.#presets = await call('export.savePreset', { name, settings: this.#settings })
  }

  async removePreset(name: string): Promise<void> {
    this.#presets = await call('export.removePreset', { name })
  }

  /** Asks how the names would come out; of answers that cross only the last question's counts. */
  async previewNames(request: CallArgs<'export.previewNames'> | null): Promise<void> {
    const number = ++this.#previewNumber
    const preview = request === null ? noName : await call('export.previewNames', request)
    if (number === this.#previewNumber) this.#preview = preview
  }

  /** Starts the export; photos and folders are gone from the page, the rest stays for the next. */
  async begin(): Promise<void> {
    if (this.#target === null || this.#starting) return
    const [photoIds, folders] = [this.#photoIds, this.#folders]
    this.#starting = true
    try {
      await batches.begin({
        sources: this.#sources,
        target: this.#target.id,
        styles: [...this.styles],
        settings: this.#settings,
      })
    } finally {
      this.#starting = false
    }
    this.#stylesChosen = false
    // What was put there meanwhile is for the next.
    if (this.#photoIds === photoIds) this.#photoIds = new Set()
    if (this.#folders === folders) this.#folders = []
  }
}

export const draft = new ExportDraft()
