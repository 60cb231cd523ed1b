/** When and with what a photo was taken, as its own metadata tell. */
import { withExifTool } from './exiftool.ts'

/** What the camera's clock showed: no time zone, nothing converted. */
export interface CaptureDate {
  readonly year: number
  /** 1…12 */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

export interface Capture {
  readonly date: CaptureDate | null
  /** Make and model, the make not twice: `Apple iPhone 6 Plus`, `NIKON D3100`. */
  readonly camera: string | null
}

/** As exiftool is asked for them; each in the order in which it is believed. */
const dateTags = ['EXIF:DateTimeOriginal', 'EXIF:CreateDate', 'XMP:DateTimeOriginal', 'XMP:DateCreated']
const cameraTags = ['EXIF:Make', 'EXIF:Model', 'XMP:Make', 'XMP:Model']

/**
 * Reads it with exiftool. Both are null where the photo does not say, cannot be read, or exiftool does not start, for
 * example without Perl on Linux; nothing is thrown.
 */
export async function readCapture(path: string): Promise<Capture> {
  try {
    // Without its -fast: a PNG may have its metadata behind the picture.
    const readArgs = ['-G0', '-n', ...[...dateTags, ...cameraTags].map((tag) => `-${tag}`)]
    const tags = new Map<string, unknown>(
      Object.entries(await withExifTool((tool) => tool.readRaw(path, { readArgs }))),
    )
    const dates = dateTags.map((tag) => captureDate(tags.get(tag)))
    return {
      date: dates.find((date) => date !== null) ?? null,
      camera:
        cameraName(tags.get('EXIF:Make'), tags.get('EXIF:Model')) ??
        cameraName(tags.get('XMP:Make'), tags.get('XMP:Model')),
    }
  } catch {
    return { date: null, camera: null }
  }
}

/** EXIF's `2024:05:09 17:30:05` and XMP's `2024-05-09T17:30:05+02:00`; a date alone is taken for its midnight. */
const written = /^\s*(\d{4})[:-](\d\d)[:-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?|\s*$)/

/** Null where a tag holds no whole date, such as the zeros of a camera whose clock was never set. */
export function captureDate(value: unknown): CaptureDate | null {
  const found = written.exec(String(value))
  if (found === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0))
  if (year < 1800 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null
  return hour < 24 && minute < 60 && second < 60 ? { year, month, day, hour, minute, second } : null
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** What makers put behind their names. */
const company =
  /[\s,.]+(?:corporation|corp|company|co|ltd|inc|gmbh|ag|imaging|optical|camera|electronics|techwin|technologies)[.,]*$/i

/** One name of a maker and a model; null where there is neither. */
export function cameraName(make: unknown, model: unknown): string | null {
  const [maker, name] = [shortMaker(textOf(make)), textOf(model)]
  const words = wordsOf(textOf(make))
  const isNamed = words.includes(wordsOf(name)[0] ?? '')
  return [isNamed ? '' : maker, name].filter((part) => part !== '').join(' ') || null
}

/** exiftool gives what looks like a number as one: there are cameras called `500`. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
        .replace(/[\s\0]+/g, ' ')
        .trim()
        .slice(0, 100)
    : ''

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s.,_-]+/)
    .filter((word) => word !== '')

function shortMaker(make: string): string {
  const short = make.replace(company, '')
  return short === make ? make : shortMaker(short)
}
