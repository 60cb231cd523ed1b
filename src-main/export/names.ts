/** What a written file is called: the photo's name, what was made of it, and the format's ending. */
import { outputFormatSchema } from '../contract/schemas.ts'
import type { OutputFormat } from '../photos/formats.ts'

const endings: Readonly<Record<OutputFormat, readonly [usual: string, ...others: string[]]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe'],
  png: ['png'],
  webp: ['webp'],
  tiff: ['tif', 'tiff'],
  avif: ['avif'],
}

/** The endings of a format, the usual one first. */
export const extensionsOf = (format: OutputFormat): string[] => [...endings[format]]

/** The format that a name's ending asks for; null for any other. */
export function formatOfName(name: string): OutputFormat | null {
  const ending = name.slice(stem(name).length + 1).toLowerCase()
  return outputFormatSchema.options.find((format) => endings[format].includes(ending)) ?? null
}

/** Forbidden on Windows, awkward everywhere; control characters are never wanted. */
const unfit = /[<>:"/\\|?*\p{Cc}\s]+/gu

/** `Winter` → `winter`, `Van Gogh` → `van-gogh`; letters of every script stay. */
export function slug(label: string): string {
  const joined = label.normalize('NFC').toLowerCase().replace(unfit, '-')
  const short = [...joined.replace(/^[-.]+/, '')].slice(0, 60).join('')
  return short.replace(/[-.]+$/, '') || 'result'
}

/** `sunset.jpg`, `Winter`, png → `sunset-winter.png`. */
export function outputName(photoName: string, label: string, format: OutputFormat): string {
  return `${stem(photoName)}-${slug(label)}.${endings[format][0]}`
}

/** The nth name to try when the first ones are taken: `sunset-winter-2.png`. */
export function nthName(name: string, n: number): string {
  if (n < 2) return name
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? `${name}-${n}` : `${name.slice(0, dot)}-${n}${name.slice(dot)}`
}

/** The name without its ending; a name that is all ending stays whole. */
export function stem(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? name : name.slice(0, dot)
}
