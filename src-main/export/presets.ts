/** What exports were set to: the last settings and folder, and those that the user saved under a name. */
import { z } from 'zod'
import {
  defaultExportSettings,
  exportPresetSchema,
  exportSettingsSchema,
  type ExportPreset,
  type ExportSettings,
} from '../contract/export.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'

/** Settings are looked at one by one: of those from an older program something may be missing. */
const storedSchema = z.object({
  last: z.unknown().optional(),
  /** A path. */
  target: z.string().nullable().catch(null).default(null),
  presets: z.array(z.unknown()).catch([]).default([]),
})

/** In the order of their names, as people sort. */
const byName = new Intl.Collator(['en', 'ru'], { numeric: true })

export class ExportPresets {
  readonly #file: JsonFile<typeof storedSchema>
  #last: ExportSettings = defaultExportSettings
  #target: string | null = null
  /** By name, without regard to case. */
  #presets = new Map<string, ExportPreset>()

  constructor(path: string, health?: StorageHealth) {
    // Presets are the user's own work: the last good ones are kept beside them.
    this.#file = new JsonFile(path, storedSchema, {
      mend: (_damaged, previous) => previous,
      ...(health && { health }),
    })
  }

  /** Reads the file. A field that is missing is as it is by default; a preset that makes no sense is left out. */
  async open(): Promise<void> {
    const stored = await this.#file.read()
    if (stored === null) return
    this.#last = exportSettingsSchema.safeParse(filledIn(stored.last)).data ?? defaultExportSettings
    this.#target = stored.target
    this.#presets = new Map(
      stored.presets
        .flatMap((each) => exportPresetSchema.safeParse(withWholeSettings(each)).data ?? [])
        .map((preset) => [keyOf(preset.name), preset]),
    )
  }

  /** The settings of the last export; the default ones before the first. */
  get last(): ExportSettings {
    return this.#last
  }

  /** The path of the folder that the last export went to, which may be gone; null before the first. */
  get target(): string | null {
    return this.#target
  }

  /** Remembers what an export is begun with. */
  use(settings: ExportSettings, target: string): void {
    this.#last = settings
    this.#target = target
    this.#write()
  }

  /** Sorted by name. */
  list(): readonly ExportPreset[] {
    return [...this.#presets.values()].sort((a, b) => byName.compare(a.name, b.name))
  }

  /** By its name, in letters of either case; null where there is none. */
  find(name: string): ExportPreset | null {
    return this.#presets.get(keyOf(name)) ?? null
  }

  /** In place of the one that bears the name, in letters of either case. Gives the list as it is then. */
  save({ name, settings }: ExportPreset): readonly ExportPreset[] {
    this.#presets.set(keyOf(name), { name: name.trim(), settings })
    this.#write()
    return this.list()
  }

  /** Gives the list as it is then, whether or not there was one. */
  remove(name: string): readonly ExportPreset[] {
    if (this.#presets.delete(keyOf(name))) this.#write()
    return this.list()
  }

  async close(): Promise<void> {
    await this.#file.flush()
  }

  #write(): void {
    this.#file.write(() => ({ last: this.#last, target: this.#target, presets: [...this.list()] }))
  }
}

const keyOf = (name: string): string => name.trim().normalize('NFC').toLowerCase()

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const withWholeSettings = (preset: unknown): unknown =>
  isRecord(preset) ? { ...preset, settings: filledIn(preset['settings']) } : preset

/** Settings with the default ones where they are silent, the settings of each format, too. */
function filledIn(settings: unknown, byDefault: unknown = defaultExportSettings): unknown {
  if (!isRecord(byDefault)) return settings
  if (!isRecord(settings)) return settings ?? byDefault
  const own = Object.entries(byDefault).map(([name, value]) => [
    name,
    filledIn(settings[name] ?? value, value),
  ])
  return { ...settings, ...Object.fromEntries(own) }
}
