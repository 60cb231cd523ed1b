/** The language that Solstice speaks: the chosen one, or the system's as far as there is a translation. */
import { app } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import type { SettingsStore } from '../library/settings.ts'

export const systemLocale = (): Locale => (app.getLocale().toLowerCase().startsWith('ru') ? 'ru' : 'en')

export function chosenLocale(settings: SettingsStore): Locale {
  const { locale } = settings.get()
  return locale === 'system' ? systemLocale() : locale
}
