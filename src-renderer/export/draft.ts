/** What an export that is being set up comes to: how many pictures, what it still lacks, which preset it is. */
import type { Conversion } from '../../src-main/contract/schemas.ts'
import {
  defaultExportSettings,
  exportSettingsSchema,
  exportSizeSchema,
  type ExportFolder,
  type ExportPreset,
  type ExportSettings,
  type ExportSize,
  type ExportStyle,
} from '../../src-main/contract/export.ts'

/** What must be given before it can start, in the order in which the page asks for it. */
export type Missing = 'photos' | 'styles' | 'target' | 'name' | 'size'

export interface DraftParts {
  /** From the shelf and from folders together. */
  readonly photos: number
  readonly styles: number
  readonly target: boolean
  readonly settings: ExportSettings
  /** The template has a mistake. */
  readonly nameProblem: boolean
}

/** The first thing that is missing; null: it can start. */
export function missingOf({ photos, styles, target, settings, nameProblem }: DraftParts): Missing | null {
  if (photos === 0) return 'photos'
  if (styles === 0) return 'styles'
  if (!target) return 'target'
  if (nameProblem || settings.name.trim() === '') return 'name'
  return isPossible(settings.size) ? null : 'size'
}

export const isPossible = (size: ExportSize): boolean => exportSizeSchema.safeParse(size).success

export const photosIn = (folders: readonly ExportFolder[]): number =>
  folders.reduce((sum, { photos }) => sum + (photos ?? 0), 0)

export const styleKey = ({ modelId, direction }: ExportStyle): string => `${modelId}:${direction}`

export const hasStyle = (chosen: readonly ExportStyle[], style: ExportStyle): boolean =>
  chosen.some((one) => styleKey(one) === styleKey(style))

/** Chosen when it was not, not chosen when it was. */
export const toggledStyle = (chosen: readonly ExportStyle[], style: ExportStyle): readonly ExportStyle[] =>
  hasStyle(chosen, style)
    ? chosen.filter((one) => styleKey(one) !== styleKey(style))
    : [...chosen, { modelId: style.modelId, direction: style.direction }]

/** The styles that these results were made with, each once: what the user liked is what he exports. */
export function stylesOf(
  results: readonly Pick<Conversion, 'modelId' | 'direction'>[],
): readonly ExportStyle[] {
  const styles = new Map<string, ExportStyle>()
  for (const { modelId, direction } of results)
    styles.set(styleKey({ modelId, direction }), { modelId, direction })
  return [...styles.values()]
}

/** Those that were not there before, behind those that were. */
export function withFolders(
  known: readonly ExportFolder[],
  added: readonly ExportFolder[],
): readonly ExportFolder[] {
  const ids = new Set(known.map(({ id }) => id))
  return [...known, ...added.filter(({ id }) => !ids.has(id))]
}

/** Whether two settings are the same, in whichever order their fields were written. */
export const isSame = (one: ExportSettings, two: ExportSettings): boolean => ordered(one) === ordered(two)

/** The schema puts the fields in its own order; settings in the making stay as they are. */
const ordered = (settings: ExportSettings): string =>
  JSON.stringify(exportSettingsSchema.safeParse(settings).data ?? settings)

export type PresetChoice =
  { readonly kind: 'standard' | 'own' } | { readonly kind: 'preset'; readonly name: string }

/** What the settings are called: a preset that says the same, the program's own, or none of these. */
export function presetOf(settings: ExportSettings, presets: readonly ExportPreset[]): PresetChoice {
  const preset = presets.find((one) => isSame(one.settings, settings))
  if (preset !== undefined) return { kind: 'preset', name: preset.name }
  return { kind: isSame(settings, defaultExportSettings) ? 'standard' : 'own' }
}

/** Whether saving under this name takes the place of a preset; case does not tell names apart. */
export const isTaken = (name: string, presets: readonly ExportPreset[]): boolean =>
  presets.some((preset) => preset.name.toLowerCase() === name.trim().toLowerCase())

/** What names are shown for: a size that is still being typed has no say in them. */
export const forNames = (settings: ExportSettings): ExportSettings =>
  isPossible(settings.size) ? settings : { ...settings, size: { kind: 'full' } }
