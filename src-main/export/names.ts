/** What file names are made of: endings, and what makes a text a name that Windows, macOS and Linux all take. */
import { basename } from 'node:path'
import { outputFormatSchema } from '../contract/schemas.ts'
import type { OutputFormat } from '../photos/formats.ts'

const endings: Readonly<Record<OutputFormat, readonly [usual: string, ...others: string[]]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe'],
  png: ['png'],
  webp: ['webp'],
  tiff: ['tif', 'tiff'],
  avif: ['avif'],
}

/** The ending of a format, without its dot. */
export const endingOf = (format: OutputFormat): string => endings[format][0]

/** The endings of a format, the usual one first. */
export const extensionsOf = (format: OutputFormat): string[] => [...endings[format]]

/** The format that a name's ending asks for; null for any other. */
export function formatOfName(name: string): OutputFormat | null {
  const ending = name.slice(stem(name).length + 1).toLowerCase()
  return outputFormatSchema.options.find((format) => endings[format].includes(ending)) ?? null
}

/** The name without its ending; a name that is all ending stays whole. */
export function stem(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? name : name.slice(0, dot)
}

/** Forbidden on Windows, awkward everywhere; control characters and line breaks are never wanted. */
const unfit = /[<>:"/\\|?*\p{Cc}\p{Zl}\p{Zp}]+/gu
const unfitInSlug = /[<>:"/\\|?*\p{Cc}\s]+/gu

/**
 * Halves of surrogate pairs and what Unicode has not assigned: file systems refuse them or change them. Marks of
 * direction make a name look like another one. The byte order mark is not to be seen.
 */
const unwanted = /[\p{Cs}\p{Cn}\p{Bidi_Control}\ufeff]/gu

/** Devices on Windows, with any ending (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i

/** Something to see: not only joiners, variation selectors and the like. */
const visible = /[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u

/** `Winter` → `winter`, `Van Gogh` → `van-gogh`; letters of every script stay. */
export function slug(label: string): string {
  const joined = label.normalize('NFC').toLowerCase().replace(unfitInSlug, '-')
  const short = [...joined.replace(/^[-.]+/, '')].slice(0, 60).join('')
  return short.replace(/[-.]+$/, '') || 'result'
}

/** Of a file's or folder's name, in UTF-8: what Linux takes. Windows and macOS take as many UTF-16 units, never more. */
export const maxNameBytes = 255

export const byteLength = (text: string): number => Buffer.byteLength(text)

/** A piece of a name, in NFC, without what no name may contain. */
export const fitPiece = (text: string): string =>
  text.replace(unwanted, '').replace(unfit, '-').normalize('NFC')

/**
 * A name put together from such pieces, without the ends that Windows would drop and the dots that would hide it, and
 * not that of a device; empty when nothing is to be seen of it. It may still be too long.
 */
export function fitWhole(joined: string): string {
  const name = joined.normalize('NFC').replace(/^[\s.]+|[\s.]+$/gu, '')
  if (!visible.test(name)) return ''
  return reserved.test(name) ? `_${name}` : name
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The beginning of a text, cut between characters as people count them; within one that alone is too long. */
export function cutToBytes(text: string, most: number): string {
  if (byteLength(text) <= most) return text
  const wholes = take(segmentsOf(text), most)
  return wholes === '' ? take(text, most) : wholes
}

function* segmentsOf(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment
}

function take(pieces: Iterable<string>, most: number): string {
  let taken = ''
  let bytes = 0
  for (const piece of pieces) {
    bytes += byteLength(piece)
    if (bytes > most) break
    taken += piece
  }
  return taken
}

/** Longer ones are no ending but the second half of a name with a full stop. */
const longestEnding = 20

/**
 * The nth name to try when the first ones are taken: `sunset-winter-2.png`. A path keeps its folders; a name that would
 * be too long is cut before the number.
 */
export function nthName(path: string, n: number): string {
  if (n < 2) return path
  const name = basename(path)
  const short = stem(name)
  const base = byteLength(name) - byteLength(short) <= longestEnding ? short : name
  const counted = `-${n}${name.slice(base.length)}`
  return path.slice(0, -name.length) + cutToBytes(base, maxNameBytes - byteLength(counted)) + counted
}
