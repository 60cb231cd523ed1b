/** The user's settings: one small file, sensible where it is silent. */
import { EventEmitter } from 'node:events'
import { defaultSettings } from '../contract/defaults.ts'
import { settingsSchema, type Settings } from '../contract/schemas.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'

/** What is missing or `undefined` stays as it was. */
type SettingsChange = { readonly [Key in keyof Settings]?: Settings[Key] | undefined }

const storedSchema = settingsSchema.partial()

export class SettingsStore extends EventEmitter<{ changed: [settings: Settings] }> {
  readonly #file: JsonFile<typeof storedSchema>
  #settings: Settings = defaultSettings

  constructor(path: string, health?: StorageHealth) {
    super()
    this.#file = new JsonFile(path, storedSchema, { ...(health && { health }) })
  }

  async open(): Promise<void> {
    this.#settings = withDefaults(defaultSettings, (await this.#file.read()) ?? {})
  }

  get(): Settings {
    return this.#settings
  }

  set(change: SettingsChange): Settings {
    this.#settings = withDefaults(this.#settings, change)
    this.#file.write(() => this.#settings)
    this.emit('changed', this.#settings)
    return this.#settings
  }

  async close(): Promise<void> {
    await this.#file.flush()
  }
}

function withDefaults(base: Settings, change: SettingsChange): Settings {
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  return { ...base, ...said }
}
