/** Words and numbers in the user's language: the shape of each room's `text.ts`, plurals, counts. */
import type { Locale } from '../../src-main/contract/schemas.ts'

/** A room's sentences; English gives the shape, and a key that Russian lacks is a type error. */
export type Text<T> = Readonly<Record<Locale, T>>

/** Russian needs three forms, English two. */
export interface PluralForms {
  readonly one: string
  readonly few?: string
  readonly many?: string
  readonly other: string
}

const rules: Readonly<Record<Locale, Intl.PluralRules>> = {
  en: new Intl.PluralRules('en'),
  ru: new Intl.PluralRules('ru'),
}

const numbers: Readonly<Record<Locale, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat('en'),
  ru: new Intl.NumberFormat('ru'),
}

/** The form of a word that goes with `count`, without the number itself. */
export function plural(locale: Locale, count: number, forms: PluralForms): string {
  const category = rules[locale].select(count)
  if (category === 'one') return forms.one
  if (category === 'few') return forms.few ?? forms.other
  if (category === 'many') return forms.many ?? forms.other
  return forms.other
}

/** `1,234` or `1 234`. */
export const number = (locale: Locale, value: number): string => numbers[locale].format(value)

/** A setting's value with all its digits, as many as a learning rate has. */
export const figure = (locale: Locale, value: number): string =>
  value.toLocaleString(locale, { maximumFractionDigits: 10 })

/** With a fixed number of digits after the point or comma. */
export const decimal = (locale: Locale, value: number, digits: number): string =>
  value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** `85 %` in Russian, `85%` in English, from a share 0…1. */
export const percent = (locale: Locale, share: number, digits = 0): string =>
  share.toLocaleString(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })

/** The count with its word: `3 photos`, `3 фотографии`. */
export const counted = (locale: Locale, count: number, forms: PluralForms): string =>
  `${number(locale, count)} ${plural(locale, count, forms)}`
