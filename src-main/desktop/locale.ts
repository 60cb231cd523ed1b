/** The system's language, as far as Solstice speaks it. */
import { app } from 'electron'
import type { Locale } from '../contract/schemas.ts'

export const systemLocale = (): Locale => (app.getLocale().toLowerCase().startsWith('ru') ? 'ru' : 'en')
