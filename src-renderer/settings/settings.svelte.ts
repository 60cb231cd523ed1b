/** The user's settings and what follows from them: the language and the theme that are shown. */
import type { AppInfo, Locale, Settings } from '../../src-main/contract/schemas.ts'
import { defaultSettings } from '../../src-main/contract/defaults.ts'
import { call, on } from '../ui/bridge.ts'

class SettingsState {
  #value = $state.raw<Settings>(defaultSettings)
  #info = $state.raw<AppInfo | null>(null)
  #systemDark = $state(true)
  readonly locale: Locale = $derived(
    this.#value.locale === 'system' ? (this.#info?.systemLocale ?? 'en') : this.#value.locale,
  )
  readonly theme: 'light' | 'dark' = $derived(
    this.#value.theme === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.#value.theme,
  )

  get value(): Settings {
    return this.#value
  }

  get version(): string {
    return this.#info?.version ?? ''
  }

  get isMac(): boolean {
    return this.#info?.platform === 'darwin'
  }

  async start(): Promise<void> {
    const systemTheme = window.matchMedia('(prefers-color-scheme: dark)')
    this.#systemDark = systemTheme.matches
    systemTheme.addEventListener('change', (event) => (this.#systemDark = event.matches))
    on('settings.changed', (value) => (this.#value = value))
    const [info, value] = await Promise.all([call('app.info', {}), call('settings.get', {})])
    this.#info = info
    this.#value = value
  }

  /** Shown at once; the program's answer has the last word. */
  async set(change: Partial<Settings>): Promise<void> {
    const before = this.#value
    this.#value = { ...before, ...change }
    try {
      this.#value = await call('settings.set', change)
    } catch (error) {
      this.#value = before
      throw error
    }
  }
}

export const settings = new SettingsState()
