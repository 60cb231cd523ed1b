/** Remaining time in words that do not pretend to know more than they do. */
import type { Locale } from '../../src-main/contract/schemas.ts'
import { number } from './locale.ts'

interface Units {
  readonly seconds: (n: string) => string
  readonly minutes: (n: string) => string
  readonly hours: (n: string) => string
  readonly days: (n: string) => string
  readonly soon: string
  readonly left: (duration: string) => string
}

const units: Readonly<Record<Locale, Units>> = {
  en: {
    seconds: (n) => `${n} s`,
    minutes: (n) => `${n} min`,
    hours: (n) => `${n} h`,
    days: (n) => `${n} d`,
    soon: 'a few seconds',
    left: (duration) => `${duration} left`,
  },
  ru: {
    seconds: (n) => `${n} с`,
    minutes: (n) => `${n} мин`,
    hours: (n) => `${n} ч`,
    days: (n) => `${n} д`,
    soon: 'несколько секунд',
    left: (duration) => `осталось ${duration}`,
  },
}

const hoursPerDay = 24

/**
 * Under 5 s: "a few seconds"; then steps of 5 s, whole minutes from 55 s on, hours and minutes from one hour, days and
 * hours from two days, whole days from ten.
 */
export function roughDuration(seconds: number, locale: Locale): string {
  const words = units[locale]
  if (seconds < 5) return words.soon
  const rounded = Math.round(seconds / 5) * 5
  if (rounded < 55) return words.seconds(number(locale, rounded))
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return words.minutes(number(locale, minutes))
  const pair = (most: string, rest: number, unit: (n: string) => string): string =>
    rest === 0 ? most : `${most} ${unit(number(locale, rest))}`
  if (minutes < 2 * hoursPerDay * 60)
    return pair(words.hours(number(locale, Math.floor(minutes / 60))), minutes % 60, words.minutes)
  const hours = Math.round(minutes / 60)
  const days = Math.floor(hours / hoursPerDay)
  if (days >= 10) return words.days(number(locale, Math.round(hours / hoursPerDay)))
  return pair(words.days(number(locale, days)), hours % hoursPerDay, words.hours)
}

/** "2 min left"; nothing while the time is not known. */
export const remaining = (seconds: number | null, locale: Locale): string =>
  seconds === null ? '' : units[locale].left(roughDuration(seconds, locale))
