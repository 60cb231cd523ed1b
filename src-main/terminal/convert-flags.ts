/** The flags of `solstice convert`: which styles, and the settings that they make of a preset or of the default ones. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  conflictSchema,
  defaultExportSettings,
  detailSchema,
  exportSettingsSchema,
  metadataGroupsSchema,
  outputColourSchema,
  type Detail,
  type ExportPreset,
  type ExportSettings,
  type ExportSize,
  type MetadataGroups,
  type OnConflict,
  type OutputColour,
} from '../contract/export.ts'
import { Failure } from '../contract/errors.ts'
import { directionSchema, type Direction } from '../contract/schemas.ts'
import { nameFields, parseTemplate } from '../export/name-template.ts'
import type { ExportPresets } from '../export/presets.ts'
import type { OutputFormat } from '../photos/formats.ts'
import { directionOption, named, runtimeOption, share, wholeNumber } from './arguments.ts'
import type { EngineFlags } from './services.ts'

/** A style as it was asked for; without a direction it is the model's first. */
export interface AskedStyle {
  /** An id, a model folder, or a checkpoint. */
  readonly model: string
  readonly direction: Direction | undefined
}

export interface ConvertFlags extends EngineFlags {
  model?: readonly AskedStyle[]
  direction?: Direction
  out?: string
  recursive?: true
  resume?: true
  json?: true
  preset?: string
  size?: ExportSize
  detail?: Detail
  strength?: number
  format?: ExportSettings['format']
  quality?: number
  chroma?: ExportSettings['jpeg']['chroma']
  progressive?: boolean
  lossless?: boolean
  depth?: ExportSettings['png']['depth']
  compression?: ExportSettings['tiff']['compression']
  profile?: OutputColour
  metadata?: MetadataGroups
  note?: boolean
  name?: string
  onConflict?: OnConflict
}

const { jpeg, tiff, png, format, name } = exportSettingsSchema.shape
const groups = metadataGroupsSchema.keyof().options
const fields = nameFields.map((field) => (field === 'index' ? '{index:04}' : `{${field}}`)).join(' ')

/** What they are when they are not given is the preset's business, so none has a default of commander's. */
export function addConvertFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--model <model[:direction]>',
        'a style: its id, a model folder, or a .pth checkpoint; may be given several times, each with :AtoB or :BtoA',
      ).argParser(askedStyle),
    )
    .addOption(directionOption())
    .option('--out <folder>', 'where the results go', named)
    .option('--recursive', 'look into subfolders, too')
    .option(
      '--resume',
      'go on with the last unfinished export (into --out, if that is given); failed photos are tried again',
    )
    .option('--preset <name>', 'settings that were saved in the window; other flags change them', named)
    .option(
      '--size <size>',
      "full, the result's long side in pixels, or a share such as 50% (default: full)",
      resultSize,
    )
    .addOption(
      new Option(
        '--detail <detail>',
        "guided carries the change made at the model's working size, with a painter's strokes, to the photo's pixels, native works on the pixels themselves, draft does so in 8 bits: faster on a processor (default: guided)",
      ).choices(detailSchema.options),
    )
    .option('--strength <share>', 'how much of the change is kept, 0 to 1 (default: 1)', share)
    .addOption(
      new Option('--format <format>', 'how results are written (default: same)').choices(format.options),
    )
    .option('--quality <number>', 'for JPEG, WebP and AVIF, 1 to 100', wholeNumber(1, 100))
    .addOption(
      new Option(
        '--chroma <sampling>',
        'for JPEG: colours as fine as light, or half (default: 4:4:4)',
      ).choices(jpeg.shape.chroma.options),
    )
    .option('--progressive', 'for JPEG: coarse first')
    .option('--no-progressive', 'for JPEG: line by line')
    .option('--lossless', 'for WebP and AVIF: every pixel as it is')
    .option('--no-lossless', 'for WebP and AVIF: smaller')
    .addOption(
      new Option('--depth <bits>', 'for PNG and TIFF: bits of a sample (default: same)').choices(
        png.shape.depth.options,
      ),
    )
    .addOption(
      new Option('--compression <method>', 'for TIFF (default: deflate)').choices(
        tiff.shape.compression.options,
      ),
    )
    .addOption(
      new Option('--profile <colours>', "the photo's own colour space or another (default: keep)").choices(
        outputColourSchema.options,
      ),
    )
    .option(
      '--metadata <groups>',
      `what is kept of ${groups.join(', ')}: some with commas, all, or none (default: all)`,
      keptGroups,
    )
    .option('--note', 'say in the metadata which style made it (default)')
    .option('--no-note', 'do not')
    .option(
      '--name <template>',
      `how results are called, of ${fields} (default: ${defaultExportSettings.name})`,
      nameTemplate,
    )
    .addOption(
      new Option(
        '--on-conflict <rule>',
        'what is done where the name is taken: another name, over it, or nothing (default: unique)',
      ).choices(conflictSchema.options),
    )
    .addOption(runtimeOption())
    .option('--json', 'print one object with what was converted and what failed')
}

/** The styles that were asked for, none of them twice; `--direction` is for those that do not name one. */
export function stylesOf({ model = [], direction }: ConvertFlags): readonly AskedStyle[] {
  const asked = model.map((style) => ({ model: style.model, direction: style.direction ?? direction }))
  return asked.filter(
    (style, place) =>
      asked.findIndex((other) => other.model === style.model && other.direction === style.direction) ===
      place,
  )
}

/** The preset that `--preset` names, or null without one. Throws `bad-request` with the names that there are. */
export function presetOf({ preset }: ConvertFlags, saved: ExportPresets): ExportPreset | null {
  if (preset === undefined) return null
  const found = saved.find(preset)
  if (found !== null) return found
  const names = saved.list().map(({ name }) => name)
  throw wrong(
    `no preset is called ${preset}; ${names.length === 0 ? 'none is saved' : `there are ${names.join(', ')}`}`,
  )
}

/** The preset, or the default settings, with what the flags say. Throws `bad-request` where that does not go together. */
export function settingsOf(flags: ConvertFlags, preset: ExportPreset | null): ExportSettings {
  const base = preset?.settings ?? defaultExportSettings
  const chosen = flags.format ?? base.format
  expectToFit(flags, chosen)
  /** What is said of a format holds for the one that is written; where that is the photo's, for each. */
  const merged = (name: OutputFormat, values: Values): Values =>
    chosen === name || chosen === 'same' ? { ...base[name], ...said(values) } : base[name]
  const { quality, chroma, progressive, depth, compression, size, detail, strength } = flags
  const { metadata, note, name, onConflict, profile: colour } = flags
  // Who asks for a quality does not want a preset's lossless.
  const lossless = flags.lossless ?? (quality === undefined ? undefined : false)
  return exportSettingsSchema.parse({
    ...base,
    ...said({ size, detail, strength, colour, metadata, note, name, onConflict }),
    format: chosen,
    jpeg: merged('jpeg', { quality, chroma, progressive }),
    png: merged('png', { depth }),
    webp: merged('webp', { quality, lossless }),
    avif: merged('avif', { quality, lossless }),
    tiff: merged('tiff', { depth, compression }),
  })
}

type Values = Readonly<Record<string, unknown>>

const said = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

const wrong = (detail: string): Failure => new Failure('bad-request', undefined, detail)

/** Formats that a flag says something of. */
const meantFor = {
  quality: ['jpeg', 'webp', 'avif'],
  chroma: ['jpeg'],
  progressive: ['jpeg'],
  lossless: ['webp', 'avif'],
  depth: ['png', 'tiff'],
  compression: ['tiff'],
} as const satisfies Readonly<Record<string, readonly OutputFormat[]>>

function expectToFit(flags: ConvertFlags, chosen: ExportSettings['format']): void {
  if (chosen === 'same') return
  for (const [flag, formats] of Object.entries(meantFor)) {
    const isGiven = flags[flag as keyof typeof meantFor] !== undefined
    if (isGiven && !formats.some((each) => each === chosen))
      throw wrong(`--${flag} is for ${formats.join(', ')}, and results are written as ${chosen}`)
  }
  if (flags.lossless === true && flags.quality !== undefined)
    throw wrong('without loss there is no quality to choose: --lossless or --quality')
}

/** Paths may hold colons, as `C:\models` does: only a direction at the very end is one. */
const withDirection = new RegExp(`^(.*):(${directionSchema.options.join('|')})$`, 's')

function askedStyle(text: string, before: readonly AskedStyle[] | undefined): readonly AskedStyle[] {
  const [, model = text, direction] = withDirection.exec(text) ?? []
  return [...(before ?? []), { model: named(model), direction: directionSchema.safeParse(direction).data }]
}

const [leastSide, mostSide] = [8, 65_535]

function resultSize(text: string): ExportSize {
  if (text === 'full') return { kind: 'full' }
  if (!text.endsWith('%')) {
    const pixels = wholeNumber(leastSide, mostSide, ', full, or a share from 1% to 100%')(text)
    return { kind: 'side', pixels }
  }
  const percent = /^\d+(?:\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) : 0
  if (percent >= 1 && percent <= 100) return { kind: 'percent', percent }
  throw new InvalidArgumentError('As a share it takes 1% to 100%.')
}

function keptGroups(text: string): MetadataGroups {
  const asked = text === 'all' ? groups : text === 'none' ? [] : text.split(',').map((group) => group.trim())
  const kept = groups.filter((group) => asked.includes(group))
  if (asked.every((group) => kept.some((each) => each === group)))
    return metadataGroupsSchema.parse(
      Object.fromEntries(groups.map((group) => [group, kept.includes(group)])),
    )
  throw new InvalidArgumentError(`It takes all, none, or some of ${groups.join(', ')} with commas.`)
}

function nameTemplate(text: string): string {
  const { problem } = parseTemplate(text)
  const most = name.maxLength ?? 0
  if (text.length > most) throw new InvalidArgumentError(`It takes at most ${most} characters.`)
  if (problem === null) return text
  switch (problem.kind) {
    case 'unknown-field':
      throw new InvalidArgumentError(`There is no ${problem.text}. There are ${fields}.`)
    case 'unclosed':
      throw new InvalidArgumentError(
        `A brace has no other one: ${problem.text} ({{ and }} stand for braces).`,
      )
    case 'empty':
      throw new InvalidArgumentError('It names no file.')
  }
}
