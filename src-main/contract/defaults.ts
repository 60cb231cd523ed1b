/** Settings as they are until the user changes them. */
import type { Settings } from './schemas.ts'

export const defaultSettings: Settings = {
  theme: 'system',
  locale: 'system',
  saveFormat: 'same',
  saveQuality: 92,
  runtime: null,
  lookForUpdates: false,
}
