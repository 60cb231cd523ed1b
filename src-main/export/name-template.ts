/** Names of results by a template such as `{date}/{name}-{direction}`: fields in braces, folders by slashes. */
import { defaultExportSettings } from '../contract/export.ts'
import type { CaptureDate, Capture } from '../photos/capture.ts'
import type { OutputFormat } from '../photos/formats.ts'
import { byteLength, cutToBytes, endingOf, fitPiece, fitWhole, maxNameBytes, slug, stem } from './names.ts'

export const nameFields = [
  'name',
  'style',
  'direction',
  'date',
  'time',
  'camera',
  'index',
  'ext',
  'folder',
] as const
type Field = (typeof nameFields)[number]

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `width`: digits of an index at least. */
  | { readonly kind: 'field'; readonly field: Field; readonly width: number }

/** A template that was understood. */
export interface NameTemplate {
  /** The folders from the outermost on, and the file's name, without its ending, at the end. */
  readonly parts: readonly (readonly Piece[])[]
}

export interface TemplateProblem {
  /** `unclosed`: a brace without its partner. `empty`: it names no file. */
  readonly kind: 'unknown-field' | 'unclosed' | 'empty'
  /** The part of the template that is meant, as it stands there. */
  readonly text: string
}

type ParsedTemplate =
  | { readonly template: NameTemplate; readonly problem: null }
  | { readonly template: null; readonly problem: TemplateProblem }

export interface NameValues {
  /** The photo's file name with its ending. */
  readonly photoName: string
  /** The name of the folder that the photo lies in; empty for none. */
  readonly folder: string
  /** The style's name, as people read it. */
  readonly style: string
  /** The label of what the photo becomes, such as `Winter`. */
  readonly direction: string
  /** Null where nobody looked, which is enough for a template without need of it. */
  readonly capture: Capture | null
  /** The file's modification, for photos that do not say when they were taken. */
  readonly modified: Date
  /** The photo's place in the batch, from 1. */
  readonly index: number
  /** Of the format that is written, without a dot. */
  readonly ending: string
}

/** Doubled braces, a field, a brace alone, a slash, or text. */
const token = /\{\{|\}\}|\{([^{}]*)\}|[{}]|\/|[^{}/]+/g

/**
 * Reads a template: the fields of `nameFields`, `{index:04}` with 1 to 9 digits, `{{` and `}}` for braces. A slash of
 * either kind begins a folder's content. A `.{ext}` at the very end stands for the ending, which is written anyway.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: Piece[][] = [[]]
  for (const { 0: found, 1: inside, index } of text.replaceAll('\\', '/').matchAll(token)) {
    if (found === '/') parts.push([])
    else if (inside !== undefined) {
      const field = fieldOf(inside)
      if (field === null) return refused('unknown-field', text.slice(index, index + found.length))
      parts.at(-1)?.push(field)
    } else if (found === '{' || found === '}') return refused('unclosed', text.slice(index))
    else addText(parts.at(-1) ?? [], found === '{{' || found === '}}' ? found.charAt(0) : found)
  }
  const file = withoutEnding(parts.at(-1) ?? [])
  if (!file.some(namesSomething)) return refused('empty', text)
  return { template: { parts: [...parts.slice(0, -1), file] }, problem: null }
}

const refused = (kind: TemplateProblem['kind'], text: string): ParsedTemplate => ({
  template: null,
  problem: { kind, text },
})

const namesSomething = (piece: Piece): boolean =>
  piece.kind === 'field' || fitWhole(fitPiece(piece.text)) !== ''

function fieldOf(inside: string): Piece | null {
  const [name = '', width, ...others] = inside.trim().toLowerCase().split(':')
  const field = nameFields.find((each) => each === name)
  if (field === undefined || others.length > 0) return null
  if (width === undefined) return { kind: 'field', field, width: 1 }
  return field === 'index' && /^0?[1-9]$/.test(width) ? { kind: 'field', field, width: Number(width) } : null
}

function addText(pieces: Piece[], text: string): void {
  const last = pieces.at(-1)
  if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + text }
  else pieces.push({ kind: 'text', text })
}

function withoutEnding(pieces: readonly Piece[]): readonly Piece[] {
  const [before, last] = pieces.slice(-2)
  if (last?.kind !== 'field' || last.field !== 'ext') return pieces
  if (before?.kind !== 'text' || !before.text.endsWith('.')) return pieces
  return [...pieces.slice(0, -2), { kind: 'text', text: before.text.slice(0, -1) }]
}

/** Whether the photo's metadata must be read for it. */
export const needsCapture = ({ parts }: NameTemplate): boolean =>
  parts.flat().some((piece) => piece.kind === 'field' && ['date', 'time', 'camera'].includes(piece.field))

/**
 * The path of a result within the target folder, with forward slashes; it never leads out of that. Each part is a name
 * for all three systems, of 255 bytes at most: what is longest is cut, and no index. Photos with different indices get
 * different names from a template with `{index}`, up to 99,999,999.
 *
 * Where a photo does not say when it was taken, its file's modification stands for that. A value that is missing, such
 * as an unknown camera, goes together with the separator before it, or behind it at the beginning; a folder of which
 * nothing remains is left out, and a file of whose name nothing remains is called as the photo is.
 */
export function renderName({ parts }: NameTemplate, values: NameValues): string {
  const room = maxNameBytes - byteLength(values.ending) - 1
  const folders = parts.slice(0, -1).map((pieces) => renderPart(pieces, values, maxNameBytes))
  const file =
    renderPart(parts.at(-1) ?? [], values, room) || renderPart([photoName], values, room) || 'photo'
  return [...folders.filter((folder) => folder !== ''), `${file}.${values.ending}`].join('/')
}

const photoName: Piece = { kind: 'field', field: 'name', width: 1 }

/** `sunset.jpg`, `Winter`, png → `sunset-winter.png`: the name that the usual template gives. */
export function usualName(photo: string, direction: string, format: OutputFormat): string {
  const { template } = parseTemplate(defaultExportSettings.name)
  const fixed = { folder: '', style: '', capture: null, modified: new Date(0), index: 1 }
  const values = { ...fixed, photoName: photo, direction, ending: endingOf(format) }
  return renderName(template ?? { parts: [[photoName]] }, values)
}

/** `index`: its digits, which are never cut. */
interface Rendered {
  readonly text: string
  readonly isText: boolean
  readonly index: { readonly widest: string } | null
}

/** No index that is counted is longer; room for so many digits is kept, so that what is cut is the same for all. */
const roomForIndex = 8

function renderPart(pieces: readonly Piece[], values: NameValues, room: number): string {
  const rendered = withoutMissing(pieces.map((piece) => renderPiece(piece, values)))
  /** Pieces with at most `cap` bytes each. */
  const join = (cap: number, indexText: (piece: Rendered) => string): string =>
    fitWhole(rendered.map((piece) => (piece.index ? indexText(piece) : cutToBytes(piece.text, cap))).join(''))
  const fits = (cap: number): boolean => byteLength(join(cap, (piece) => piece.index?.widest ?? '')) <= room
  let cap = maxNameBytes
  if (!fits(cap)) {
    cap = 0
    for (let step = 128; step >= 1; step /= 2) if (fits(cap + step)) cap += step
  }
  // The last cut is for templates of indices and nothing else.
  return fitWhole(
    cutToBytes(
      join(cap, ({ text }) => text),
      room,
    ),
  )
}

function renderPiece(piece: Piece, values: NameValues): Rendered {
  if (piece.kind === 'text') return { text: fitPiece(piece.text), isText: true, index: null }
  if (piece.field !== 'index')
    return { text: fitPiece(valueOf(piece.field, values)) || missing, isText: false, index: null }
  const widest = '0'.repeat(Math.max(piece.width, roomForIndex))
  return { text: String(values.index).padStart(piece.width, '0'), isText: false, index: { widest } }
}

function valueOf(field: Exclude<Field, 'index'>, values: NameValues): string {
  const date = values.capture?.date ?? partsOf(values.modified)
  switch (field) {
    case 'name':
      return stem(values.photoName)
    case 'style':
      return slug(values.style)
    case 'direction':
      return slug(values.direction)
    case 'date':
      return [digits(date.year, 4), digits(date.month, 2), digits(date.day, 2)].join('-')
    case 'time':
      return [date.hour, date.minute, date.second].map((value) => digits(value, 2)).join('-')
    case 'camera':
      return values.capture?.camera ?? ''
    case 'ext':
      return values.ending
    case 'folder':
      return values.folder
  }
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0')

const partsOf = (date: Date): CaptureDate => ({
  year: date.getFullYear(),
  month: date.getMonth() + 1,
  day: date.getDate(),
  hour: date.getHours(),
  minute: date.getMinutes(),
  second: date.getSeconds(),
})

/** Stands for a value that is not there; `fitPiece` leaves no such character in anything else. */
const missing = '\uffff'
const inBrackets = /[([{]\uffff[)\]}]/g
const atStart = /^(?:\uffff[\s._,;+~–—-]*)+/
const elsewhere = /[\s._,;+~–—-]*\uffff/g

function withoutMissing(rendered: readonly Rendered[]): Rendered[] {
  const joined: Rendered[] = []
  for (const piece of rendered) {
    const last = joined.at(-1)
    const isText = piece.isText || piece.text === missing
    if (isText && last?.isText) joined[joined.length - 1] = { ...last, text: last.text + piece.text }
    else joined.push({ ...piece, isText })
  }
  return joined.map((piece, place) => {
    if (!piece.isText) return piece
    const text = piece.text.replace(inBrackets, missing)
    return { ...piece, text: (place === 0 ? text.replace(atStart, '') : text).replace(elsewhere, '') }
  })
}
