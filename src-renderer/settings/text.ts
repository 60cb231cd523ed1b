/** Words of the settings. */
import type { Text } from '../ui/locale.ts'

const en = {
  title: 'Settings',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  language: 'Language',
  languages: { system: 'As the system', en: 'English', ru: 'Русский' },
  saving: 'Saving results',
  format: 'Format',
  formats: { same: 'As the photo', jpeg: 'JPEG', png: 'PNG', webp: 'WebP', tiff: 'TIFF', avif: 'AVIF' },
  quality: 'Quality',
  lossless: 'This format keeps every pixel; quality does not apply.',
  done: 'Done',
  version: (version: string) => `Solstice ${version}`,
}

const ru: typeof en = {
  title: 'Настройки',
  theme: 'Тема',
  themes: { system: 'Как в системе', light: 'Светлая', dark: 'Тёмная' },
  language: 'Язык',
  languages: { system: 'Как в системе', en: 'English', ru: 'Русский' },
  saving: 'Сохранение результатов',
  format: 'Формат',
  formats: { same: 'Как у фотографии', jpeg: 'JPEG', png: 'PNG', webp: 'WebP', tiff: 'TIFF', avif: 'AVIF' },
  quality: 'Качество',
  lossless: 'Этот формат сохраняет каждый пиксель, качество не меняется.',
  done: 'Готово',
  version: (version) => `Solstice ${version}`,
}

export const settingsText: Text<typeof en> = { en, ru }
