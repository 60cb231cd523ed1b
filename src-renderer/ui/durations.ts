/** Remaining time in words that do not pretend to know more than they do. */
import type { Locale } from '../../src-main/contract/schemas.ts'
import { number } from './locale.ts'

interface Units {
  readonly seconds: (n: string) => string
  readonly minutes: (n: string) => string
  readonly hours: (n: string) => string
  readonly soon: string
  readonly left: (duration: string) => string
}

const units: Readonly<Record<Locale, Units>> = {
  en: {
    seconds: (n) => `${n} s`,
    minutes: (n) => `${n} min`,
    hours: (n) => `${n} h`,
    soon: 'a few seconds',
    left: (duration) => `${duration} left`,
  },
  ru: {
    seconds: (n) => `${n} с`,
    minutes: (n) => `${n} мин`,
    hours: (n) => `${n} ч`,
    soon: 'несколько секунд',
    left: (duration) => `осталось ${duration}`,
  },
}

/** Under 5 s: "a few seconds"; then steps of 5 s, whole minutes from 55 s on, hours and minutes from one hour. */
export function roughDuration(seconds: number, locale: Locale): string {
  const words = units[locale]
  if (seconds < 5) return words.soon
  const rounded = Math.round(seconds / 5) * 5
  if (rounded < 55) return words.seconds(number(locale, rounded))
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return words.minutes(number(locale, minutes))
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const whole = words.hours(number(locale, hours))
  return rest === 0 ? whole : `${whole} ${words.minutes(number(locale, rest))}`
}

/** "2 min left"; nothing while the time is not known. */
export const remaining = (seconds: number | null, locale: Locale): string =>
  seconds === null ? '' : units[locale].left(roughDuration(seconds, locale))
